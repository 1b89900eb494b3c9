//! What a plugin tries to find out about others, and who hears what it says.

use hezi_tests::{Activity, User};
use serde_json::{Value, json};

use super::story::{Story, hostile, launch};

/// Keys under which an activity could hope to find what belongs to another one.
fn guesses(id: &str) -> Vec<String> {
    let shapes = [
        "ID",
        "ID/secret",
        "ID:secret",
        "IDsecret",
        "ID\0secret",
        "\0IDsecret",
        "ID\u{1f}secret",
        "../ID/secret",
        "/ID",
        "state:ID",
        "state:[ID]",
        "state:['ID','secret']",
        "[\"ID\",\"secret\"]",
        "ID\u{10ffff}",
        "ID'; --",
        "%ID%",
    ];
    shapes.map(|shape| shape.replace("ID", id)).to_vec()
}

async fn reply(wang: &User, activity: &Activity, action: Value) -> Value {
    wang.act(activity, action).await.reply
}

/// The activity sees its own keys, and nothing of the other one under any name.
async fn sees_only_its_own(wang: &User, activity: &Activity, own: &Value, other: &Activity) {
    assert_eq!(&reply(wang, activity, json!({ "do": "scan", "prefix": "" })).await, own);
    for guess in guesses(&other.id) {
        assert_eq!(reply(wang, activity, json!({ "do": "get", "key": guess })).await, Value::Null, "{guess:?}");
        let scan = json!({ "do": "crafted_cursor", "prefix": guess, "cursor": guess });
        assert_eq!(reply(wang, activity, scan).await, json!([]), "{guess:?}");
        let scan = json!({ "do": "crafted_cursor", "prefix": "", "cursor": guess });
        let found = reply(wang, activity, scan).await;
        let found = found.as_array().expect("keys");
        assert!(found.iter().all(|key| own.as_array().is_some_and(|own| own.contains(key))), "{guess:?}: {found:?}");
    }
}

#[tokio::test]
async fn an_activity_reads_and_writes_nothing_of_another_one() {
    let mut host = launch().durable().start().await;
    let wang = host.user("小王").await;
    host.administrator().upload(hostile()).await.ok(201);
    let (room, other_room) = (wang.create_conference("周会").await, wang.create_conference("月会").await);
    let mine = wang.open(&room.number, "hostile", json!({})).await;
    let neighbour = wang.open(&room.number, "hostile", json!({})).await;
    let stranger = wang.open(&other_room.number, "hostile", json!({})).await;
    let set = async |activity: &Activity, key: &str, value: &str| {
        wang.act(activity, json!({ "do": "set", "key": key, "value": value })).await;
    };
    set(&mine, "secret", "mine").await;
    for (activity, value) in [(&neighbour, "the neighbour's"), (&stranger, "the stranger's")] {
        set(activity, "secret", value).await;
        set(activity, "zz", "").await;
        set(activity, &format!("forged/{}/secret", mine.id), "forged").await;
    }

    let others = json!([format!("forged/{}/secret", mine.id), "secret", "zz"]);
    for what in ["in memory", "after a restart, from the store"] {
        sees_only_its_own(&wang, &mine, &json!(["secret"]), &neighbour).await;
        sees_only_its_own(&wang, &mine, &json!(["secret"]), &stranger).await;
        sees_only_its_own(&wang, &neighbour, &others, &mine).await;
        sees_only_its_own(&wang, &stranger, &others, &mine).await;
        for (activity, value) in [(&mine, "mine"), (&neighbour, "the neighbour's"), (&stranger, "the stranger's")] {
            let secret = reply(&wang, activity, json!({ "do": "get", "key": "secret" })).await;
            assert_eq!(secret, json!(value), "{what}");
        }
        host.kill().await;
        host.restart().await;
    }
}

#[tokio::test]
async fn a_crafted_cursor_leads_nowhere() {
    let mut story = Story::begin().await;
    for key in ["a", "p:1", "p:2", "q"] {
        story.act(json!({ "do": "set", "key": key, "value": "" })).await.ok();
    }

    let everything = json!(["p:1", "p:2"]);
    for (cursor, found) in [
        ("", &everything),
        ("a", &everything),
        ("p", &everything),
        ("p:", &everything),
        ("p:\0", &everything),
        ("p:1", &json!(["p:2"])),
        ("p:1\0", &json!(["p:2"])),
        ("p:2", &json!([])),
        ("p:zzz", &json!([])),
        ("p;", &json!([])),
        ("q", &json!([])),
        ("\u{10ffff}", &json!([])),
        (&*"z".repeat(10_000), &json!([])),
    ] {
        let scan = json!({ "do": "crafted_cursor", "prefix": "p:", "cursor": cursor });
        assert_eq!(story.act(scan).await.ok(), found, "{cursor:?}");
    }
}

#[tokio::test]
async fn what_is_emitted_to_one_member_reaches_nobody_else() {
    let mut story = Story::begin().await;
    let li = story.host.user("小李").await.join(&story.room.number).await;
    let zhang = story.host.user("小张").await.join(&story.room.number).await;
    let (mut lis, mut zhangs) = (li.connect(&story.room.number).await, zhang.connect(&story.room.number).await);

    story.act(json!({ "do": "emit_to_member", "id": li.id })).await.ok();
    let end = story.socket.say("end", "完").await.seq();

    let event = lis.expect_event("emit").await;
    assert_eq!((&event["activity"], &event["event"]), (&json!(story.hostile.id), &json!({ "hello": true })));
    for socket in [&mut zhangs, &mut story.socket] {
        let events = socket.events_through(end).await;
        assert!(events.iter().all(|event| event["kind"] != "emit"), "{events:?}");
    }
    for (user, sees) in [(&li, 1), (&zhang, 0), (&story.wang, 0)] {
        let journal = user.journal(&story.room.number).await;
        assert_eq!(journal.iter().filter(|entry| entry["kind"] == "emit").count(), sees, "{}", user.name);
    }
}
