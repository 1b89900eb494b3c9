//! Plugins change under load: versions with different layouts of the state take each other's place while members act.
//!
//! What the swaps cost is printed and not judged: it depends on the machine. `make bench` measures it on its own.

use std::collections::BTreeMap;
use std::io::Write;

use hezi_tests::{Answered, Host, Launch, Swaps, Tally, View, altered, guest};
use serde_json::{Value, json};

/// Changes of the version.
const SWAPS: usize = 50;

async fn durable_host() -> Host {
    Launch::new().durable().unhurried().start().await
}

/// The next version of the tally as another one again, whose `migrate` does this.
fn failing(version: &str, migrate: &str) -> Vec<u8> {
    let to = format!("hezi-tally/{version}/{migrate:.<7}");
    altered(&guest("tally-next"), b"hezi-tally/0.2.0/works..", to.as_bytes())
}

/// None lost, none doubled: the totals that were replied are 1, 2, 3, … in the order of `seq`.
fn check_totals(answered: &[Answered]) {
    for (answer, expected) in answered.iter().zip(1..) {
        assert_eq!(answer.reply["n"], json!(expected), "seq {}: {}", answer.seq, answer.reply);
    }
    assert!(answered.windows(2).all(|pair| pair[0].seq < pair[1].seq), "each action has a place of its own");
}

/// What everybody sees, what the report says and what each member did add up to what was answered.
async fn check_state(tally: &Tally, total: usize) {
    let seen = tally.owner.look_at(&tally.activity).await;
    assert_eq!(View::of(&seen.view).statistic("total"), Some(total.to_string()));
    let report = tally.owner.report(&tally.activity).await;
    assert_eq!(report["summary"]["total"], json!(total));
    let rows = report["rows"].as_array().expect("rows");
    let counts = rows.iter().map(|row| row[1].as_str().and_then(|count| count.parse::<usize>().ok()).expect("a count"));
    assert_eq!((rows.len(), counts.sum::<usize>()), (tally.members.len(), total), "{report}");
}

/// The lines that the administrator sees of a version.
async fn log_of(host: &Host, version: &str) -> Vec<String> {
    let shown = host.administrator().get("/api/admin/plugins/tally").await.ok(200);
    let versions = shown["versions"].as_array().expect("versions").clone();
    let found = versions.into_iter().find(|found| found["version"] == version).expect("the version");
    let lines = found["log"].as_array().cloned().unwrap_or_default();
    lines.iter().map(|line| line["message"].as_str().expect("a message").to_owned()).collect()
}

#[tokio::test]
async fn whoever_pushes_a_version_hears_which_activities_moved_and_which_did_not() {
    let host = durable_host().await;
    let tally = Tally::open(&host).await;
    let admin = host.administrator();

    let failed = admin.upload(failing("0.2.1", "refuses")).await.ok(201);
    assert_eq!((&failed["swap"]["moved"], &failed["swap"]["waiting"]), (&json!(0), &json!(0)), "{failed}");
    assert_eq!(failed["swap"]["failed"][0]["activity"], json!(tally.activity.id), "{failed}");
    assert!(failed["swap"]["failed"][0]["why"].as_str().is_some_and(|why| !why.is_empty()), "{failed}");

    let moved = admin.upload(failing("0.3.0", "works")).await.ok(201);
    assert_eq!(moved["swap"], json!({ "moved": 1, "failed": [], "waiting": 0 }), "{moved}");
    let back = admin.post_empty("/api/admin/plugins/tally/rollback").await.ok(200);
    assert_eq!(back["active"], "0.2.1");
    assert_eq!(
        back["swap"]["failed"].as_array().map(Vec::len),
        Some(0),
        "the same layout moves without `migrate`: {back}"
    );
    let shown = admin.get("/api/admin/plugins/tally").await.ok(200);
    let versions = shown["versions"].as_array().expect("versions");
    let stayed = versions.iter().find(|version| version["version"] == "0.2.1").expect("the version that failed");
    let line =
        stayed["log"].as_array().and_then(|log| log.iter().find(|line| line["level"] == "host")).expect("a line");
    assert_eq!((&line["export"], &line["activity"]), (&json!("migrate"), &json!(tally.activity.id)), "{line}");
    // Nothing is said of a version that waits.
    assert!(admin.upload_inactive(failing("0.4.0", "works")).await.ok(201)["swap"].is_null());
}

fn say(what: &str, figure: &str) {
    // Not by `eprintln`, which a test that passes keeps to itself.
    writeln!(std::io::stderr(), "swap under load: {what:<56} {figure}").expect("standard error is open");
}

