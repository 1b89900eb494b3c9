//! The test room keeps the host's promises: tested with an activity that breaks every rule it is told to.

use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::{Audience, Cell, Counter, ReadCtx, Report};

crate::texts! {
    /// What the probe says.
    struct Texts: "zh-Hans";
    title = "探针";
    summary = "什么都试";
    fields { "title" = "标题"; }
}

const COUNT: Counter = Counter::new("count");
const LAST: Cell<u64> = Cell::new("last");

struct Probe;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    title: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Action {
    Add { number: u64 },
    AddAndRefuse {},
    AddAndPanic {},
    Draw {},
    Write { value_bytes: usize, times: usize },
    Shout { times: usize },
    Arm { timer: String, in_ms: u64 },
    Delete { key: String, times: usize },
    Fill { from: usize, times: usize },
    Nest { depth: usize },
    Tell { times: usize, bytes: usize },
}

#[derive(Serialize, JsonSchema)]
struct Reply {
    value: u64,
    #[serde(skip_serializing_if = "Value::is_null")]
    more: Value,
}

#[derive(Serialize, JsonSchema)]
struct Event {
    added: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    more: String,
}

impl Activity for Probe {
    const NAME: &'static str = "probe";
    const VERSION: &'static str = "1.0.0";
    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx<Event>, config: Config) -> Result<String> {
        ctx.set_timer("second", ctx.now_ms() + 2_000);
        ctx.set_timer("first", ctx.now_ms() + 1_000);
        Ok(config.title)
    }

    fn act(ctx: &mut Ctx<Event>, _caller: &Member, action: Action) -> Result<Reply> {
        let value = match action {
            Action::Add { number } => COUNT.add(ctx, number),
            Action::AddAndRefuse {} => {
                change_everything(ctx);
                return Err(Error::conflict("不行"));
            }
            Action::AddAndPanic {} => {
                change_everything(ctx);
                panic!("on purpose");
            }
            Action::Draw {} => ctx.random_u64(),
            Action::Write { value_bytes, times } => {
                let text = "x".repeat(value_bytes);
                (0..times).for_each(|_| Cell::<String>::new("text").set(ctx, &text));
                0
            }
            Action::Shout { times } => {
                (0..times).for_each(|_| ctx.emit_everyone(&Event { added: 0, more: String::new() }));
                0
            }
            Action::Arm { timer, in_ms } => {
                let now_ms = ctx.now_ms();
                ctx.set_timer(&timer, now_ms + in_ms);
                0
            }
            Action::Delete { key, times } => {
                (0..times).for_each(|_| crate::host::state::delete(&key));
                0
            }
            Action::Fill { from, times } => {
                (from..from + times).for_each(|n| crate::host::state::set(&format!("fill/{n:04}"), &[b'x'; 60_000]));
                0
            }
            Action::Nest { depth } => {
                let more = (0..depth).fold(json!(1), |value, _| json!([value]));
                return Ok(Reply { value: 0, more });
            }
            Action::Tell { times, bytes } => {
                let more = "x".repeat(bytes);
                (0..times).for_each(|_| ctx.emit_organizers(&Event { added: 0, more: more.clone() }));
                return Ok(Reply { value: 0, more: Value::from("x".repeat(300_000)) });
            }
        };
        Ok(Reply { value, more: Value::Null })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        let mut view = View::new();
        view.statistic("count", COUNT.get(ctx).to_string());
        view.statistic("viewer", viewer.map_or("all", |viewer| &viewer.name));
        Ok(view)
    }

    fn tick(ctx: &mut Ctx<Event>, timer: &str) -> Result<()> {
        let now_ms = ctx.now_ms();
        LAST.set(ctx, &now_ms);
        ctx.log(Level::Info, timer);
        match timer {
            "again" => ctx.set_timer("again", 0),
            "refuse" => return Err(Error::conflict("不行")),
            _ => {}
        }
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        report.columns(["n"]);
        report.summary(|| json!({ "count": COUNT.get(ctx) }));
        report.rows_by_index(2_500, |n| [n.to_string()]);
        Ok(())
    }
}

