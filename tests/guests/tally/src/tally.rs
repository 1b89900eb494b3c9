//! Counts what members do: `{"add":{}}` gives `{"n":<the total>,"version":"<of the plugin>"}`.
//!
//! Two crates share it, each with a layout of the state and a version of its own, and each can bring the other's state to
//! its own layout. What is not there in the layout that it should have is a panic: a plugin that ran on the other one's
//! state would be found out.

use std::hint::black_box;

wit_bindgen::generate!({ path: "../../../wit", world: "plugin" });

use exports::hezi::activity::activity::{Block, Description, Error, Guest, Member, ReportPage};
use hezi::activity::{
    state,
    types::{Statistic, Translation},
};

/// How the state is written; the discriminant is its version.
#[derive(Clone, Copy, PartialEq)]
pub enum Layout {
    /// Decimal texts under `total` and `by/<member>`.
    Texts = 1,
    /// Eight bytes under `sum` and `member:<member>`.
    Numbers = 2,
}

impl Layout {
    fn of(version: u32) -> Option<Self> {
        [Self::Texts, Self::Numbers].into_iter().find(|layout| *layout as u32 == version)
    }

    fn total_key(self) -> &'static str {
        match self {
            Self::Texts => "total",
            Self::Numbers => "sum",
        }
    }

    fn member_prefix(self) -> &'static str {
        match self {
            Self::Texts => "by/",
            Self::Numbers => "member:",
        }
    }

    fn write(self, key: &str, count: u64) {
        match self {
            Self::Texts => state::set(key, count.to_string().as_bytes()),
            Self::Numbers => state::set(key, &count.to_be_bytes()),
        }
    }

    fn read(self, value: &[u8]) -> u64 {
        let read = match self {
            Self::Texts => std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()),
            Self::Numbers => value.try_into().ok().map(u64::from_be_bytes),
        };
        read.expect("a count in this version's layout")
    }

    fn total(self) -> u64 {
        self.read(&state::get(self.total_key()).expect("a total under this version's key"))
    }

    /// Every member's count, by id.
    fn members(self) -> Vec<(String, u64)> {
        let prefix = self.member_prefix();
        let (mut members, mut cursor) = (Vec::new(), None);
        loop {
            let page = state::scan(prefix, cursor.as_deref(), 1_000, state::Order::Ascending);
            let counts =
                page.entries.into_iter().map(|entry| (entry.key[prefix.len()..].into(), self.read(&entry.value)));
            members.extend(counts);
            cursor = page.next;
            if cursor.is_none() {
                return members;
            }
        }
    }
}

struct Tally;

export!(Tally);

impl Guest for Tally {
    fn describe() -> Description {
        let add = r#"{"type":"object","properties":{"add":{"type":"object"}},"required":["add"],"additionalProperties":false}"#;
        Description {
            name: "tally".into(),
            version: part(1).into(),
            translations: vec![Translation {
                language: "en".into(),
                title: "Tally".into(),
                summary: "Counts what members do, for tests.".into(),
                labels: Vec::new(),
            }],
            config_schema: r#"{"type":"object"}"#.into(),
            action_schema: add.into(),
            reply_schema: "true".into(),
            event_schema: "true".into(),
            state_version: crate::LAYOUT as u32,
            // A version that does not is made by a test as one whose `migrate` fails.
            allows_anonymous: part(2) != "named",
        }
    }

    fn open(_config: String) -> Result<String, Error> {
        crate::LAYOUT.write(crate::LAYOUT.total_key(), 0);
        Ok("Tally".into())
    }

    fn act(caller: Member, _action: String, _on_behalf: Option<Member>) -> Result<String, Error> {
        let layout = crate::LAYOUT;
        let total = layout.total() + 1;
        layout.write(layout.total_key(), total);
        let own = format!("{}{}", layout.member_prefix(), caller.id);
        let count = state::get(&own).map_or(0, |value| layout.read(&value)) + 1;
        layout.write(&own, count);
        Ok(format!("{{\"n\":{total},\"version\":\"{}\"}}", part(1)))
    }

    fn view(_viewer: Option<Member>, _query: Option<String>) -> Result<Vec<Block>, Error> {
        let total = crate::LAYOUT.total().to_string();
        Ok(vec![Block::Statistic(Statistic { label: "total".into(), value: total })])
    }

    fn tick(_timer: String) -> Result<(), Error> {
        Ok(())
    }

    fn close() -> Result<(), Error> {
        Ok(())
    }

    fn report(_cursor: Option<String>) -> Result<ReportPage, Error> {
        let summary = format!("{{\"total\":{},\"version\":\"{}\"}}", crate::LAYOUT.total(), part(1));
        let rows = crate::LAYOUT.members().into_iter().map(|(id, count)| vec![id, count.to_string()]);
        Ok(ReportPage { summary, columns: vec!["member".into(), "count".into()], rows: rows.collect(), next: None })
    }

    fn migrate(from: u32) -> Result<(), Error> {
        let old = Layout::of(from).ok_or_else(|| Error::Conflict(format!("no layout has the version {from}")))?;
        if old != crate::LAYOUT {
            rewrite(old, crate::LAYOUT);
        }
        match part(2) {
            "traps" => panic!("on request"),
            "refuses" => Err(Error::Conflict("these counts cannot be brought over".into())),
            _ => Ok(()),
        }
    }
}

fn rewrite(old: Layout, new: Layout) {
    let (total, members) = (old.total(), old.members());
    state::delete(old.total_key());
    new.write(new.total_key(), total);
    for (id, count) in members {
        state::delete(&format!("{}{id}", old.member_prefix()));
        new.write(&format!("{}{id}", new.member_prefix()), count);
    }
}

/// A part of `SELF`. The compiler must not know what stands there, or it would work with what stood there.
fn part(index: usize) -> &'static str {
    let text = std::str::from_utf8(black_box(&crate::SELF)).unwrap_or_default();
    text.split('/').nth(index).unwrap_or_default().trim_end_matches('.')
}
