//! Plays a scenario in an engine room and compares what comes of each step with what was expected.

use std::fmt;

use hezi_plugin::{LogLine, Plugin, RefusalKind, Role, excerpt};
use serde_json::Value;

use super::{
    Scenario,
    step::{Deed, Expected, Step},
    words,
};
use crate::{
    costs::Costs,
    engine_room::{EngineRoom, RoomError, Table, refusal_name},
};

/// Longest text of a view in a message.
const SHOWN_CHARS_MAX: usize = 2_000;

/// Most lines of the plugin's log in a message, the last ones.
const LOG_LINES_MAX: usize = 8;

/// A scenario that was played.
#[derive(Debug)]
pub struct Played {
    /// What went another way than expected, if anything did. The steps after it did not happen.
    pub mismatch: Option<Mismatch>,
    /// What the calls used, those of the first time.
    pub costs: Costs,
}

/// A step that went another way than expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Which step, from 1.
    pub step: usize,
    /// What happened in it.
    pub deed: String,
    /// What was expected.
    pub expected: String,
    /// What came instead.
    pub got: String,
    /// What the plugin logged in this step, its last lines.
    pub log: Vec<String>,
    /// Whether it only goes wrong when each call has an instance of its own.
    pub forgotten: bool,
}

/// Why a step is not as expected.
struct Difference {
    expected: String,
    got: String,
}

/// What came of a step.
enum Got {
    Nothing,
    Title(String),
    Reply(Value),
    Words(String),
    Table(Table),
    Refused { kind: RefusalKind, text: String },
}

impl Scenario {
    /// Plays the story twice, with one instance for all calls and with one for each, until something goes wrong.
    #[must_use]
    pub fn play(&self, plugin: &Plugin) -> Played {
        let mut room = EngineRoom::with_seed(plugin, self.seed);
        let mut mismatch = self.play_in(&mut room);
        if mismatch.is_none() {
            mismatch = self.play_in(&mut EngineRoom::with_seed(plugin, self.seed).forgetful());
            mismatch.iter_mut().for_each(|mismatch| mismatch.forgotten = true);
        }
        Played { mismatch, costs: room.costs().clone() }
    }

    fn play_in(&self, room: &mut EngineRoom) -> Option<Mismatch> {
        self.members.iter().for_each(|member| drop(room.admit(member.clone())));
        for step in &self.steps {
            if let Err(Difference { expected, got }) = step.play(room) {
                let log = last_lines(&room.take_log());
                return Some(Mismatch {
                    step: step.number,
                    deed: step.deed.to_string(),
                    expected,
                    got,
                    log,
                    forgotten: false,
                });
            }
            room.take_log();
        }
        None
    }
}

impl Step {
    fn play(&self, room: &mut EngineRoom) -> Result<(), Difference> {
        let got = match self.deed.happen(room) {
            Ok(got) => got,
            Err(RoomError::Refused(refusal)) => Got::Refused { kind: refusal.kind, text: refusal.text },
            Err(error) => return Err(Difference { expected: self.expected.to_string(), got: error.to_string() }),
        };
        self.expected.compare(&got)?;
        self.expected.compare_emitted(room)
    }
}

impl Deed {
    fn happen(&self, room: &mut EngineRoom) -> Result<Got, RoomError> {
        let member = |room: &EngineRoom, id: &str| room.member(id).cloned();
        Ok(match self {
            Self::Open { config } => Got::Title(room.open(config)?),
            Self::Act { who, on_behalf_of, action } => {
                let other = on_behalf_of.as_ref().and_then(|other| member(room, other));
                match (member(room, who), other) {
                    (Some(organizer), Some(other)) => Got::Reply(room.act_for(&organizer, &other, action)?),
                    (Some(caller), None) => Got::Reply(room.act(&caller, action)?),
                    (None, _) => Got::Nothing,
                }
            }
            Self::Wait { ms } => room.advance_ms(*ms).map(|()| Got::Nothing)?,
            Self::View { who, query } => {
                let viewer = who.as_ref().and_then(|who| member(room, who));
                let is_participant = viewer.as_ref().is_some_and(|viewer| viewer.role == Role::Participant);
                let view = room.look(viewer, query.clone())?;
                Got::Words(words::of_view(&view, !is_participant))
            }
            Self::Close => room.close().map(|()| Got::Nothing)?,
            Self::Report => Got::Table(room.report()?),
            Self::Join(joining) => room.arrive(joining.clone()).map(|()| Got::Nothing)?,
            Self::Leave { who } => room.depart(who).map(|()| Got::Nothing)?,
            Self::Presence { who, presence } => {
                room.set_presence(who, *presence);
                Got::Nothing
            }
            Self::Speak { language } => {
                room.speak(language);
                Got::Nothing
            }
            Self::Migrate { from, state } => {
                room.restore(state.iter().map(|(key, value)| (key.as_str(), value.to_string().into_bytes())))?;
                room.migrate(*from).map(|()| Got::Nothing)?
            }
        })
    }
}

impl Expected {
    fn compare(&self, got: &Got) -> Result<(), Difference> {
        match (self.refused, got) {
            (Some(kind), Got::Refused { kind: got_kind, text }) => {
                let says = self.says.as_deref().unwrap_or_default();
                return self.hold(kind == *got_kind && text.contains(says), got);
            }
            (Some(_), _) | (None, Got::Refused { .. }) => return self.hold(false, got),
            (None, _) => {}
        }
        match got {
            Got::Title(title) => self.hold(self.title.as_ref().is_none_or(|expected| expected == title), got),
            Got::Reply(reply) => self.hold(self.reply.as_ref().is_none_or(|expected| same(expected, reply)), got),
            Got::Words(words) => self.compare_words(words),
            Got::Table(table) => {
                let summary = self.summary.as_ref().is_none_or(|expected| same(expected, &table.summary));
                self.hold(summary && self.rows.is_none_or(|rows| rows == table.rows.len()), got)?;
                self.compare_words(&words::of_report(table))
            }
            Got::Nothing | Got::Refused { .. } => Ok(()),
        }
    }

