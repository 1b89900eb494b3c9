//! The example plugin in C: the interface is the contract, whatever language keeps to it.
//!
//! `make examples` builds it where clang and its linker can be had. Where they cannot, these tests say that they tested
//! nothing; where they can, a missing component is a failure.

use hezi_tests::{Activity, Conference, Host, Launch, Socket, User, View, example, examples_folder, program};
use serde_json::{Value, json};

/// The component; none on a machine without the tools to build it.
fn applause() -> Option<Vec<u8>> {
    if examples_folder().join("applause.wasm").is_file() {
        return Some(example("applause"));
    }
    let missing: Vec<&str> =
        ["clang", "wasm-ld"].into_iter().filter(|tool| program::find(&[*tool]).is_none()).collect();
    assert!(!missing.is_empty(), "clang and wasm-ld are here, but no applause.wasm: `make examples` builds it");
    program::say_untested(&format!("the example plugin in C, for there is no {} here", missing.join(" or ")));
    None
}

/// A conference in which two people look at an applause.
struct Story {
    _host: Host,
    room: Conference,
    wang: User,
    li: User,
    zhang: User,
    lis: Socket,
    zhangs: Socket,
    applause: Activity,
}

impl Story {
    async fn begin(component: Vec<u8>, goal: u64) -> Self {
        let host = Launch::new().unhurried().start().await;
        host.administrator().upload(component).await.ok(201);
        let wang = host.user("小王").await;
        let room = wang.create_conference("周会").await;
        let li = host.user("小李").await.join(&room.number).await;
        let zhang = host.user("小\"张\"").await.join(&room.number).await;
        let (lis, zhangs) = (li.connect(&room.number).await, zhang.connect(&room.number).await);
        let applause = wang.open(&room.number, "applause", json!({ "title": "感谢\n\"讲者\"", "goal": goal })).await;
        Story { _host: host, room, wang, li, zhang, lis, zhangs, applause }
    }

    /// Both members clap, one after the other, and the goal of 15 is reached by the second.
    async fn clap_to_the_goal(&mut self) {
        let first = self.lis.do_act("a1", &self.applause.id, json!({ "clap": 10 })).await;
        assert_eq!(first.ok(), &json!({ "claps": 10, "total": 10 }));
        let second = self.zhangs.do_act("a1", &self.applause.id, json!({ "clap": 7 })).await;
        assert_eq!(second.ok(), &json!({ "claps": 7, "total": 17 }));
        let third = self.lis.do_act("a2", &self.applause.id, json!({ "clap": 1 })).await;
        assert_eq!(third.ok(), &json!({ "claps": 11, "total": 18 }));
    }
}

/// The names of the interfaces that a component imports: its import sections, outside of what is nested in it.
fn imports(component: &[u8]) -> Vec<String> {
    const IMPORT_SECTION: u8 = 10;
    const PLAIN_NAME: u8 = 0;
    const INSTANCE: u8 = 5;
    let mut rest = &component[8..];
    let mut names = Vec::new();
    while !rest.is_empty() {
        let id = take(&mut rest, 1)[0];
        let length = number(&mut rest);
        let mut section = take(&mut rest, length);
        let count = if id == IMPORT_SECTION { number(&mut section) } else { 0 };
        for _ in 0..count {
            assert_eq!(take(&mut section, 1), [PLAIN_NAME]);
            let length = number(&mut section);
            names.push(String::from_utf8(take(&mut section, length).to_vec()).unwrap());
            assert_eq!(take(&mut section, 1), [INSTANCE], "{names:?}: a plugin imports interfaces only");
            number(&mut section);
        }
    }
    names
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (front, rest) = bytes.split_at(count);
    *bytes = rest;
    front
}

/// A number in LEB128.
fn number(bytes: &mut &[u8]) -> usize {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = take(bytes, 1)[0];
        number |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return number;
        }
    }
}

#[test]
fn it_imports_the_interface_and_nothing_else() {
    let Some(component) = applause() else { return };

    let mut found = imports(&component);

    found.sort_unstable();
    let expected = ["locale", "room", "state", "types"].map(|name| format!("hezi:activity/{name}@0.1.0"));
    assert_eq!(found, expected);
    assert!(!component.windows(4).any(|word| word == b"wasi"), "not even a word of WASI");
}

#[tokio::test]
async fn everybody_sees_the_meter_rise_and_hears_once_that_the_goal_is_reached() {
    let Some(component) = applause() else { return };
    let mut story = Story::begin(component, 15).await;
    assert_eq!(story.applause.title, "感谢\n\"讲者\"");

    story.clap_to_the_goal().await;

    let by = json!({ "id": story.zhang.id, "name": "小\"张\"" });
    let event = json!({ "goal_reached": { "goal": 15, "total": 17, "by": by } });
    let end = story.lis.say("end", "完").await.seq();
    for socket in [&mut story.lis, &mut story.zhangs] {
        let heard = socket.events_through(end).await;
        let emitted: Vec<&Value> = heard.iter().filter(|entry| entry["kind"] == "emit").collect();
        assert_eq!(emitted.len(), 1, "{emitted:?}");
        assert_eq!(
            (&emitted[0]["activity"], &emitted[0]["event"]),
            (&json!(story.applause.id), &event),
            "the clap after the goal says nothing"
        );
        socket.expect_view(&story.applause.id, |view| View::of(view).statistic("掌声").as_deref() == Some("18")).await;
    }
    let journal = story.wang.journal(&story.room.number).await;
    let kept: Vec<&Value> =
        journal.iter().filter(|entry| entry["kind"] == "emit").map(|entry| &entry["event"]).collect();
    assert_eq!(kept, [&event]);
}

