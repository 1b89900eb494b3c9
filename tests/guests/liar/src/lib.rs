//! A plugin that lies in `describe` and fails in `migrate`; in the rest it counts, decently.
//!
//! How it behaves stands in [`SELF`], which a test replaces in the component by another text of the same length: one crate
//! makes every liar, and every version of it.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU32, Ordering},
};

wit_bindgen::generate!({ path: "../../../wit", world: "plugin" });

use exports::hezi::activity::activity::{Block, Description, Error, Guest, Member, ReportPage};
use hezi::activity::{room, state, types::Audience, types::Statistic};

/// Its name, what `describe` does, what `migrate` does, its version, its state version.
static SELF: [u8; 47] = *b"hezi-liar/decent............/decent..../0.1.0/1";

/// Times that this instance was asked what it is.
static ASKED: AtomicU32 = AtomicU32::new(0);

struct Liar;

export!(Liar);

impl Guest for Liar {
    fn describe() -> Description {
        let mut description = decent();
        match part(1) {
            "spin" => spin(),
            "trap" => unreachable!("on request"),
            "panic-huge" => panic!("{}", "huge ".repeat(200_000)),
            "write" => state::set("trace", b"1"),
            "emit" => room::emit(&Audience::Everyone, "{}"),
            "huge" => description.title = "x".repeat(64 << 20),
            "large" => description.title = "x".repeat(2 << 20),
            "name" => description.name = "Not A Name".into(),
            "version" => description.version = "1.0".into(),
            "title" => description.title = String::new(),
            "schema-no-json" => description.config_schema = "{".into(),
            "schema-deep" => description.config_schema = "[".repeat(60_000),
            "schema-wrong" => description.action_schema = r#"{"type":1}"#.into(),
            "schema-remote" => description.reply_schema = r#"{"$ref":"https://example.com/schema.json"}"#.into(),
            "schema-endless" => description.event_schema = r##"{"items":{"$ref":"#"}}"##.into(),
            "counting" => description.version = format!("0.1.{}", ASKED.fetch_add(1, Ordering::Relaxed)),
            _ => {}
        }
        description
    }

    fn open(_config: String) -> Result<String, Error> {
        set_total(0);
        Ok("Liar".into())
    }

    fn act(_caller: Member, _action: String) -> Result<String, Error> {
        set_total(total() + 1);
        Ok(format!("{{\"n\":{},\"version\":\"{}\"}}", total(), part(3)))
    }

    fn view(_viewer: Option<Member>) -> Result<Vec<Block>, Error> {
        Ok(vec![Block::Statistic(Statistic { label: "total".into(), value: total().to_string() })])
    }

    fn tick(_timer: String) -> Result<(), Error> {
        Ok(())
    }

    fn close() -> Result<(), Error> {
        Ok(())
    }

    fn report(_cursor: Option<String>) -> Result<ReportPage, Error> {
        let summary = format!("{{\"total\":{}}}", total());
        Ok(ReportPage { summary, columns: Vec::new(), rows: Vec::new(), next: None })
    }

    fn migrate(_from: u32) -> Result<(), Error> {
        set_total(1_000_000);
        room::emit(&Audience::Everyone, "{\"trace\":true}");
        match part(2) {
            "spin" => spin(),
            "trap" => unreachable!("on request"),
            "refuse" => return Err(Error::Conflict("this layout cannot be read".into())),
            _ => {}
        }
        Ok(())
    }
}

fn decent() -> Description {
    Description {
        name: "liar".into(),
        version: part(3).into(),
        title: "Liar".into(),
        summary: "Lies about itself, for tests.".into(),
        config_schema: r#"{"type":"object"}"#.into(),
        action_schema: r#"{"type":"object"}"#.into(),
        reply_schema: "true".into(),
        event_schema: "true".into(),
        state_version: part(4).parse().unwrap_or(1),
    }
}

/// A part of [`SELF`]. The compiler must not know what stands there, or it would work with what stood there.
fn part(index: usize) -> &'static str {
    let text = std::str::from_utf8(black_box(&SELF)).unwrap_or_default();
    text.split('/').nth(index).unwrap_or_default().trim_end_matches('.')
}

fn total() -> u64 {
    let value = state::get("total").unwrap_or_default();
    String::from_utf8_lossy(&value).parse().unwrap_or_default()
}

fn set_total(total: u64) {
    state::set("total", total.to_string().as_bytes());
}

fn spin() {
    static ROUNDS: AtomicU32 = AtomicU32::new(0);
    loop {
        ROUNDS.fetch_add(1, Ordering::Relaxed);
    }
}