    fn hold(&self, holds: bool, got: &Got) -> Result<(), Difference> {
        if holds { Ok(()) } else { Err(Difference { expected: self.to_string(), got: got.to_string() }) }
    }

    fn compare_words(&self, words: &str) -> Result<(), Difference> {
        let found = |text: &&String| words.contains(text.as_str());
        let expected = match (self.shows.iter().find(|text| !found(text)), self.hides.iter().find(found)) {
            (Some(missing), _) => format!("to read {missing:?}"),
            (_, Some(told)) => format!("not to read {told:?}"),
            (None, None) => return Ok(()),
        };
        Err(Difference { expected, got: excerpt(words, SHOWN_CHARS_MAX) })
    }

    fn compare_emitted(&self, room: &mut EngineRoom) -> Result<(), Difference> {
        let emitted = room.take_emitted();
        let Some(expected) = &self.emitted else { return Ok(()) };
        let as_expected = expected.len() == emitted.len()
            && expected.iter().zip(&emitted).all(|((to, event), got)| *to == got.to && same(event, &got.event));
        if as_expected {
            return Ok(());
        }
        let expected = words::of_events(expected.iter().map(|(to, event)| (to, event)));
        Err(Difference { expected, got: words::of_emitted(&emitted) })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.refused {
            write!(f, "refused as {}", refusal_name(kind))?;
            return self.says.as_ref().map_or(Ok(()), |says| write!(f, ", saying {says:?}"));
        }
        let mut parts = Vec::new();
        parts.extend(self.title.as_ref().map(|title| format!("the title {title:?}")));
        parts.extend(self.reply.as_ref().map(|reply| format!("the reply {reply}")));
        parts.extend(self.summary.as_ref().map(|summary| format!("the summary {summary}")));
        parts.extend(self.rows.map(|rows| format!("{rows} rows")));
        if parts.is_empty() { f.write_str("that it works") } else { f.write_str(&parts.join(" and ")) }
    }
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no refusal"),
            Self::Title(title) => write!(f, "the title {title:?}"),
            Self::Reply(reply) => write!(f, "the reply {reply}"),
            Self::Words(words) => f.write_str(words),
            Self::Table(table) => write!(f, "the summary {} and {} rows", table.summary, table.rows.len()),
            Self::Refused { kind, text } => write!(f, "refused as {}, saying {text:?}", refusal_name(*kind)),
        }
    }
}

/// Whether a value is the expected one. A member of an object that is null counts as absent.
fn same(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            let there = got.iter().filter(|(_, value)| !value.is_null());
            there.clone().count() == expected.len()
                && there.into_iter().all(|(key, value)| expected.get(key).is_some_and(|other| same(other, value)))
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(expected, got)| same(expected, got))
        }
        _ => expected == got,
    }
}

fn last_lines(log: &[LogLine]) -> Vec<String> {
    let last = &log[log.len().saturating_sub(LOG_LINES_MAX)..];
    last.iter().map(|line| format!("{}: {}", line.level.name(), line.message)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_compared_exactly_but_for_nulls() {
        assert!(same(&json!({"a": {"b": 1}}), &json!({"a": {"b": 1, "c": null}})));
        assert!(same(&json!([{"a": 1}]), &json!([{"a": 1, "b": null}])));
        for (expected, got) in [
            (json!({"a": 1}), json!({"a": 1, "b": 2})),
            (json!({"a": 1, "b": 2}), json!({"a": 1, "c": null})),
            (json!([1]), json!([1, 2])),
            (json!(1), json!(1.0)),
            (json!([null]), json!([])),
        ] {
            assert!(!same(&expected, &got), "{expected} {got}");
        }
    }

    #[test]
    fn a_difference_says_what_was_expected_and_what_came() {
        let expected =
            Expected { refused: Some(RefusalKind::Conflict), says: Some("已".into()), ..Expected::default() };
        let difference = expected.compare(&Got::Reply(json!({"n": 1}))).unwrap_err();
        assert_eq!(difference.expected, "refused as conflict, saying \"已\"");
        assert_eq!(difference.got, "the reply {\"n\":1}");
        let refused = |kind, text: &str| Got::Refused { kind, text: text.into() };
        assert!(expected.compare(&refused(RefusalKind::Conflict, "你已经")).is_ok());
        assert!(expected.compare(&refused(RefusalKind::Conflict, "no")).is_err());
        assert!(expected.compare(&refused(RefusalKind::Denied, "你已经")).is_err());
        let unexpected = Expected::default().compare(&refused(RefusalKind::Denied, "no")).unwrap_err();
        assert_eq!(
            (unexpected.expected.as_str(), unexpected.got.as_str()),
            ("that it works", "refused as denied, saying \"no\"")
        );
    }

    #[test]
    fn words_that_are_missing_or_told_are_named() {
        let expected = Expected { shows: vec!["a".into()], hides: vec!["b".into()], ..Expected::default() };
        assert!(expected.compare_words("a c").is_ok());
        assert_eq!(expected.compare_words("c").unwrap_err().expected, "to read \"a\"");
        assert_eq!(expected.compare_words("a b").unwrap_err().expected, "not to read \"b\"");
    }
}