fn change_everything(ctx: &mut Ctx<Event>) {
    COUNT.add(ctx, 1);
    LAST.remove(ctx);
    LAST.set(ctx, &1);
    ctx.cancel_timer("first");
    ctx.set_timer("third", 0);
    ctx.emit_everyone(&Event { added: 1, more: String::new() });
}

fn open_room() -> (Room<Probe>, Member) {
    let mut room = Room::new();
    let wang = room.join("wang", "小王");
    assert_eq!(room.open(json!({ "title": "题" })).unwrap(), "题");
    (room, wang)
}

#[test]
fn a_refused_or_panicking_call_changes_nothing() {
    let (mut room, wang) = open_room();
    room.act(&wang, json!({ "add": { "number": 5 } })).unwrap();
    let (state, timers) = (room.state().clone(), room.timers().clone());
    assert_eq!(room.act(&wang, json!({ "add_and_refuse": {} })), Err(Error::conflict("不行")));
    assert!(catch_unwind(AssertUnwindSafe(|| room.act(&wang, json!({ "add_and_panic": {} })))).is_err());
    assert_eq!((room.state(), room.timers()), (&state, &timers));
    assert_eq!(room.take_emitted(), []);
    assert_eq!(room.act(&wang, json!({ "add": { "number": 1 } })).unwrap(), json!({ "value": 6 }));
}

