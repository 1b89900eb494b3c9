//! Plugins that mean harm: each is bounded, what it did is as if it never happened, and the room goes on.
//!
//! A version that fails five times within a minute is taken out of service, so no story here but the one about that lets
//! it fail so often.

use hezi_tests::{Activity, Conference, Host, Launch, Socket, User, guest};
use serde_json::{Value, json};

/// A conference with a hostile activity and a decent one.
struct Story {
    host: Host,
    wang: User,
    room: Conference,
    socket: Socket,
    hostile: Activity,
    vote: Activity,
    commands: usize,
}

impl Story {
    /// `plans` says what the plugin does in its other exports.
    async fn begin(plans: Value) -> Self {
        let host = Launch::new().unhurried().start().await;
        let wang = host.user("小王").await;
        let room = wang.create_conference("周会").await;
        host.administrator().upload(guest("hostile")).await.ok(201);
        let vote = json!({ "question": "?", "options": ["A", "B"], "revisable": true });
        let vote = wang.open(&room.number, "vote", vote).await;
        let hostile = wang.open(&room.number, "hostile", json!({ "do": plans })).await;
        let socket = wang.connect(&room.number).await;
        Story { host, wang, room, socket, hostile, vote, commands: 0 }
    }

    async fn act(&mut self, action: Value) -> hezi_tests::Reply {
        self.commands += 1;
        let id = format!("c{}", self.commands);
        self.socket.do_act(&id, &self.hostile.id, action).await
    }

