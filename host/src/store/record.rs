//! A journal record: everything that one commit made durable, as bytes.
//!
//! MessagePack with field names, so that a later version can add fields. Which entries go into a record is the room's
//! business.
//!
//! # Invariants
//! * `entries` are consecutive; the first one's `seq` is part of the record's id.
//! * What reads a record of a later format refuses it instead of guessing.

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::activity::{Phase, PluginRef};
use crate::domain::entry::Entry;
use crate::domain::id::{ActivityId, CommandId, UserId};

/// Format of the records that this program writes.
const FORMAT: u8 = 1;

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
    /// Which activity.
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
    /// The key.
    pub key: String,
    /// The value; none when the key was removed.
    #[serde(with = "serde_bytes")]
    pub value: Option<Vec<u8>>,
}

/// A timer set or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerWrite {
    /// Its name.
    pub name: String,
    /// When it is due, in milliseconds since 1970; none when it was cancelled or has fired.
    pub at_ms: Option<u64>,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRecord {
    /// Who sent it.
    pub member: UserId,
    /// The id that they gave it.
    pub command: CommandId,
    /// Hash of what the command said, to tell another command under the same id.
    #[serde(with = "serde_bytes")]
    pub fingerprint: Vec<u8>,
    /// The entry that it made.
    pub seq: u64,
    /// The answer: a JSON text.
    pub ok: String,
}

/// What a plugin call was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallInput {
    /// Which activity.
    pub activity: ActivityId,
    /// The entry that the call made.
    pub seq: u64,
    /// SHA-256 of the component, in hex.
    pub plugin_hash: String,
    /// Which function: `open`, `act`, `tick`, `close`, `migrate`.
    pub export: String,
    /// Who called, for `act`.
    pub caller: Option<UserId>,
    /// The configuration, the action, the timer's name, the version to migrate from.
    pub payload: String,
    /// The time that the call was told.
    pub now_ms: u64,
    /// The seed of its randomness.
    #[serde(with = "serde_bytes")]
    pub seed: Vec<u8>,
    /// The last entry before the members list that the call was given.
    pub members_as_of: u64,
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
                    StateWrite { key: "k".into(), value: Some(vec![0, 255]) },
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
    fn a_later_format_is_refused() {
        let bytes = rmp_serde::to_vec_named(&Envelope { format: 2, record: "?" }).expect("encodes");
        assert!(matches!(Record::decode(&bytes), Err(StoreError::Corrupt { .. })));
    }
}
