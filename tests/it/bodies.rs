//! Whatever a body or a query is made of, the answer is one of the contract's, and the server goes on.

use hezi_tests::{Host, User};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// Fields that the routes know.
const KNOWN: &[&str] =
    &["title", "guests", "plugin", "config", "open", "version", "member", "members", "choose", "name", "id"];
/// Requests of a run; `PROPTEST_CASES` asks for more.
const CASES: u32 = 300;

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,40}".prop_map(Into::into),
        "[a-z_]{1,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(name(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Names that the routes know, and others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(KNOWN).prop_map(str::to_owned), ".{0,8}"]
}

/// A body: JSON, or JSON with a byte bent, or anything.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let bent = (anything(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(value, at, with)| {
        let mut bytes = value.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = with;
        bytes
    });
    prop_oneof![
        3 => anything().prop_map(|value| value.to_string().into_bytes()),
        2 => bent,
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

/// A query or a part of a path.
fn words() -> impl Strategy<Value = String> {
    "[a-z0-9%=&+./ -]{0,40}".prop_map(|words| words.replace(' ', "%20"))
}

async fn send(wang: &User, paths: &[String], which: usize, body: &[u8], words: &str) -> (String, u16) {
    let path = &paths[which % paths.len()];
    let answer = match which % 3 {
        0 => wang.request("GET", &format!("/auth/callback?{words}")).send().await,
        1 => wang.request("GET", &format!("{path}?after={words}&limit={words}")).send().await,
        _ => wang.request("POST", path).bytes("application/json", body.to_vec()).send().await,
    };
    (path.clone(), answer.status)
}

#[tokio::test]
async fn no_body_and_no_query_is_the_servers_mistake() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["a", "b"] })).await;
    let of_room =
        ["activities", "organizers", "invite", "journal", "members"].map(|part| room.path(&format!("/{part}")));
    let mut paths: Vec<String> = of_room.into();
    paths.extend([vote.path("/actions"), "/api/conferences".to_owned(), "/auth/dev".to_owned()]);
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    // From one seed, so that a failure comes again.
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for _ in 0..cases {
        let tree = (any::<usize>(), body(), words()).new_tree(&mut runner).expect("a request");
        let (which, body, words) = tree.current();
        let (path, status) = send(&wang, &paths, which, &body, &words).await;
        assert!(status < 500 || status == 503, "{path}: {status} for {} and {words}", String::from_utf8_lossy(&body));
    }
    wang.connect(&room.number).await.say("still-here", "你好").await.ok();
}
