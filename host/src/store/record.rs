//! A journal record: everything that one commit made durable, as bytes.
//!
//! MessagePack with field names, so that a later version can add fields. Which entries go into a record is the room's
//! business.
//!
//! # Invariants
//! * What was said in a message that was deleted, and what could confirm a guess at it, is not in its record any more.
//! * `entries` are consecutive; the first one's `seq` is part of the record's id.
//! * What reads a record of a later format refuses it instead of guessing.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::activity::{Activity, Phase, PluginRef};
use crate::domain::command::{Fingerprint, Stamp};
use crate::domain::conference::Conference;
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::member::{Member, Person};
use crate::domain::reply::Reply;

/// The fingerprint of a command of whose words nothing is kept: a short hash lets others try their guesses.
pub const UNKNOWN_PRINT: Fingerprint = [0; 8];

/// Format of the records that this program writes.
const FORMAT: u8 = 1;

/// Whether a shared text is empty.
fn is_empty(text: &Arc<str>) -> bool {
    text.is_empty()
}

/// One commit of a conference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// How activities' states changed.
    pub changes: Vec<StateChange>,
    /// The answers to commands, so that a command that is sent again gets the same.
    pub replies: Vec<ReplyRecord>,
    /// What the plugin calls of this commit were given, so that they can be run again.
    pub calls: Vec<CallInput>,
}

/// How one call changed an activity's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The activity whose state it is.
    pub activity: ActivityId,
    /// The entry that the change belongs to.
    pub seq: u64,
    /// The keys written.
    pub writes: Vec<StateWrite>,
    /// The timers set and cancelled.
    pub timers: Vec<TimerWrite>,
    /// The phase that the activity entered, if it did.
    pub phase: Option<Phase>,
    /// The title that it took, if it did.
    pub title: Option<String>,
    /// The plugin version that it moved to, if it did.
    pub plugin: Option<PluginRef>,
}

/// A key set or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateWrite {
    /// Where in the activity's state.
    pub key: Box<str>,
    /// The value; none when the key was removed.
    pub value: Option<Bytes>,
}

/// A timer set or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerWrite {
    /// What the plugin armed it under.
    pub name: String,
    /// When it is due, in milliseconds since 1970; none when it was cancelled or has fired.
    pub at_ms: Option<u64>,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRecord {
    /// Who sent it; in an anonymous activity their pseudonym there.
    pub member: UserId,
    /// The id that they gave it, or what stands for it in an anonymous activity.
    pub command: CommandId,
    /// Hash of what the command said, to tell another command under the same id.
    #[serde(with = "serde_bytes")]
    pub fingerprint: Fingerprint,
    /// The entry that it made.
    pub seq: u64,
    /// What its sender was told, and is told again when they send it again.
    pub ok: Reply,
}

/// What a plugin call was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallInput {
    /// The activity that was called.
    pub activity: ActivityId,
    /// The entry that the call made.
    pub seq: u64,
    /// SHA-256 of the component, in hex.
    pub plugin_hash: Arc<str>,
    /// Which function: `open`, `act`, `tick`, `close`, `joined`, `left`, `migrate`.
    pub export: Cow<'static, str>,
    /// Who called, or came or went; in an anonymous activity their pseudonym there.
    pub caller: Option<UserId>,
    /// The organizer who called for them, if it was not they themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<UserId>,
    /// The language in which the call spoke to people; empty in records of before there was a choice, and
    /// where a member of an anonymous activity called: few may read it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub language: Arc<str>,
    /// The configuration, the action, the timer's name, the version to migrate from.
    pub payload: String,
    /// The time that the call was told.
    pub now_ms: u64,
    /// The seed of its randomness.
    #[serde(with = "serde_bytes")]
    pub seed: [u8; 32],
    /// The last entry before the members list that the call was given.
    pub members_as_of: u64,
}

/// The rows that change with a record.
#[derive(Debug, Default)]
pub struct Rows {
    /// Members who joined or changed.
    pub members: Vec<Member>,
    /// Members who left.
    pub left: Vec<UserId>,
    /// Activities that were made or changed, as they are afterwards.
    pub activities: Vec<Arc<Activity>>,
    /// The conference, if it changed and goes on.
    pub conference: Option<Conference>,
    /// The conference, if it ended, and when its number may be given out again.
    pub ended: Option<(Conference, u64)>,
    /// Messages of earlier records whose text goes.
    pub redactions: Vec<Redaction>,
}

/// A message whose text goes from the record that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// The message's place.
    pub message: u64,
    /// Who deleted it.
    pub by: Person,
}

