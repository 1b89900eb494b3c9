//! The example plugin in JavaScript: an interpreter comes with it, and the host neither knows nor minds.
//!
//! `make examples` builds it where Node is there and npm can fetch the two packages. Where they cannot be had these tests
//! say that they tested nothing.

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View, example, examples_folder, program};
use serde_json::{Value, json};

/// The component; none where it could not be built.
fn pace() -> Option<Vec<u8>> {
    if examples_folder().join("pace.wasm").is_file() {
        return Some(example("pace"));
    }
    let has_npm = program::find(&["npm"]).is_some();
    let missing = if has_npm { "`make examples` could not fetch its packages" } else { "there is no npm here" };
    program::say_untested(&format!("the example plugin in JavaScript, for {missing}"));
    None
}

struct Story {
    host: Host,
    room: Conference,
    wang: User,
    pace: Activity,
}

impl Story {
    async fn begin(component: Vec<u8>) -> Self {
        let host = Launch::new().unhurried().start().await;
        host.administrator().upload(component).await.ok(201);
        let wang = host.user("小王").await;
        let room = wang.create_conference("周会").await;
        let pace = wang.open(&room.number, "pace", json!({ "topic": "架构 \"二\"" })).await;
        assert_eq!(pace.title, "架构 \"二\"");
        Story { host, room, wang, pace }
    }
}

/// The buttons as somebody sees them: label and whether it is pressed.
fn buttons(view: &Value) -> Vec<(String, bool)> {
    let view = View::of(view);
    let items = view.blocks("buttons").into_iter().flat_map(|row| row["items"].as_array().expect("buttons").clone());
    items.map(|one| (one["label"].as_str().expect("a label").to_owned(), one["pressed"] == true)).collect()
}

#[tokio::test]
async fn forty_people_change_their_minds_at_once_and_the_counts_are_what_they_say_now() {
    let Some(component) = pace() else { return };
    let Story { host, room, wang, pace } = Story::begin(component).await;
    let members = host.members(&room.number, 40).await;
    let mut wall = wang.connect(&room.number).await;

    // Everybody says something twice, then what the rest of their number by four says.
    join_all(members.iter().enumerate().map(|(n, member)| {
        let (room, pace) = (&room, &pace);
        async move {
            let mut socket = member.connect(&room.number).await;
            let last = ["slower", "fine", "faster", "nothing"][n % 4];
            for (id, say) in [("1", "faster"), ("2", "faster"), ("3", last)] {
                let reply = socket.do_act(id, &pace.id, json!({ "say": say })).await;
                assert_eq!(reply.ok(), &json!({ "said": say }));
            }
        }
    }))
    .await;

    let tens = ["慢一点", "正好", "快一点"].map(|label| (label.to_owned(), 10)).to_vec();
    wall.expect_view(&pace.id, |view| View::of(view).bars() == tens).await;
    let report = wang.report(&pace).await;
    assert_eq!(report["summary"], json!({ "topic": "架构 \"二\"", "slower": 10, "fine": 10, "faster": 10 }));
    let said = |n: usize| ["slower", "fine", "faster"].get(n % 4);
    let mut rows: Vec<Value> = members
        .iter()
        .enumerate()
        .filter_map(|(n, member)| said(n).map(|word| json!([member.id, member.name, word])))
        .collect();
    rows.sort_by_key(|row| row[0].as_str().map(str::to_owned));
    assert_eq!(report["rows"], Value::Array(rows));
}

#[tokio::test]
async fn everybody_sees_their_own_button_pressed_in_their_language() {
    let Some(component) = pace() else { return };
    let Story { host, room, wang, pace } = Story::begin(component).await;
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&pace, json!({ "say": "fine" })).await;

    let pressed = |view: &Value| buttons(view).into_iter().filter(|(_, pressed)| *pressed).map(|(label, _)| label);
    assert_eq!(pressed(&li.look_at(&pace).await.view).collect::<Vec<_>>(), ["正好"]);
    assert_eq!(pressed(&wang.look_at(&pace).await.view).count(), 0);
    let english = li.request("GET", &pace.path("")).header("Accept-Language", "en").send().await.ok(200);
    assert_eq!(pressed(&english["view"]).collect::<Vec<_>>(), ["Just right"]);

    let closed = wang.close(&pace).await;
    assert!(buttons(&closed.view).is_empty() && View::of(&closed.view).words().contains("已结束"), "{}", closed.view);
    li.try_act(&pace, json!({ "say": "faster" })).await.problem(409, "wrong_phase");
}

#[tokio::test]
async fn what_it_refuses_changes_nothing_and_is_no_fault() {
    let Some(component) = pace() else { return };
    let Story { host, room, wang, pace } = Story::begin(component).await;
    let li = host.user("小李").await.join(&room.number).await;

    li.try_act(&pace, json!({ "say": "stop" })).await.problem(422, "invalid");
    li.try_act(&pace, json!({ "say": ["fine"] })).await.problem(422, "invalid");
    let for_li = format!("{}?member={}", pace.path("/actions"), li.id);
    let refused = wang.post(&for_li, &json!({ "say": "fine" })).await.problem(403, "denied");
    assert_eq!(refused["detail"], "每个人只能替自己说", "thrown in JavaScript");
    let topic = json!({ "plugin": "pace", "config": { "topic": "" } });
    wang.post(&room.path("/activities"), &topic).await.problem(422, "invalid");

    assert_eq!(wang.report(&pace).await["rows"], json!([]));
    let shown = host.administrator().get("/api/admin/plugins/pace").await.ok(200);
    let counters = &shown["versions"][0]["counters"];
    assert_eq!((&counters["faults"], &counters["refusals"]), (&json!(0), &json!(1)), "{shown}");
}
