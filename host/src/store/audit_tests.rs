//! The audit log against the real engine in memory: read backward, page by page, and no more of it than was asked for.

use surrealdb::types::{Value, object};

use super::tests::{acts_that_fit, all_acts, line, store};
use super::*;

#[tokio::test]
async fn the_audit_log_is_read_backwards_page_by_page() {
    let store = store().await;
    assert!(all_acts(&store, 1).await.is_empty());
    for act in 1..=7 {
        store.write_audit(&line(5, act)).await.expect("writes");
    }
    for limit in [1, 3, 7, 8] {
        assert_eq!(all_acts(&store, limit).await, ["7", "6", "5", "4", "3", "2", "1"], "pages of {limit}");
    }
}

#[tokio::test]
async fn of_the_audit_log_only_what_fits_is_read_and_no_more_looked_at_than_a_bound() {
    let store = store().await;
    let done =
        |code, plugin: &str| AuditDeed::new(code, AuditDeed { plugin: Some(plugin.into()), ..AuditDeed::default() });
    for act in 1..=12_u64 {
        let code = if act % 2 == 0 { DeedCode::Activated } else { DeedCode::Disabled };
        let plugin = if act % 3 == 0 { "quiz" } else { "vote" };
        let line = AuditLine { who: format!("u{}", act % 4), deed: Some(done(code, plugin)), ..line(5, act) };
        store.write_audit(&line).await.expect("writes");
    }
    store.write_audit(&line(5, 13)).await.expect("writes");
    let who = |who: &str| AuditQuery { limit: 2, who: Some(who.into()), ..AuditQuery::default() };
    let plugin = |plugin: &str| AuditQuery { limit: 2, plugin: Some(plugin.into()), ..AuditQuery::default() };

    assert_eq!(acts_that_fit(&store, &who("u1")).await.0, ["9", "5", "1"]);
    assert_eq!(acts_that_fit(&store, &who("token")).await.0, ["13"]);
    assert_eq!(acts_that_fit(&store, &plugin("quiz")).await.0, ["12", "9", "6", "3"]);
    let both = AuditQuery { code: Some(DeedCode::Disabled), ..plugin("quiz") };
    assert_eq!(acts_that_fit(&store, &both).await.0, ["9", "3"]);
    assert_eq!(acts_that_fit(&store, &who("nobody")).await, (Vec::new(), 1));
    let oldest = AuditQuery { limit: 1, ..who("u1") };
    assert_eq!(
        acts_that_fit(&store, &oldest).await,
        (vec!["9".into(), "5".into(), "1".into()], 3),
        "the log ends there"
    );

    let lines: Vec<Value> = (0..audit::LOOKED_AT_MAX)
        .map(|act| {
            Value::Object(
                object! { id: vec![format!("7{act:025}")], doc: query::document(&line(9, act)).expect("a line") },
            )
        })
        .collect();
    store.write("INSERT INTO audit $rows RETURN NONE").bind("rows", lines).run().await.expect("writes");
    let (found, next) = store.audit_log(&plugin("quiz")).await.expect("answers");
    assert!(found.is_empty() && next.is_some(), "so many were looked at, and the log goes on");
    assert_eq!(acts_that_fit(&store, &plugin("quiz")).await.0, ["12", "9", "6", "3"]);
}
