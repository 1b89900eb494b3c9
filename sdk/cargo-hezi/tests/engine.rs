//! Engine rooms and scenarios with real components: the vote that comes with Hezi, and the plugin that misbehaves.
//!
//! `make test` builds them and says where they lie, in `HEZI_PLUGINS_DIR` and `HEZI_GUESTS_DIR`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{fs, path::PathBuf, sync::LazyLock};

use cargo_hezi::hezi_plugin::{Engine, Fault, Limits, Plugin, RefusalKind};
use cargo_hezi::{EngineRoom, Mismatch, RoomError, START_MS, Scenario};
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| EngineRoom::engine().expect("an engine"));
static VOTE: LazyLock<Plugin> = LazyLock::new(|| plugin("HEZI_PLUGINS_DIR", "vote"));
static HOSTILE: LazyLock<Plugin> = LazyLock::new(|| plugin("HEZI_GUESTS_DIR", "hostile"));

fn component(folder: &str, name: &str) -> Vec<u8> {
    let place = std::env::var_os(folder).unwrap_or_else(|| panic!("{folder} is not set: run `make test`"));
    let file = PathBuf::from(place).join(format!("{name}.wasm"));
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn plugin(folder: &str, name: &str) -> Plugin {
    Plugin::load(&ENGINE, &component(folder, name), None).expect("the gate lets it through")
}

fn lunch() -> Value {
    json!({ "question": "午饭", "options": ["面", "饭"] })
}

fn hostile(config: Value) -> EngineRoom {
    let mut room = EngineRoom::new(&HOSTILE);
    room.open(config).unwrap();
    room
}

fn play(plugin: &Plugin, steps: &str) -> Option<Mismatch> {
    let text = format!("[[member]]\nid = \"li\"\nname = \"小李\"\n{steps}");
    Scenario::parse(&text).unwrap_or_else(|problem| panic!("{problem}")).play(plugin).mismatch
}

#[test]
fn an_author_tells_a_story_in_rust() {
    let mut room = EngineRoom::load(&component("HEZI_PLUGINS_DIR", "vote")).unwrap();
    let (wang, li) = (room.join_organizer("wang", "小王"), room.join("li", "小李"));
    assert_eq!(room.open(lunch()).unwrap(), "午饭");
    assert_eq!(room.act(&li, json!({ "choose": ["面"] })).unwrap(), json!({ "chosen": ["面"] }));
    let again = room.act(&li, json!({ "choose": ["饭"] })).unwrap_err();
    assert_eq!(again.refusal().map(|refusal| refusal.kind), Some(RefusalKind::Conflict));
    room.act(&wang, json!({ "choose": ["面"] })).unwrap();
    room.advance_ms(60_000).unwrap();
    assert_eq!(room.now_ms(), START_MS + 60_000);
    assert!(serde_json::to_string(&room.view_of(&li).unwrap()).unwrap().contains("你的选择：面"));
    room.close().unwrap();
    let emitted = room.take_emitted();
    assert_eq!(emitted.iter().map(|emitted| &emitted.event["result"]["voters"]).collect::<Vec<_>>(), [&json!(2)]);
    assert_eq!(room.report().unwrap().rows.len(), 2);
    let act = room.costs().of("act").unwrap();
    assert_eq!((act.calls(), act.refused(), act.faults()), (3, 1, 0));
    assert!(
        act.fuel_max() > 0
            && act.host_fuel_max() > 0
            && act.cpu_ns_max() > 0
            && act.memory_bytes_max() > 0
            && act.host_calls_max() > 0,
        "{act:?}"
    );
    assert_eq!(room.costs().never_called().collect::<Vec<_>>(), ["tick", "migrate", "joined", "left"]);
}

#[test]
fn what_does_not_fit_the_schema_is_refused_before_the_plugin_is_asked() {
    let mut room = EngineRoom::new(&VOTE);
    let li = room.join("li", "小李");
    for config in [json!({}), json!({ "question": "午饭", "options": ["面"] })] {
        assert_eq!(room.open(config).unwrap_err().refusal().unwrap().kind, RefusalKind::Invalid);
    }
    assert!(room.costs().of("open").is_none());
    assert!(matches!(room.act(&li, json!({ "choose": ["面"] })), Err(RoomError::WrongPhase { .. })));
    assert!(matches!(room.view(), Err(RoomError::WrongPhase { .. })));
    room.open(lunch()).unwrap();
    let said = room.act(&li, json!({ "choose": "面" })).unwrap_err().to_string();
    assert!(said.starts_with("invalid: action/choose"), "{said}");
    assert!(matches!(room.open(lunch()), Err(RoomError::WrongPhase { .. })));
}

#[test]
fn rooms_of_one_seed_go_the_same_way_and_looking_changes_nothing() {
    let draw = |seed, looks| {
        let mut room = EngineRoom::with_seed(&HOSTILE, seed);
        let li = room.join("li", "小李");
        room.open(json!({})).unwrap();
        (0..looks).for_each(|_| drop(room.view().unwrap()));
        room.act(&li, json!({ "do": "random" })).unwrap()
    };
    assert_eq!(draw(1, 0), draw(1, 3));
    assert_ne!(draw(1, 0), draw(2, 0));
}

#[test]
fn a_fault_is_named_and_changed_nothing() {
    let mut room = hostile(json!({}));
    let li = room.join("li", "小李");
    let before = room.space().clone();
    for (deed, code) in
        [("write_then_trap", "trapped"), ("write_then_spin", "out_of_time"), ("over_quota", "write_budget")]
    {
        let error = room.act(&li, json!({ "do": deed })).unwrap_err();
        let RoomError::Fault { export: "act", fault } = &error else { panic!("{deed}: {error}") };
        assert_eq!(fault.code(), code);
        assert_eq!(room.space(), &before, "{deed}");
    }
    assert_eq!(room.costs().of("act").unwrap().faults(), 3);
}

#[test]
fn timers_fire_in_order_and_not_after_the_end() {
    let mut room = hostile(json!({}));
    let li = room.join("li", "小李");
    for (name, after_ms) in [("late", 2_000), ("early", 1_000), ("past", 0)] {
        room.act(&li, json!({ "do": "arm", "name": name, "at_ms": START_MS + after_ms })).unwrap();
    }
    let ticked = |room: &EngineRoom| room.space().get("ticked").map(|value| String::from_utf8(value.to_vec()).unwrap());
    room.advance_ms(0).unwrap();
    assert_eq!(ticked(&room).as_deref(), Some("past"));
    room.advance_ms(1_999).unwrap();
    assert_eq!(ticked(&room).as_deref(), Some("early"));
    room.close().unwrap();
    room.advance_ms(10_000).unwrap();
    assert_eq!((ticked(&room).as_deref(), room.space().timer_count()), (Some("early"), 1));
    assert_eq!(room.costs().of("tick").unwrap().calls(), 2);
}

#[test]
fn a_timer_that_fails_stops_the_clock_and_stays_armed() {
    let mut room = hostile(json!({ "do": { "tick": "trap" } }));
    let li = room.join("li", "小李");
    room.act(&li, json!({ "do": "arm", "name": "bang", "at_ms": START_MS + 500 })).unwrap();
    let error = room.advance_ms(60_000).unwrap_err();
    assert!(matches!(&error, RoomError::Timer { timer, .. } if timer == "bang"), "{error}");
    assert_eq!((room.now_ms(), room.space().timer("bang")), (START_MS + 500, Some(START_MS + 500)));
}

#[test]
fn a_version_takes_over_a_state_or_leaves_it_alone() {
    let mut room = EngineRoom::new(&HOSTILE);
    room.restore([("plan:view", b"".to_vec())]).unwrap();
    room.migrate(7).unwrap();
    assert_eq!(room.space().get("migrated").map(|value| value.to_vec()), Some(b"7".to_vec()));
    assert!(matches!(room.open(json!({})), Err(RoomError::WrongPhase { .. })));
    // Both have the layout 1, so nothing has to be rewritten.
    room.upgrade(&VOTE).unwrap();
    assert_eq!(room.plugin().description().name, "vote");
    room.migrate(1).unwrap();
    assert_eq!(room.costs().of("migrate").unwrap().calls(), 1);
}

#[test]
fn a_draft_moves_without_a_migration_and_what_is_closed_stays() {
    let mut room = EngineRoom::new(&HOSTILE);
    assert!(matches!(room.migrate(7), Err(RoomError::WrongPhase { .. })), "a draft has nothing to migrate");
    room.upgrade(&VOTE).unwrap();
    assert_eq!(room.open(lunch()).unwrap(), "午饭");
    room.close().unwrap();
    room.upgrade(&HOSTILE).unwrap();
    assert_eq!(room.plugin().description().name, "vote");
    assert!(room.costs().of("migrate").is_none());
    // The same where the layouts differ.
    let (tally, next) = (plugin("HEZI_GUESTS_DIR", "tally"), plugin("HEZI_GUESTS_DIR", "tally-next"));
    assert_ne!(tally.description().state_version, next.description().state_version);
    let mut room = EngineRoom::new(&tally);
    room.upgrade(&next).unwrap();
    assert_eq!(room.plugin().description().state_version, next.description().state_version);
    assert!(room.costs().of("migrate").is_none());
}

#[test]
fn overdue_timers_fire_by_their_times_and_then_by_their_names() {
    let mut room = hostile(json!({}));
    let li = room.join("li", "小李");
    for (name, ago_ms) in [("a", 1_000), ("b", 1_000), ("z", 2_000)] {
        room.act(&li, json!({ "do": "arm", "name": name, "at_ms": START_MS - ago_ms })).unwrap();
    }
    room.advance_ms(0).unwrap();
    assert_eq!(room.costs().of("tick").unwrap().calls(), 3);
    assert_eq!(room.space().get("ticked").map(|value| value.to_vec()), Some(b"b".to_vec()), "the last of all");
}

#[test]
fn a_component_that_the_gate_refuses_has_no_room() {
    assert!(matches!(EngineRoom::load(b"no component"), Err(RoomError::Gate(_))));
    let half = EngineRoom::load(&component("HEZI_GUESTS_DIR", "half-world")).unwrap_err().to_string();
    assert!(half.contains("hezi:activity/activity"), "{half}");
}

#[test]
fn a_scenario_passes() {
    let steps = r#"
        [[step]]
        open = { question = "午饭", options = ["面", "饭"] }
        title = "午饭"
        [[step]]
        as = "li"
        act = { choose = ["面"] }
        reply = { chosen = ["面"] }
        emitted = []
        [[step]]
        view = "everyone"
        shows = ["投票人数: 1", "面: 1/1", "请选择: 面 | 饭", "[投票]"]
        hides = ["小李"]
        [[step]]
        view = "li"
        shows = ["你的选择：面"]
        hides = ["[投票]"]
        [[step]]
        close = true
        emitted = [{ to = "everyone", event = { result = { voters = 1, top = [{ option = "面", votes = 1 }] } } }]
        [[step]]
        report = true
        rows = 1
        shows = ["li | 小李 | 面"]
        [[step]]
        as = "li"
        act = { choose = ["饭"] }
        "#;
    // The last step cannot happen: the vote is closed. All before it go as expected.
    let mismatch = play(&VOTE, steps).unwrap();
    assert_eq!((mismatch.step, mismatch.forgotten), (7, false), "{mismatch:?}");
    assert!(mismatch.got.contains("closed"), "{mismatch:?}");
    assert_eq!(play(&VOTE, steps.rsplit_once("[[step]]").unwrap().0), None);
}

#[test]
fn a_scenario_says_which_step_went_another_way() {
    let opened = "[[step]]\nopen = { question = \"午饭\", options = [\"面\", \"饭\"] }\n";
    let choose = "as = \"li\"\nact = { choose = [\"面\"] }\n";
    for (step, expected, got) in [
        (format!("{choose}reply = {{ chosen = [\"饭\"] }}"), "chosen", "{\"chosen\":[\"面\"]}"),
        (format!("{choose}refused = \"denied\""), "refused as denied", "the reply"),
        (format!("{choose}emitted = [{{ to = \"li\", event = 1 }}]"), "li ← 1", "no event"),
        ("as = \"li\"\nact = { choose = [] }".into(), "that it works", "refused as invalid"),
        ("view = \"li\"\nshows = [\"晚饭\"]".into(), "to read \"晚饭\"", "午饭"),
        ("view = \"li\"\nhides = [\"午饭\"]".into(), "not to read \"午饭\"", "午饭"),
        ("report = true\nrows = 3".into(), "3 rows", "0 rows"),
        ("close = true\nrefused = \"conflict\"".into(), "refused as conflict", "no refusal"),
    ] {
        let mismatch = play(&VOTE, &format!("{opened}[[step]]\n{step}\n")).unwrap_or_else(|| panic!("{step} passes"));
        assert_eq!(mismatch.step, 2, "{mismatch:?}");
        assert!(mismatch.expected.contains(expected) && mismatch.got.contains(got), "{step}: {mismatch:?}");
    }
}

#[test]
fn a_scenario_never_passes_over_a_fault_and_shows_what_was_logged() {
    let steps = "[[step]]\nopen = {}\n[[step]]\nas = \"li\"\nact = { do = \"trap\" }\nrefused = \"conflict\"\n";
    let mismatch = play(&HOSTILE, steps).unwrap();
    assert!(mismatch.step == 2 && mismatch.got.contains("(trapped)"), "{mismatch:?}");
    let flood = "[[step]]\nopen = {}\n[[step]]\nas = \"li\"\nact = { do = \"log_flood\" }\nreply = 1\n";
    let log = play(&HOSTILE, flood).unwrap().log;
    assert!(log.len() == 8 && log.iter().all(|line| line.starts_with("info: ")), "the last lines: {log:?}");
}

#[test]
fn what_is_kept_in_memory_instead_of_the_state_is_found() {
    let remember = "[[step]]\nas = \"li\"\nact = { do = \"remember\" }\n";
    let mismatch =
        play(&HOSTILE, &format!("[[step]]\nopen = {{}}\n{remember}reply = 1\n{remember}reply = 2\n")).unwrap();
    assert!(mismatch.forgotten && mismatch.step == 3, "{mismatch:?}");
    assert_eq!((mismatch.expected.as_str(), mismatch.got.as_str()), ("the reply 2", "the reply 1"));
}

#[test]
fn a_scenario_takes_over_an_old_state() {
    let steps = r#"
        [[step]]
        migrate_from = 3
        state = { "score/li" = 7, "config" = { title = "x" } }
        [[step]]
        as = "li"
        act = { do = "get", key = "config" }
        reply = '{"title":"x"}'
        [[step]]
        as = "li"
        act = { do = "get", key = "migrated" }
        reply = "3"
        "#;
    assert_eq!(play(&HOSTILE, steps), None);
    // A layout that is the plugin's own already is left alone, as on the server.
    let own = steps.replace("migrate_from = 3", "migrate_from = 1").replace("reply = \"3\"", "");
    let mismatch = play(&HOSTILE, &own.replace("key = \"migrated\" }", "key = \"migrated\" }\nreply = \"1\"")).unwrap();
    assert_eq!((mismatch.step, play(&HOSTILE, &own)), (3, None), "{mismatch:?}");
}

#[test]
fn the_limits_are_those_of_the_server() {
    let limit_fuel = Limits::default().call_fuel;
    assert_eq!(ENGINE.limits().call_fuel, limit_fuel);
    let mut room = hostile(json!({ "do": { "view": "spin" } }));
    let error = room.view().unwrap_err();
    let RoomError::Fault { export: "view", fault } = error else { panic!("{error}") };
    assert_eq!(fault, Fault::OutOfFuel { limit_fuel });
}
