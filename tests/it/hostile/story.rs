//! A meeting with a hostile plugin in it, and what has to hold after each of its deeds.

use hezi_tests::{Activity, Conference, Host, Launch, Reply, Socket, User, altered, guest};
use serde_json::{Value, json};

/// A server whose limits are those of the documentation, but for these.
pub(super) fn launch() -> Launch {
    Launch::new()
        .unhurried()
        // What ends a deed is the limit that it is about, on a slow machine too, and no clock.
        .set("limits.plugin.call_cpu_ms", 3_600_000)
        .set("limits.plugin.call_wall_ms", 3_600_000)
        // Few enough for one call to pass.
        .set("limits.plugin.state_keys", 1_000)
        .set("limits.plugin.state_bytes", 200_000)
}

/// The hostile guest, with a `table.grow` where it keeps a place for one.
pub(super) fn hostile() -> Vec<u8> {
    // local.get 0, i32.const 0x13579bdf, i32.mul, i32.const 0x2468ace1, i32.xor, end
    let place = b"\x20\x00\x41\xdf\xb7\xde\x9a\x01\x6c\x41\xe1\xd9\xa2\xa3\x02\x73\x0b";
    // ref.null func, local.get 0, table.grow 0, nine times nop, end
    let grow = b"\xd0\x70\x20\x00\xfc\x0f\x00\x01\x01\x01\x01\x01\x01\x01\x01\x01\x0b";
    altered(&guest("hostile"), place, grow)
}

/// The liar that does this in `describe` and that in `migrate`, as this version with this version of its state.
pub(super) fn liar(describe: &str, migrate: &str, version: &str, state_version: u8) -> Vec<u8> {
    let to = format!("hezi-liar/{describe:.<18}/{migrate:.<10}/{version}/{state_version}");
    altered(&guest("liar"), b"hezi-liar/decent............/decent..../0.1.0/1", to.as_bytes())
}

/// A server with two meetings. In one the hostile activity and a decent one are looked at over a socket; in the other one
/// nobody is connected, so the server asks no activity there for a view by itself.
pub(super) struct Story {
    pub(super) host: Host,
    pub(super) wang: User,
    pub(super) room: Conference,
    pub(super) socket: Socket,
    pub(super) hostile: Activity,
    vote: Activity,
    pub(super) quiet_room: Conference,
    quiet_vote: Activity,
    commands: usize,
}

impl Story {
    pub(super) async fn begin() -> Self {
        let host = launch().start().await;
        let wang = host.user("小王").await;
        host.administrator().upload(hostile()).await.ok(201);
        let config = json!({ "question": "?", "options": ["A", "B"], "revisable": true });
        let (room, quiet_room) = (wang.create_conference("周会").await, wang.create_conference("静会").await);
        let vote = wang.open(&room.number, "vote", config.clone()).await;
        let quiet_vote = wang.open(&quiet_room.number, "vote", config).await;
        let hostile = wang.open(&room.number, "hostile", json!({})).await;
        let socket = wang.connect(&room.number).await;
        let mut story = Story { host, wang, room, socket, hostile, vote, quiet_room, quiet_vote, commands: 0 };
        story.act(json!({ "do": "set", "key": "kept", "value": "1" })).await.ok();
        story
    }

    pub(super) async fn act(&mut self, action: Value) -> Reply {
        self.commands += 1;
        let id = format!("c{}", self.commands);
        self.socket.do_act(&id, &self.hostile.id, action).await
    }

    /// The hostile activity does this and fails with this fault: the member is told which, nothing is left of what the
    /// call did, and everything else goes on.
    pub(super) async fn suffer(&mut self, item: &str, action: Value, fault: &str) {
        let reply = self.act(action).await;
        assert_eq!((reply.error(), fault_of(&reply)), ("plugin_fault", fault), "{item}: {reply:?}");
        let detail = reply.frame["error"]["detail"].as_str().unwrap_or_default();
        assert!((20..5_000).contains(&detail.len()), "{item}: {detail}");
        self.everything_else_goes_on(item).await;
        self.put_back().await;
        assert_eq!(self.keys().await, json!(["kept"]), "{item} left a trace");
    }