#[tokio::test]
async fn the_view_and_the_report_say_who_clapped() {
    let Some(component) = applause() else { return };
    let mut story = Story::begin(component, 15).await;
    story.clap_to_the_goal().await;

    let seen = story.li.look_at(&story.applause).await;
    let view = View::of(&seen.view);
    assert_eq!(view.blocks("heading"), [&json!({ "type": "heading", "text": "感谢\n\"讲者\"" })]);
    assert_eq!(view.blocks("celebration").len(), 1, "{:?}", seen.view);
    let figures = ["掌声", "目标", "鼓掌人数"].map(|label| view.statistic(label).unwrap_or_default());
    assert_eq!(figures, ["18", "15", "2"]);
    assert_eq!(view.bars(), [("掌声".to_owned(), 18)]);
    assert_eq!(view.people(), [story.li.id.as_str(), &story.zhang.id]);
    assert!(view.words().contains("你鼓了 11 下掌"), "{}", view.words());
    let field = json!({ "name": "clap", "label": "鼓掌几下", "required": true,
        "input": { "type": "number", "min": 1.0, "max": 10.0, "step": 1.0 } });
    let form = json!({ "type": "form", "id": "clap", "fields": [field], "submit": "鼓掌", "shown_to": "everyone",
        "plain": "鼓掌几下; 鼓掌" });
    assert_eq!(view.blocks("form"), [&form], "its action is the object of its fields, not wrapped in anything");

    let report = story.wang.report(&story.applause).await;
    let row = |user: &User, claps: &str| [user.id.clone(), user.name.clone(), claps.to_owned()];
    let mut rows = [row(&story.li, "11"), row(&story.zhang, "7")];
    rows.sort_unstable();
    assert_eq!(report["columns"], json!(["成员", "姓名", "掌声"]));
    assert_eq!(report["rows"], json!(rows));
    let summary = json!({ "title": "感谢\n\"讲者\"", "goal": 15, "total": 18, "clappers": 2 });
    assert_eq!(report["summary"], summary);
}

#[tokio::test]
async fn a_refusal_reaches_the_person_and_changes_nothing() {
    let Some(component) = applause() else { return };
    let mut story = Story::begin(component, 1_000).await;
    for n in 0..9 {
        story.lis.do_act(&format!("c{n}"), &story.applause.id, json!({ "clap": 10 })).await.ok();
    }
    story.lis.do_act("c9", &story.applause.id, json!({ "clap": 7 })).await.ok();

    let too_many = story.lis.do_act("r1", &story.applause.id, json!({ "clap": 10 })).await;
    assert_eq!(too_many.error(), "conflict");
    assert_eq!(too_many.frame["error"]["detail"], "你只剩 3 下掌声，请少鼓几下");
    let last = story.lis.do_act("r2", &story.applause.id, json!({ "clap": 3 })).await;
    assert_eq!(last.ok(), &json!({ "claps": 100, "total": 100 }));
    let none_left = story.li.try_act(&story.applause, json!({ "clap": 1 })).await;
    assert_eq!(none_left.problem(410, "exhausted")["detail"], "你的 100 下掌声已经用完了，把舞台留给别人吧");
    for action in [json!({ "clap": 0 }), json!({ "clap": 11 }), json!({ "clap": "1" }), json!({ "boo": 1 })] {
        story.zhang.try_act(&story.applause, action).await.problem(422, "invalid");
    }
    for config in [json!({ "title": " \u{3000}" }), json!({ "title": "茶", "goal": 0 }), json!({ "goal": 5 })] {
        let body = json!({ "plugin": "applause", "config": config });
        story.wang.post(&story.room.path("/activities"), &body).await.problem(422, "invalid");
    }

    let report = story.wang.report(&story.applause).await;
    assert_eq!(report["rows"], json!([[story.li.id, story.li.name, "100"]]));
    let seen = story.li.look_at(&story.applause).await;
    assert!(View::of(&seen.view).blocks("form").is_empty(), "who has none left is not asked to clap");
}

#[tokio::test]
async fn it_serves_on_after_it_is_closed_and_opened_again_elsewhere() {
    let Some(component) = applause() else { return };
    let mut story = Story::begin(component, 15).await;
    story.clap_to_the_goal().await;

    let closed = story.wang.close(&story.applause).await;

    assert_eq!(closed.phase, "closed");
    assert!(View::of(&closed.view).blocks("form").is_empty(), "{}", closed.view);
    story.li.try_act(&story.applause, json!({ "clap": 1 })).await.problem(409, "wrong_phase");
    assert_eq!(story.wang.report(&story.applause).await["summary"]["total"], 18);
    let again = story.wang.open(&story.room.number, "applause", json!({ "title": "再来一次" })).await;
    let acted = story.li.act(&again, json!({ "clap": 1 })).await;
    assert_eq!(acted.reply, json!({ "claps": 1, "total": 1 }), "activities share nothing");
}
