//! The misdeeds, and a few decent things to measure and compare with.
//!
//! A name that is not known is done decently: nothing happens.

use std::{
    cell::Cell,
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
};

use serde_json::Value;

use crate::{
    exports::hezi::activity::activity::{Block, Error, ReportPage},
    hezi::activity::{
        clock, confirmation, locale, log, random, room, state, timer,
        types::{Audience, Bar, Bars, Button, Card, Cards, Field, Form, Input, NumberField, ShownTo, Tab},
    },
};

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

/// Does the deed; the reply if it has one of its own.
pub fn run(deed: &str, action: &Value) -> Result<Option<String>, Error> {
    exhaust(deed);
    trap(deed);
    emit(deed, action);
    break_state(deed);
    touch_the_rest(deed, action);
    refuse(deed, action)?;
    Ok(reply(deed).or_else(|| answer(deed, action)))
}

/// Uses up time, memory or stack.
fn exhaust(deed: &str) {
    match deed {
        "spin" => spin(),
        "million_host_calls" => (0..1_000_000).for_each(|_| _ = black_box(clock::now())),
        "spin_in_host" => (0..u64::MAX).for_each(|_| _ = black_box(clock::now())),
        "sort_for_ever" => loop {
            black_box(vec![1_u8; 1 << 20]).sort_unstable();
        },
        "grow" => grow(),
        "grow_table" => drop(black_box(grow_table(black_box(1_000_000)))),
        "grow_quietly" => drop(black_box(vec![1_u8; 20 << 20])),
        "recurse" => drop(black_box(recurse(1))),
        "recurse_lightly" => drop(black_box(recurse_lightly(black_box(u64::MAX)))),
        "parse_deep" => drop(serde_json::from_str::<Value>(&nested(127)).map_err(|error| panic!("{error}"))),
        _ => {}
    }
}

/// Traps, with and without having changed something.
fn trap(deed: &str) {
    match deed {
        "trap" => unreachable!("on request"),
        "panic_huge" => panic!("{}", "huge ".repeat(200_000)),
        "divide_by_zero" => drop(black_box(black_box(1_u32).checked_div(0).expect("on request"))),
        "write_then_trap" => {
            leave_traces();
            panic!("after writing");
        }
        "write_then_spin" => {
            leave_traces();
            spin();
        }
        _ => {}
    }
}

fn refuse(deed: &str, action: &Value) -> Result<(), Error> {
    match deed {
        "write_then_refuse" => {
            leave_traces();
            Err(Error::Conflict("refused after writing".into()))
        }
        "refuse" => Err(Error::Denied(text(action, "text").into())),
        "refuse_at_length" => Err(Error::Invalid("长".repeat(100_000))),
        _ => Ok(()),
    }
}

/// Emits and logs too much, or what is no JSON.
fn emit(deed: &str, action: &Value) {
    match deed {
        "emit_many" => (0..10_000).for_each(|_| room::emit(&Audience::Organizers, "{}")),
        "emit_to_everyone" => (0..number(action, "count")).for_each(|_| room::emit(&Audience::Everyone, "{}")),
        "emit_large" => room::emit(&Audience::Everyone, &format!("\"{}\"", "x".repeat(20_000))),
        "emit_bad_json" => room::emit(&Audience::Everyone, "{\"a\":"),
        "emit_deep_json" => room::emit(&Audience::Everyone, &nested(5_000)),
        "emit_to_member" => room::emit(&Audience::Member(text(action, "id").into()), "{\"hello\":true}"),
        "log_for_ever" => (0..u64::MAX).for_each(|_| log::write(log::Level::Info, "flood")),
        "log_flood" => (0..10_000).for_each(|n| log::write(log::Level::Info, &format!("{n} {}", "长".repeat(1_000)))),
        _ => {}
    }
}