    /// The plugin does this and fails; the member is told, and everything else goes on.
    async fn suffer(&mut self, deed: &str) {
        let reply = self.act(json!({ "do": deed, "count": 6, "bytes": 60_000 })).await;
        assert_eq!(reply.error(), "plugin_fault", "{deed}");
        assert!(reply.frame["error"]["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{reply:?}");
        self.everything_else_goes_on().await;
    }

    async fn everything_else_goes_on(&mut self) {
        self.commands += 1;
        let id = format!("c{}", self.commands);
        self.socket.say(&id, "我们没事").await.ok();
        self.wang.act(&self.vote, json!({ "choose": ["A"] })).await;
        assert_eq!(self.host.anonymous().get("/health/ready").await.status, 200);
    }

    /// The keys of the hostile activity's state.
    async fn keys(&mut self) -> Value {
        self.act(json!({ "do": "scan", "prefix": "" })).await.ok().clone()
    }
}

#[tokio::test]
async fn a_plugin_that_loops_allocates_or_recurses_without_end_is_stopped() {
    let mut story = Story::begin(json!({})).await;
    story.act(json!({ "do": "set", "key": "kept", "value": "1" })).await.ok();
    let before = story.keys().await;

    for deed in ["spin", "grow", "recurse", "spin_in_host"] {
        story.suffer(deed).await;
        assert_eq!(story.keys().await, before, "after {deed}");
    }
}

#[tokio::test]
async fn a_plugin_that_traps_harms_nobody() {
    let mut story = Story::begin(json!({})).await;
    story.act(json!({ "do": "set", "key": "kept", "value": "1" })).await.ok();

    for deed in ["trap", "panic_huge", "divide_by_zero"] {
        story.suffer(deed).await;
    }

    assert_eq!(story.keys().await, json!(["kept"]));
}

#[tokio::test]
async fn what_a_failed_call_did_never_happened() {
    let mut story = Story::begin(json!({})).await;
    story.act(json!({ "do": "set", "key": "kept", "value": "1" })).await.ok();

    story.suffer("write_then_trap").await;
    story.suffer("write_then_spin").await;
    let refused = story.act(json!({ "do": "write_then_refuse" })).await;
    assert_eq!(refused.error(), "conflict");

    assert_eq!(story.keys().await, json!(["kept"]), "nothing written, nothing removed");
    let journal = story.wang.journal(&story.room.number).await;
    let traces: Vec<&Value> =
        journal.iter().filter(|entry| entry["kind"] == "emit" || entry["kind"] == "ran").collect();
    assert!(traces.is_empty(), "no event was sent and no timer fired: {traces:?}");
}

#[tokio::test]
async fn a_view_or_a_report_that_writes_is_refused() {
    let plans = json!({ "view": "write_then_refuse", "report": "write_then_refuse" });
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let hostile = wang.open(&room.number, "hostile", json!({ "do": plans })).await;

    wang.get(&hostile.path("")).await.problem(503, "plugin_fault");
    wang.get(&hostile.path("/report?format=json")).await.problem(503, "plugin_fault");

    let keys = wang.act(&hostile, json!({ "do": "scan", "prefix": "" })).await;
    assert_eq!(keys.reply, json!(["plan:report", "plan:view"]));
    wang.connect(&room.number).await.say("c1", "我们没事").await.ok();
}

#[tokio::test]
async fn a_plugin_says_only_so_much() {
    let mut story = Story::begin(json!({})).await;

    for deed in ["big_reply", "bad_json_reply", "emit_many", "emit_large"] {
        story.suffer(deed).await;
    }

    let loud = story.act(json!({ "do": "emit_to_everyone", "count": 21 })).await;
    assert_eq!(loud.error(), "rate_limited");
    story.act(json!({ "do": "emit_to_everyone", "count": 20 })).await.ok();
    let long = story.act(json!({ "do": "refuse_at_length" })).await;
    assert_eq!(long.error(), "invalid");
    let text = long.frame["error"]["detail"].as_str().expect("a detail");
    assert!(text.chars().count() <= 1_100, "a refusal is for people to read: {} characters", text.chars().count());
}

#[tokio::test]
async fn a_plugin_keeps_only_so_much() {
    let mut story = Story::begin(json!({})).await;

    for deed in ["fill", "long_key", "large_value", "control_key"] {
        story.suffer(deed).await;
    }

    assert_eq!(story.keys().await, json!([]));
}

#[tokio::test]
async fn a_plugins_refusal_is_its_own_word() {
    let mut story = Story::begin(json!({})).await;

    let reply = story.act(json!({ "do": "refuse", "text": "今天不行" })).await;
    assert_eq!((reply.error(), &reply.frame["error"]["detail"]), ("denied", &json!("今天不行")));
    let over_http = story.wang.try_act(&story.hostile, json!({ "do": "refuse", "text": "今天不行" })).await;
    assert_eq!(over_http.problem(403, "denied")["detail"], "今天不行");
}

#[tokio::test]
async fn what_is_emitted_to_one_member_reaches_nobody_else() {
    let mut story = Story::begin(json!({})).await;
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

#[tokio::test]
async fn a_plugin_that_keeps_failing_is_taken_out_of_service_until_an_administrator_puts_it_back() {
    let mut story = Story::begin(json!({})).await;
    let li = story.host.user("小李").await.join(&story.room.number).await;
    let mut lis = li.connect(&story.room.number).await;
    story.act(json!({ "do": "set", "key": "kept", "value": "1" })).await.ok();

    for _ in 0..5 {
        story.suffer("trap").await;
    }
    let faulted = story.socket.expect("faulted", |frame| frame["change"] == "faulted").await;
    assert_eq!(faulted["activity"]["id"], story.hostile.id.as_str());
    assert_eq!(
        story.act(json!({ "do": "nothing" })).await.error(),
        "plugin_fault",
        "decent calls are not tried either"
    );
    story.everything_else_goes_on().await;
    let end = story.socket.say("end", "完").await.seq();
    let heard = lis.events_through(end).await;
    assert!(heard.iter().all(|event| event["change"] != "faulted"), "it is for organizers to see");

    let admin = story.host.administrator();
    let shown = admin.get("/api/admin/plugins/hostile").await.ok(200).to_string();
    assert!(shown.contains("fault"), "{shown}");
    admin.post("/api/admin/plugins/hostile/activate", &json!({ "version": "0.1.0" })).await.ok(200);
    assert_eq!(story.keys().await, json!(["kept"]), "its state is as it was");
}