#[tokio::test]
async fn versions_change_fifty_times_under_load_and_no_action_is_lost_doubled_or_refused() {
    let mut host = durable_host().await;
    let tally = Tally::open(&host).await;

    let (answered, mut activations) =
        tally.under_load(async |progress| tally.back_and_forth(progress, SWAPS).await).await;

    check_totals(&answered);
    let mut each: BTreeMap<&str, usize> = BTreeMap::new();
    answered.iter().for_each(|answer| *each.entry(answer.version()).or_default() += 1);
    assert_eq!(each.keys().copied().collect::<Vec<_>>(), [Tally::FIRST, Tally::NEXT]);
    assert!(each.values().all(|count| *count > answered.len() / 10), "both were at work: {each:?}");
    let changes = answered.windows(2).filter(|pair| pair[0].version() != pair[1].version()).count();
    assert_eq!(changes, SWAPS, "along the journal versions change where they were changed, and nowhere else");
    check_state(&tally, answered.len()).await;
    check_journal(&tally, &answered).await;

    Swaps::of(&answered).lines().iter().for_each(|(what, figure)| say(what, figure));
    activations.sort();
    say("answer to an activation, median", &format!("{:.2?}", activations[SWAPS / 2]));

    host.kill().await;
    host.restart().await;
    check_state(&tally, answered.len()).await;
    tally.activate(Tally::NEXT).await;
    let next = tally.members[0].act(&tally.activity, json!({ "add": {} })).await.reply;
    assert_eq!(next, json!({ "n": answered.len() + 1, "version": Tally::NEXT }));
}

/// The journal has each of a member's actions once, every migration, and no fault.
async fn check_journal(tally: &Tally, answered: &[Answered]) {
    let of_kind = |journal: &[Value], kind: &str| -> Vec<u64> {
        journal.iter().filter(|entry| entry["kind"] == kind).filter_map(|entry| entry["seq"].as_u64()).collect()
    };
    let journal = tally.owner.journal(&tally.room.number).await;
    assert_eq!(of_kind(&journal, "ran").len(), SWAPS, "one migration a swap");
    assert!(journal.iter().all(|entry| entry["change"] != "faulted"));

    let member = &tally.members[0];
    let acted = of_kind(&member.journal(&tally.room.number).await, "acted");
    assert!(!acted.is_empty() && acted.iter().all(|seq| answered.iter().any(|answer| answer.seq == *seq)));
    let report = tally.owner.report(&tally.activity).await;
    let row = report["rows"].as_array().and_then(|rows| rows.iter().find(|row| row[0] == member.id.as_str()));
    assert_eq!(row.expect("the member's row")[1], acted.len().to_string().as_str());
}

#[tokio::test]
async fn an_activity_stays_on_its_version_when_the_next_one_cannot_take_over() {
    let host = durable_host().await;
    let tally = Tally::open(&host).await;
    let admin = host.administrator();
    admin.upload_inactive(failing("0.3.0", "refuses")).await.ok(201);
    admin.upload_inactive(failing("0.4.0", "traps")).await.ok(201);

    let (answered, ()) = tally
        .under_load(async |progress| {
            for version in ["0.3.0", "0.4.0"] {
                progress.more_from(Tally::FIRST, 50).await;
                tally.activate(version).await;
            }
            progress.more_from(Tally::FIRST, 200).await;
        })
        .await;

    check_totals(&answered);
    assert!(answered.iter().all(|answer| answer.version() == Tally::FIRST), "nobody saw the others");
    check_state(&tally, answered.len()).await;
    assert_eq!(tally.owner.look_at(&tally.activity).await.version, Tally::FIRST);
    let journal = tally.owner.journal(&tally.room.number).await;
    assert!(journal.iter().all(|entry| entry["kind"] != "ran" && entry["change"] != "faulted"), "no trace");
    for (version, why) in [("0.3.0", "these counts cannot be brought over"), ("0.4.0", "trapped: ")] {
        let log = log_of(&host, version).await;
        let told: Vec<&String> = log.iter().filter(|line| line.contains("stays on its version")).collect();
        assert_eq!(told.len(), 1, "tried once: {log:?}");
        assert!(told[0].contains(&tally.activity.id) && told[0].contains(why), "{version}: {log:?}");
    }
}

#[tokio::test]
async fn a_version_that_could_not_take_over_is_tried_again_when_it_is_activated_again() {
    let host = durable_host().await;
    let tally = Tally::open(&host).await;
    host.administrator().upload_inactive(failing("0.3.0", "refuses")).await.ok(201);
    let member = &tally.members[0];
    let add = async || member.act(&tally.activity, json!({ "add": {} })).await.reply;

    for tries in 1..=2 {
        tally.activate("0.3.0").await;
        for _ in 0..3 {
            assert_eq!(add().await["version"], Tally::FIRST);
        }
        assert_eq!(log_of(&host, "0.3.0").await.len(), tries, "once for each activation");
    }
    tally.activate(Tally::NEXT).await;

    assert_eq!(add().await, json!({ "n": 7, "version": Tally::NEXT }));
}

#[tokio::test]
async fn whoever_looks_sees_the_new_version_at_the_swap_and_never_two_at_once() {
    let host = durable_host().await;
    let tally = Tally::open(&host).await;
    let (owner, activity) = (&tally.owner, &tally.activity);
    let before = owner.look_at(activity).await;
    let mut screen = owner.connect(&tally.room.number).await;
    let first = screen.expect_view(&activity.id, |_| true).await["as_of"].as_u64().expect("a place");

    host.administrator().upload(guest("tally-next")).await.ok(201);

    // Nobody acts, and nobody asks.
    let is_later = |frame: &Value| frame["type"] == "view" && frame["as_of"].as_u64() > Some(first);
    let pushed = screen.expect("a view of the new version", is_later).await;
    let now = owner.look_at(activity).await;
    assert_eq!((before.version.as_str(), now.version.as_str()), (Tally::FIRST, "0.2.0"));
    assert_eq!(now.view, pushed["view"]);
}