/// Replies that must not get through.
fn reply(deed: &str) -> Option<String> {
    match deed {
        "big_reply" => Some(format!("\"{}\"", "x".repeat(2 << 20))),
        "bad_json_reply" => Some("{\"a\":1".into()),
        "deep_json_reply" => Some(nested(100_000)),
        "lone_surrogate_reply" => Some(r#""\ud800""#.into()),
        _ => None,
    }
}

/// Breaks the limits of the state.
fn break_state(deed: &str) {
    match deed {
        "big_key_to_host" => drop(state::get(&"k".repeat(2 << 20))),
        "over_quota" => (0..u64::MAX).for_each(|n| fill(n, 1, 60_000)),
        "overwrite_for_ever" => (0..u64::MAX).for_each(|_| fill(0, 1, 60_000)),
        "control_key" => state::set("a\0b", b"1"),
        "empty_key" => state::set("", b"1"),
        "long_key" => state::set(&"k".repeat(257), b"1"),
        "large_value" => state::set("large", &[0; 65_537]),
        "add_to_text" => {
            state::set("text", b"1x");
            state::add("text", 1);
        }
        "add_too_much" => (0..2).for_each(|_| _ = state::add("sum", i64::MAX)),
        "host_calls" => (0..u64::MAX).for_each(|_| state::set("k", b"")),
        _ => {}
    }
}

/// Uses state, timers and randomness, decently or not, without an answer.
fn touch_the_rest(deed: &str, action: &Value) {
    let number = |name| number(action, name);
    match deed {
        "set" => state::set(text(action, "key"), text(action, "value").as_bytes()),
        "delete" => state::delete(text(action, "key")),
        "fill" => fill(number("from"), number("count"), number("bytes")),
        "random_flood" => drop(random::bytes(u32::MAX)),
        "arm" => timer::set(text(action, "name"), number("at_ms")),
        "disarm" => timer::cancel(text(action, "name")),
        "arm_many" => (0..100).for_each(|n| timer::set(&format!("t{n}"), 1)),
        "ask" => confirmation::before_form("no form", "Sure?"),
        "ask_nothing" => confirmation::before_form("1", ""),
        "long_timer" => timer::set(&"t".repeat(65), 1),
        _ => {}
    }
}

/// What is decent and has an answer.
fn answer(deed: &str, action: &Value) -> Option<String> {
    let text = |name| text(action, name);
    Some(match deed {
        "get" => Value::from(state::get(text("key")).map(text_of)).to_string(),
        "increment" => increment(text("key")).to_string(),
        "reply_of" => "x".repeat(number(action, "bytes") as usize),
        "crafted_cursor" => keys(text("prefix"), Some(text("cursor")), state::Order::Ascending),
        "scan" => keys(text("prefix"), None, state::Order::Ascending),
        "scan_backward" => keys(text("prefix"), None, state::Order::Descending),
        "add" => state::add(text("key"), action["delta"].as_i64().unwrap_or(1)).to_string(),
        "language" => Value::from(locale::language()).to_string(),
        "random" => format!("[{},{:?},{}]", random::get_u64(), random::bytes(8), random::get_u64()),
        "now" => clock::now().to_string(),
        "members" => members(room::Presence::Everyone, number(action, "limit")),
        "online" => members(room::Presence::Online, number(action, "limit")),
        // What a plugin must not rely on: it counts the calls of this instance.
        "remember" => remember().to_string(),
        // Like a vote: a few host calls and some JSON.
        "vote" => vote(text("member"), text("option")),
        _ => return None,
    })
}

fn text<'a>(action: &'a Value, name: &str) -> &'a str {
    action[name].as_str().unwrap_or_default()
}

fn number(action: &Value, name: &str) -> u64 {
    action[name].as_u64().unwrap_or_default()
}

/// Blocks that break the documented bounds.
pub fn blocks(deed: &str) -> Vec<Block> {
    let button =
        |action: &str| Button { label: "B".into(), action: action.into(), pressed: false, shown_to: ShownTo::Everyone };
    match deed {
        "too_many_bars" => {
            let items = vec![Bar { label: String::new(), value: 1 }; 201];
            vec![Block::Bars(Bars { title: String::new(), total: 1, items })]
        }
        "too_many_cards" => vec![cards((0..101).map(|n| card(&n.to_string())))],
        "one_card_twice" => vec![cards(["1", "1"].map(card))],
        "too_many_buttons" => vec![Block::Buttons(vec![button("{}"); 9])],
        "button_without_json" => vec![Block::Buttons(vec![button("{")])],
        "too_many_tabs" => {
            let tab = |n: u32| Tab { label: n.to_string(), query: n.to_string(), current: n == 0 };
            vec![Block::Tabs((0..21).map(tab).collect())]
        }
        "long_query" => vec![Block::Tabs(vec![Tab { label: "T".into(), query: "q".repeat(257), current: true }])],
        "one_form_twice" => vec![form("1", number_up_to(9.0)), form("1", number_up_to(9.0))],
        "too_many_fields" => vec![form("1", vec![number_up_to(9.0)[0].clone(); 51])],
        "preset_without_json" => {
            vec![form("1", vec![Field { preset: Some("{".into()), ..number_up_to(9.0)[0].clone() }])]
        }
        "infinite_number" => vec![form("1", number_up_to(f64::INFINITY))],
        "long_text" => vec![Block::Text("x".repeat(200_000))],
        "huge_text" => vec![Block::Text("x".repeat(2 << 20))],
        _ => Vec::new(),
    }
}