    pub(super) async fn everything_else_goes_on(&mut self, item: &str) {
        self.commands += 1;
        let id = format!("c{}", self.commands);
        assert!(self.socket.say(&id, "我们没事").await.is_ok(), "{item}");
        self.wang.act(&self.vote, json!({ "choose": ["A"] })).await;
        self.wang.act(&self.quiet_vote, json!({ "choose": ["A"] })).await;
        assert_eq!(self.host.anonymous().get("/health/ready").await.status, 200, "{item}");
    }

    /// The administrator puts the plugin back into service, and forgives what it did up to now.
    pub(super) async fn put_back(&self) {
        let body = json!({ "version": "0.1.0" });
        self.host.administrator().post("/api/admin/plugins/hostile/activate", &body).await.ok(200);
    }

    /// The keys of the hostile activity's state.
    pub(super) async fn keys(&mut self) -> Value {
        self.act(json!({ "do": "scan", "prefix": "" })).await.ok().clone()
    }

    /// An activity in the quiet room whose export does this. There is none where it is `open` that fails.
    pub(super) async fn prepare(&self, export: &str, deed: &str) -> Option<Activity> {
        if export == "open" {
            return None;
        }
        let config = json!({ "do": { export: deed } });
        let activity = self.wang.open(&self.quiet_room.number, "hostile", config).await;
        // Whoever opens an activity is shown it at once.
        self.put_back().await;
        Some(activity)
    }

    /// Calls the export of an activity that was prepared for it; the fault that came of it.
    pub(super) async fn provoke(&self, activity: Option<&Activity>, export: &str, deed: &str) -> String {
        let wang = &self.wang;
        let problem = match (export, activity) {
            ("act", Some(activity)) => wang.try_act(activity, json!({ "do": deed })).await,
            ("view", Some(activity)) => wang.get(&activity.path("")).await,
            ("report", Some(activity)) => wang.get(&activity.path("/report?format=json")).await,
            ("tick", Some(activity)) => return self.provoke_tick(activity).await,
            _ => {
                let body = json!({ "plugin": "hostile", "config": { "do": { export: deed } }, "open": true });
                wang.post(&self.quiet_room.path("/activities"), &body).await
            }
        };
        let problem = problem.problem(503, "plugin_fault");
        problem["fault"].as_str().unwrap_or_else(|| panic!("a plugin's fault has a name: {problem}")).to_owned()
    }

    /// Nobody waits for the answer of a timer: the administrator sees what became of it.
    async fn provoke_tick(&self, activity: &Activity) -> String {
        let faults = |shown: &Value| shown["versions"][0]["counters"]["faults"].as_u64().expect("a counter");
        let (admin, path) = (self.host.administrator(), "/api/admin/plugins/hostile");
        let before = faults(&admin.get(path).await.ok(200));
        self.wang.act(activity, json!({ "do": "arm", "name": "t", "at_ms": 1 })).await;
        let shown = admin.poll(path, "the fault of a timer", |shown| faults(shown) > before).await;
        self.wang.act(activity, json!({ "do": "disarm", "name": "t" })).await;
        let log = shown["versions"][0]["log"].as_array().expect("a log");
        let line = log.iter().rfind(|line| line["level"] == "fault").expect("a line about the fault");
        let (code, _) = line["message"].as_str().and_then(|line| line.split_once(": ")).expect("a name in front");
        code.to_owned()
    }
}

/// The name of the fault in a reply over the socket.
pub(super) fn fault_of(reply: &Reply) -> &str {
    reply.frame["error"]["fault"].as_str().unwrap_or_default()
}

/// A row's action, as JSON.
pub(super) fn action(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