#[test]
fn timers_fire_in_order_at_their_time_and_once() {
    let (mut room, _) = open_room();
    room.advance_ms(999).unwrap();
    assert!(room.log().is_empty());
    room.advance_ms(10_000).unwrap();
    assert_eq!(room.log().iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!(room.state()["last"], (START_MS + 2_000).to_string().into_bytes());
    assert_eq!(room.now_ms(), START_MS + 10_999);
    room.advance_ms(10_000).unwrap();
    assert_eq!(room.log().len(), 2);
}

#[test]
fn no_timer_fires_after_closing() {
    let (mut room, _) = open_room();
    room.close().unwrap();
    room.advance_ms(10_000).unwrap();
    assert!(room.log().is_empty());
}

#[test]
fn a_timer_that_arms_itself_fires_ten_times_a_second() {
    let (mut room, wang) = open_room();
    room.act(&wang, json!({ "arm": { "timer": "again", "in_ms": 0 } })).unwrap();
    room.advance_ms(950).unwrap();
    assert_eq!(room.log().len(), 10);
}

#[test]
fn a_timer_that_is_refused_stays_armed() {
    let (mut room, wang) = open_room();
    room.act(&wang, json!({ "arm": { "timer": "refuse", "in_ms": 5 } })).unwrap();
    assert_eq!(room.advance_ms(10), Err(Error::conflict("不行")));
    assert_eq!((room.now_ms(), room.timers()["refuse"]), (START_MS + 5, START_MS + 5));
    assert!(!room.state().contains_key("last"), "what the tick did is undone");
    assert!(room.advance_ms(0).is_err(), "and it comes again");
}

#[test]
fn late_timers_fire_with_the_next_look_at_the_clock() {
    let (mut room, _) = open_room();
    room.delay_timers_ms(1_500);
    assert_eq!((room.now_ms(), room.log().len()), (START_MS + 1_500, 0));
    room.advance_ms(0).unwrap();
    assert_eq!(room.state()["last"], (START_MS + 1_500).to_string().into_bytes());
    assert_eq!(room.log().len(), 1);
}

#[test]
fn late_timers_fire_by_their_times_and_then_by_their_names() {
    let (mut room, wang) = open_room();
    for (timer, in_ms) in [("z", 500), ("b", 1_500), ("a", 1_500)] {
        room.act(&wang, json!({ "arm": { "timer": timer, "in_ms": in_ms } })).unwrap();
    }
    room.delay_timers_ms(5_000);
    room.advance_ms(0).unwrap();
    assert_eq!(
        room.log().iter().map(|(_, timer)| timer.as_str()).collect::<Vec<_>>(),
        ["z", "first", "a", "b", "second"]
    );
}

#[test]
fn randomness_is_the_hosts_chacha20_stream() {
    let (mut room, wang) = open_room();
    room.seed_next_call([0; 32]);
    // Looking draws nothing, so the seed is for what comes after it.
    assert!(room.view().is_ok() && room.report().is_ok());
    // The first eight bytes of ChaCha20 with a key of zeros, as every test vector has them: 76b8e0ada0f13d90.
    let expected = u64::from_le_bytes([0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90]);
    assert_eq!(room.act(&wang, json!({ "draw": {} })).unwrap(), json!({ "value": expected }));
    let next = room.act(&wang, json!({ "draw": {} })).unwrap();
    assert_ne!(next, json!({ "value": expected }));
}

#[test]
fn rooms_of_one_seed_go_the_same_way() {
    let draw = |seed, looks| {
        let mut room = Room::<Probe>::with_seed(seed);
        let wang = room.join("wang", "小王");
        room.open(json!({ "title": "" })).unwrap();
        (0..looks).for_each(|_| drop(room.view().unwrap()));
        room.act(&wang, json!({ "draw": {} })).unwrap()
    };
    assert_eq!(draw(1, 0), draw(1, 0));
    assert_eq!(draw(1, 0), draw(1, 3), "looking changes nothing");
    assert_ne!(draw(1, 0), draw(2, 0));
}

#[test]
fn what_would_fail_on_the_host_panics_here() {
    let fails = |action: Value| {
        let (mut room, wang) = open_room();
        catch_unwind(AssertUnwindSafe(|| room.act(&wang, action))).is_err()
    };
    assert!(!fails(json!({ "write": { "value_bytes": 65_534, "times": 3 } })));
    assert!(fails(json!({ "write": { "value_bytes": 65_535, "times": 1 } })), "a value");
    assert!(fails(json!({ "write": { "value_bytes": 65_534, "times": 4 } })), "writes of a call");
    assert!(!fails(json!({ "shout": { "times": 20 } })));
    assert!(fails(json!({ "shout": { "times": 21 } })), "events to everyone in a second");
    assert!(!fails(json!({ "arm": { "timer": "t", "in_ms": 1 } })));
    assert!(fails(json!({ "arm": { "timer": "a\tb", "in_ms": 1 } })), "a timer's name");
    // The reply is an object, which is a level of its own.
    assert!(!fails(json!({ "nest": { "depth": 126 } })));
    assert!(fails(json!({ "nest": { "depth": 127 } })), "nesting");
    assert!(!fails(json!({ "tell": { "times": 22, "bytes": 16_000 } })));
    assert!(fails(json!({ "tell": { "times": 23, "bytes": 16_000 } })), "writes, events and reply together");
}

#[test]
fn deleting_what_is_not_there_is_no_mistake_and_costs_nothing() {
    let (mut room, wang) = open_room();
    for key in ["absent", "", "a\nb", &"k".repeat(257)] {
        room.act(&wang, json!({ "delete": { "key": key, "times": 2_000 } })).unwrap();
    }
    room.act(&wang, json!({ "add": { "number": 1 } })).unwrap();
    room.act(&wang, json!({ "delete": { "key": "count", "times": 2 } })).unwrap();
    assert!(!room.state().contains_key("count"));
}

#[test]
fn the_state_is_bounded_as_a_whole() {
    let (mut room, wang) = open_room();
    let fill = |room: &mut Room<Probe>, from: usize, times: usize| {
        let action = json!({ "fill": { "from": from, "times": times } });
        catch_unwind(AssertUnwindSafe(|| room.act(&wang, action))).is_ok()
    };
    // A key has 9 bytes, so 1,118 entries and no more fit into 64 MiB.
    assert!((0..279).all(|call| fill(&mut room, call * 4, 4)));
    assert!(fill(&mut room, 1_116, 2));
    assert!(!fill(&mut room, 1_118, 1), "one too many");
    assert!(fill(&mut room, 0, 4), "in the place of what is there");
    assert!(!fill(&mut room, 1_118, 1), "a call that failed has left the count as it was");
}

#[test]
fn the_broadcast_limit_holds_across_calls_and_forgets() {
    let (mut room, wang) = open_room();
    room.act(&wang, json!({ "shout": { "times": 20 } })).unwrap();
    room.take_emitted();
    assert!(catch_unwind(AssertUnwindSafe(|| room.act(&wang, json!({ "shout": { "times": 1 } })))).is_err());
    room.advance_ms(1_000).unwrap();
    room.act(&wang, json!({ "shout": { "times": 1 } })).unwrap();
    assert_eq!(room.take_emitted()[0].to, Audience::Everyone);
}

#[test]
fn views_and_reports_read() {
    let (mut room, wang) = open_room();
    room.act(&wang, json!({ "add": { "number": 2 } })).unwrap();
    assert_eq!(room.view().unwrap().find_statistic("viewer"), Some("all"));
    assert_eq!(room.view_of(&wang).unwrap().find_statistic("viewer"), Some("小王"));
    let table = room.report().unwrap();
    assert_eq!((table.rows.len(), table.pages), (2_500, 3));
    assert_eq!(table.summary, json!({ "count": 2 }));
}

#[test]
fn bad_json_is_invalid_and_names_the_field() {
    let (mut room, wang) = open_room();
    let refused = room.act_text(&wang, r#"{"add":{"number":-1}}"#).unwrap_err();
    assert_eq!(refused, Error::invalid("add.number: invalid value: integer `-1`, expected u64"));
    let mut room = Room::<Probe>::new();
    assert!(matches!(room.open(json!({ "title": "", "more": 1 })), Err(Error::Invalid(text)) if text.contains("more")));
}

#[test]
fn a_version_without_a_migration_leaves_the_room_as_it_was() {
    struct Next;
    impl Activity for Next {
        const NAME: &'static str = "probe";
        const VERSION: &'static str = "2.0.0";
        type Texts = Texts;
        const STATE_VERSION: u32 = 3;
        type Config = Config;
        type Action = Action;
        type Reply = Reply;
        type Event = NoEvent;
        fn open(_: &mut Ctx, config: Config) -> Result<String> {
            Ok(config.title)
        }
        fn act(_: &mut Ctx, _: &Member, _: Action) -> Result<Reply> {
            Ok(Reply { value: 0, more: Value::Null })
        }
        fn view(_: &ReadCtx, _: Option<&Member>) -> Result<View> {
            Ok(View::new())
        }
        fn migrate(ctx: &mut Ctx, from_version: u32) -> Result<()> {
            if from_version != 1 {
                return Err(Error::conflict("?"));
            }
            COUNT.add(ctx, 100);
            Ok(())
        }
    }
    let (mut room, wang) = open_room();
    room.act(&wang, json!({ "add": { "number": 2 } })).unwrap();
    let next = room.upgrade::<Next>().unwrap();
    assert_eq!(next.state()["count"], b"102");
    assert!(matches!(next.upgrade::<Probe>(), Err(Error::Conflict(_))), "Probe knows no layout but its own");
    assert_eq!(room.state()["count"], b"2");
    // A draft has no state to migrate, and what is closed is left alone.
    assert!(Room::<Next>::new().upgrade::<Probe>().is_ok());
    room.close().unwrap();
    let moved = catch_unwind(AssertUnwindSafe(|| room.upgrade::<Next>().is_ok()));
    assert!(moved.is_err(), "the host would not move it");
    // The same without the old version's code.
    let mut next = Room::<Next>::take_over(1, [("count", "2")]).unwrap();
    assert_eq!(next.state()["count"], b"102");
    assert!(next.act(&wang, json!({ "draw": {} })).is_ok(), "it is open");
    assert!(matches!(Room::<Next>::take_over(2, [("count", "2")]), Err(Error::Conflict(_))));
    assert_eq!(Room::<Next>::take_over(3, [("count", "2")]).unwrap().state()["count"], b"2", "the layout is its own");
}

#[test]
fn a_description_is_the_same_each_time_and_its_schemas_are_objects() {
    let description = Room::<Probe>::describe();
    assert_eq!(description, Room::<Probe>::describe());
    for schema in [&description.config_schema, &description.action_schema, &description.event_schema] {
        assert!(serde_json::from_str::<Value>(schema).unwrap().is_object());
    }
}