fn number_up_to(max: f64) -> Vec<Field> {
    let input = Input::Number(NumberField { min: 0.0, max, step: 1.0 });
    let (label, help) = ("N".into(), String::new());
    vec![Field { name: "n".into(), label, help, required: true, preset: None, input }]
}

fn form(id: &str, fields: Vec<Field>) -> Block {
    Block::Form(Form { id: id.into(), wrap: None, fields, submit: "Go".into(), shown_to: ShownTo::Everyone })
}

fn cards(items: impl IntoIterator<Item = Card>) -> Block {
    Block::Cards(Cards { title: String::new(), items: items.into_iter().collect() })
}

fn card(id: &str) -> Card {
    let (author, marks, buttons) = (String::new(), Vec::new(), Vec::new());
    Card { id: id.into(), text: "C".into(), author, marks, score: None, buttons }
}

/// A page of a report.
pub fn report(deed: &str, cursor: Option<String>) -> ReportPage {
    let (columns, row) = (vec!["a".into(), "b".into()], vec!["1".into(), "2".into()]);
    let page = |summary: &str, row| ReportPage { summary: summary.into(), columns, rows: vec![row], next: None };
    match deed {
        "ragged" => page("{}", vec!["1".into()]),
        "bad_summary" => page("[", row),
        // Each page takes some milliseconds, and there is always another one.
        "slow_for_ever" => {
            (0..10_000_000_u32).for_each(|n| _ = black_box(n));
            let number = cursor.and_then(|cursor| cursor.parse::<u32>().ok()).unwrap_or_default();
            ReportPage { next: Some((number + 1).to_string()), ..page("{}", row) }
        }
        _ => ReportPage { next: cursor.is_none().then(|| "2".into()), ..page("{\"ok\":true}", row) },
    }
}

fn spin() {
    static ROUNDS: AtomicU64 = AtomicU64::new(0);
    loop {
        ROUNDS.fetch_add(1, Ordering::Relaxed);
    }
}

fn grow() {
    let mut all = Vec::new();
    loop {
        all.push(black_box(vec![1_u8; 1 << 20]));
    }
}

/// Stands where a test puts a `table.grow`, for which Rust has no word: the test finds this body by its two constants.
#[inline(never)]
fn grow_table(elements: i32) -> i32 {
    elements.wrapping_mul(0x1357_9bdf) ^ 0x2468_ace1
}

#[expect(unconditional_recursion, reason = "the point of it")]
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    recurse(depth + 1) + frame[0]
}

/// Recursion that needs no linear memory, only the engine's own stack.
fn recurse_lightly(depth: u64) -> u64 {
    if depth == 0 { 0 } else { recurse_lightly(depth - 1).wrapping_mul(3) ^ depth }
}

/// Changes something in every way there is.
pub fn leave_traces() {
    state::set("trace", b"1");
    state::delete("kept");
    room::emit(&Audience::Everyone, "{\"trace\":true}");
    timer::set("trace", 1);
    log::write(log::Level::Warn, "left traces");
}

fn fill(from: u64, count: u64, bytes: u64) {
    let value = vec![b'x'; bytes as usize];
    (from..from + count).for_each(|n| state::set(&format!("fill:{n:08}"), &value));
}

fn increment(key: &str) -> u64 {
    let value = state::get(key).and_then(|value| text_of(value).parse().ok()).unwrap_or(0_u64) + 1;
    state::set(key, value.to_string().as_bytes());
    value
}

fn keys(prefix: &str, cursor: Option<&str>, order: state::Order) -> String {
    let page = state::scan(prefix, cursor, u32::MAX, order);
    Value::from(page.entries.into_iter().map(|entry| entry.key).collect::<Vec<_>>()).to_string()
}

fn members(who: room::Presence, limit: u64) -> String {
    let page = room::members(who, None, u32::try_from(limit).unwrap_or(u32::MAX));
    format!("[{},{}]", room::count(), page.members.len())
}

fn remember() -> u64 {
    CALLS.with(|calls| {
        calls.set(calls.get() + 1);
        calls.get()
    })
}

fn vote(member: &str, option: &str) -> String {
    let ballot = format!("ballot:{member}");
    if state::get(&ballot).is_none() {
        state::set(&ballot, option.as_bytes());
        increment(&format!("count:{option}"));
    }
    format!("{{\"chosen\":[{}]}}", Value::from(option))
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}