impl Rows {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
            && self.left.is_empty()
            && self.activities.is_empty()
            && self.conference.is_none()
            && self.ended.is_none()
            && self.redactions.is_empty()
    }

    /// Adds what changed later; of two changes of the same row the later one counts.
    pub fn merge(&mut self, later: Rows) {
        for member in later.members {
            self.left.retain(|user| *user != member.id);
            self.members.retain(|other| other.id != member.id);
            self.members.push(member);
        }
        for user in later.left {
            self.members.retain(|member| member.id != user);
            self.left.push(user);
        }
        for activity in later.activities {
            self.activities.retain(|other| other.id != activity.id);
            self.activities.push(activity);
        }
        self.conference = later.conference.or(self.conference.take());
        self.ended = later.ended.or(self.ended.take());
        self.redactions.extend(later.redactions);
    }
}

/// What belongs into one record together: what happened and everything that came of it. Places are given out when it is
/// added to a record; until then each `seq` in it is 0.
#[derive(Debug, Default)]
pub struct Addition {
    /// What happened, in order. Not empty.
    pub happenings: Vec<Happening>,
    /// How it changed an activity's state.
    pub change: Option<StateChange>,
    /// What the plugin's call was given that did it.
    pub call: Option<CallInput>,
    /// The command that asked for it.
    pub command: Option<Stamp>,
    /// What whoever asked is answered; none where there is nothing to tell them but that it happened.
    pub reply: Option<Reply>,
    /// The rows that change with it.
    pub rows: Rows,
}

impl Addition {
    /// Only this happens.
    pub fn of(happening: Happening) -> Self {
        Self { happenings: vec![happening], ..Self::default() }
    }

    /// About how many bytes it takes in a record.
    pub fn bytes(&self) -> usize {
        let entries: usize = self.happenings.iter().map(happening_bytes).sum();
        let change = self.change.as_ref().map_or(0, change_bytes);
        let call = self.call.as_ref().map_or(0, |call| call.payload.len() + 256);
        let said = self.reply.as_ref().map_or(0, |reply| reply.text().len());
        let reply = self.command.as_ref().map_or(0, |_| said + 192);
        entries + change + call + reply
    }
}

fn happening_bytes(happening: &Happening) -> usize {
    let text = match happening {
        Happening::Chat { text, .. } => text.len(),
        Happening::Emit { event, .. } => event.get().len(),
        Happening::Noticed { text: Some(text), .. } => text.len(),
        Happening::TookPart { who, .. } => who.iter().map(|person| person.name.len() + 96).sum(),
        Happening::Changed { changes, .. } => {
            let queue = changes.queue.iter().flatten();
            changes.description.as_ref().map_or(0, String::len) + queue.map(|id| id.as_str().len() + 2).sum::<usize>()
        }
        _ => 0,
    };
    text + 256
}

fn change_bytes(change: &StateChange) -> usize {
    let write = |write: &StateWrite| write.key.len() + write.value.as_ref().map_or(0, Bytes::len) + 32;
    change.writes.iter().map(write).sum::<usize>() + 128
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    format: u8,
    record: T,
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u8,
}

impl Record {
    /// Adds what belongs together after the entry `head`; gives the last entry, and the rows that change with it.
    pub fn add(&mut self, addition: Addition, head: u64, at_ms: u64) -> (u64, Rows) {
        let Addition { happenings, change, call, command, reply, mut rows } = addition;
        let first = head + 1;
        let mut last = head;
        for what in happenings {
            last += 1;
            self.entries.push(Entry { seq: last, at_ms, what });
        }
        self.changes.extend(change.map(|change| StateChange { seq: first, ..change }));
        self.calls.extend(call.map(|call| CallInput { seq: first, ..call }));
        self.replies.extend(command.map(|stamp| {
            let (member, command) = stamp.names();
            let (member, command) = (member.clone(), command.clone());
            let ok = reply.unwrap_or_else(Reply::done);
            ReplyRecord { member, command, fingerprint: stamp.fingerprint, seq: first, ok }
        }));
        // What was said in this very record is taken out of it before it is ever written.
        rows.redactions.retain(|redaction| !self.redact(redaction));
        (last, rows)
    }

