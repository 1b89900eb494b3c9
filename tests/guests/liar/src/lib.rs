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
use hezi::activity::{
    room, state,
    types::{Audience, Label, Statistic, Translation},
};

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
            "huge" => description.translations[0].title = "x".repeat(64 << 20),
            "large" => description.translations[0].title = "x".repeat(2 << 20),
            "name" => description.name = "Not A Name".into(),
            "version" => description.version = "1.0".into(),
            "title" => description.translations[1].title = String::new(),
            "no-language" => description.translations.clear(),
            "many-languages" => description.translations = vec![decent_in("en"); 17],
            "language" => description.translations[1].language = "no such tag!".into(),
            "same-language" => description.translations[1].language = "en".into(),
            "label-missing" => description.translations[1].labels.clear(),
            "label-nowhere" => description.translations.iter_mut().for_each(|one| one.labels = vec![label("/items")]),
            "label-empty" => description.translations[1].labels[0].title.clear(),
            "unlabelled" => description.translations.iter_mut().for_each(|one| one.labels.clear()),
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

    fn act(_caller: Member, _action: String, _on_behalf: Option<Member>) -> Result<String, Error> {
        set_total(total() + 1);
        Ok(format!("{{\"n\":{},\"version\":\"{}\"}}", total(), part(3)))
    }

    fn view(_viewer: Option<Member>, _query: Option<String>) -> Result<Vec<Block>, Error> {
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
        translations: vec![decent_in("en"), decent_in("fr")],
        config_schema: r#"{"type":"object","properties":{"lies":{"type":"integer"}}}"#.into(),
        action_schema: r#"{"type":"object"}"#.into(),
        reply_schema: "true".into(),
        event_schema: "true".into(),
        state_version: part(4).parse().unwrap_or(1),
        allows_anonymous: false,
    }
}

fn decent_in(language: &str) -> Translation {
    Translation {
        language: language.into(),
        title: "Liar".into(),
        summary: "Lies about itself, for tests.".into(),
        labels: vec![label("/properties/lies")],
    }
}

fn label(pointer: &str) -> Label {
    Label { pointer: pointer.into(), title: "Lies".into(), help: String::new() }
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