    /// Takes the text of a message out; true if the message is in this record.
    pub fn redact(&mut self, Redaction { message, by }: &Redaction) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.seq == *message) else { return false };
        let Happening::Chat { text, deleted_by, .. } = &mut entry.what else { return false };
        text.clear();
        deleted_by.get_or_insert_with(|| by.clone());
        for reply in self.replies.iter_mut().filter(|reply| reply.seq == *message) {
            reply.fingerprint = UNKNOWN_PRINT;
        }
        true
    }

    /// The first entry's place, if there is an entry.
    pub fn first_seq(&self) -> Option<u64> {
        self.entries.first().map(|entry| entry.seq)
    }

    /// The record as bytes.
    pub(super) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let envelope = Envelope { format: FORMAT, record: self };
        rmp_serde::to_vec_named(&envelope).map_err(|error| StoreError::corrupt("a journal record", error))
    }

    /// The record of these bytes.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let corrupt = |error: rmp_serde::decode::Error| StoreError::corrupt("a journal record", error);
        let FormatOnly { format } = rmp_serde::from_slice(bytes).map_err(corrupt)?;
        if format != FORMAT {
            return Err(StoreError::corrupt("a journal record", format!("format {format} is not known")));
        }
        let envelope: Envelope<Record> = rmp_serde::from_slice(bytes).map_err(corrupt)?;
        Ok(envelope.record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Happening;
    use crate::domain::member::Person;

    fn record() -> Record {
        let who = Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() };
        let activity = ActivityId::parse("a1").expect("an id");
        Record {
            entries: vec![Entry { seq: 7, at_ms: 1, what: Happening::Joined { who } }],
            changes: vec![StateChange {
                activity,
                seq: 7,
                writes: vec![
                    StateWrite { key: "k".into(), value: Some(Bytes::from_static(&[0, 255])) },
                    StateWrite { key: "gone".into(), value: None },
                ],
                timers: vec![TimerWrite { name: "t".into(), at_ms: Some(9) }],
                phase: Some(Phase::Open),
                title: None,
                plugin: None,
            }],
            ..Record::default()
        }
    }

    #[test]
    fn bytes_give_the_record_back() {
        let bytes = record().encode().expect("encodes");
        assert_eq!(Record::decode(&bytes).expect("decodes"), record());
    }

    proptest::proptest! {
        /// Bytes that no record is made of, and records with a byte changed or an end cut off, are read or refused.
        #[test]
        fn no_bytes_bring_the_reader_down(
            rubbish in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
            at in proptest::num::usize::ANY,
            flip in proptest::num::u8::ANY,
            cut in proptest::num::usize::ANY,
        ) {
            drop(Record::decode(&rubbish));
            let whole = record().encode().expect("encodes");
            let mut bent = whole.clone();
            let at = at % bent.len();
            bent[at] ^= flip;
            if let Ok(read) = Record::decode(&bent) {
                // What is read can be written, and is then read as the same.
                let again = Record::decode(&read.encode().expect("encodes"));
                proptest::prop_assert_eq!(again.expect("decodes"), read);
            }
            proptest::prop_assert!(Record::decode(&whole[..cut % whole.len()]).is_err(), "a record without its end");
        }
    }

    #[test]
    fn the_text_of_a_message_goes_and_the_rest_of_the_record_stays() {
        let person = |id: &str| Person { id: UserId::parse(id).expect("an id"), name: id.into() };
        let said =
            |text: &str| Happening::Chat { from: person("li"), text: text.into(), reply_to: None, deleted_by: None };
        let (by, id) = (UserId::parse("li").expect("an id"), CommandId::parse("c1").expect("an id"));
        let stamp =
            Stamp { key: crate::domain::command::CommandKey::new(&by, &id), by, id, fingerprint: [7; 8], veiled: None };
        let mut whole = Record::default();
        let (last, _) = whole.add(Addition { command: Some(stamp), ..Addition::of(said("秘密")) }, 6, 1);
        whole.add(Addition::of(said("别的")), last, 1);
        let redaction = Redaction { message: 7, by: person("wang") };
        let rows = Rows { redactions: vec![redaction.clone()], ..Rows::default() };
        let deleted = Happening::Deleted { message: 7, by: person("wang") };
        let (_, left) = whole.add(Addition { rows, ..Addition::of(deleted) }, 8, 1);
        assert!(left.redactions.is_empty(), "it was in this record");
        let bytes = whole.encode().expect("encodes");
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(!holds("秘密".as_bytes()) && holds("别的".as_bytes()) && !holds(&[7; 8]));
        assert!(!whole.redact(&Redaction { message: 9, ..redaction.clone() }), "what is no message stays");
        assert!(!whole.redact(&Redaction { message: 70, ..redaction }));
    }

    #[test]
    fn a_later_format_is_refused() {
        let bytes = rmp_serde::to_vec_named(&Envelope { format: 2, record: "?" }).expect("encodes");
        assert!(matches!(Record::decode(&bytes), Err(StoreError::Corrupt { .. })));
    }
}
