//! Entries of the journal as clients see them: in frames on the socket, and as the journal route shows them.
//!
//! Shapes only; who may see which is said by the entry itself.
//!
//! # Invariants
//! * An entry looks the same on the socket and in the journal, but for the `type` that `server` puts on a frame.

use std::collections::BTreeMap;

use hezi_plugin::JsonText;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::time::time_text;
use crate::domain::activity::{ActivityBrief, Change};
use crate::domain::changes::ConferenceChanges;
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::ActivityId;
use crate::domain::measure::Measure;
use crate::domain::member::Person;

/// How often a message has got each reaction.
pub type ReactionCounts = BTreeMap<String, u32>;

/// What an entry tells of, and so which of its other members there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Somebody joined.
    Joined,
    /// Somebody left.
    Left,
    /// A member was made an organizer.
    Appointed,
    /// An organizer became a participant.
    Dismissed,
    /// A member became the owner.
    HandedOver,
    /// A member may not write any more.
    Muted,
    /// A member may write again.
    Unmuted,
    /// A member was sent out and is kept out.
    Removed,
    /// Somebody may join again.
    Readmitted,
    /// The conference was changed.
    Changed,
    /// The link of the conference has another key.
    Rekeyed,
    /// A notice was pinned, or taken away.
    Notice,
    /// Somebody is called by another name now.
    Renamed,
    /// Somebody said something.
    Chat,
    /// A message was deleted.
    Deleted,
    /// Somebody reacted to a message.
    Reacted,
    /// A message was put on the wall.
    PutUp,
    /// A message was taken off the wall.
    TakenDown,
    /// Something happened to an activity.
    Activity,
    /// An activity said something.
    Emit,
    /// A member acted in an activity.
    Acted,
    /// Who acted in an anonymous activity, which was closed.
    TookPart,
    /// An activity did something of itself.
    Ran,
    /// The conference ended.
    Ended,
}

/// The activity that an entry is about: in a line after a change, else its id.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = EntryActivity)]
enum Which<'a> {
    Brief(&'a ActivityBrief),
    Id(&'a ActivityId),
}

/// An entry of the journal: one thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub struct EntryShape<'a> {
    /// Its place in the order.
    seq: u64,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
    kind: EntryKind,
    /// Who said something.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a Person>,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'a Person>,
    /// Who acted, in the order of their ids. A long list goes on in the next entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<&'a [Person]>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a Person>,
    /// What was said, or is pinned now. A message that was deleted has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// The place of the message that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<u64>,
    /// Who deleted the message, if somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_by: Option<&'a Person>,
    /// How often the message has got each reaction, as far as that is still known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    reactions: Option<&'a ReactionCounts>,
    /// The place of the message that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    /// How somebody reacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    reaction: Option<&'a str>,
    /// Whether the reaction is there now, or was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    stands: Option<bool>,
    /// What was changed of the conference.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a ConferenceChanges>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<Which<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
    /// What the activity said: whatever its plugin's `event_schema` describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    event: Option<&'a JsonText>,
}

/// Whether sockets are sent the entry. Others are coalesced into presence and reactions, or of interest to nobody but the
/// journal.
pub(super) fn is_for_sockets(entry: &Entry) -> bool {
    !matches!(
        kind(entry),
        EntryKind::Joined
            | EntryKind::Left
            | EntryKind::Renamed
            | EntryKind::Reacted
            | EntryKind::Acted
            | EntryKind::TookPart
            | EntryKind::Ran
    )
}

/// What kind of entry it is.
pub fn kind(entry: &Entry) -> EntryKind {
    match &entry.what {
        Happening::Joined { .. } => EntryKind::Joined,
        Happening::Left { .. } => EntryKind::Left,
        Happening::Appointed { .. } => EntryKind::Appointed,
        Happening::Measured { measure, .. } => kind_of(*measure),
        Happening::Changed { .. } => EntryKind::Changed,
        Happening::Rekeyed { .. } => EntryKind::Rekeyed,
        Happening::Noticed { .. } => EntryKind::Notice,
        Happening::Deleted { .. } => EntryKind::Deleted,
        Happening::Reacted { .. } => EntryKind::Reacted,
        Happening::Wall { stands: true, .. } => EntryKind::PutUp,
        Happening::Wall { stands: false, .. } => EntryKind::TakenDown,
        Happening::Renamed { .. } => EntryKind::Renamed,
        Happening::Chat { .. } => EntryKind::Chat,
        Happening::Activity { .. } => EntryKind::Activity,
        Happening::Emit { .. } => EntryKind::Emit,
        Happening::Acted { .. } | Happening::ActedUnnamed { .. } => EntryKind::Acted,
        Happening::TookPart { .. } => EntryKind::TookPart,
        Happening::Ran { .. } => EntryKind::Ran,
        Happening::Ended => EntryKind::Ended,
    }
}

fn kind_of(measure: Measure) -> EntryKind {
    match measure {
        Measure::Mute => EntryKind::Muted,
        Measure::Unmute => EntryKind::Unmuted,
        Measure::Remove => EntryKind::Removed,
        Measure::Readmit => EntryKind::Readmitted,
        Measure::Appoint => EntryKind::Appointed,
        Measure::Dismiss => EntryKind::Dismissed,
        Measure::HandOver => EntryKind::HandedOver,
    }
}

/// The entry as the journal route shows it.
pub fn entry(entry: &Entry) -> Option<Box<RawValue>> {
    to_raw_value(&shape(entry)).ok()
}

/// The entry as the journal route shows it, with what it has got.
pub fn entry_with(entry: &Entry, reactions: Option<&ReactionCounts>) -> Option<Box<RawValue>> {
    let reactions = reactions.filter(|reactions| !reactions.is_empty());
    let mut shape = shape(entry);
    shape.reactions = reactions;
    to_raw_value(&shape).ok()
}

/// What clients see of the entry.
pub(super) fn shape(entry: &Entry) -> EntryShape<'_> {
    let mut shape = EntryShape {
        seq: entry.seq,
        at: time_text(entry.at_ms),
        kind: kind(entry),
        from: None,
        who: None,
        people: None,
        by: None,
        text: None,
        reply_to: None,
        deleted_by: None,
        reactions: None,
        message: None,
        reaction: None,
        stands: None,
        changes: None,
        activity: None,
        change: None,
        event: None,
    };
    shape.tell(&entry.what);
    shape
}

impl<'e> EntryShape<'e> {
    /// Takes what happened.
    fn tell(&mut self, what: &'e Happening) {
        match what {
            Happening::Joined { who }
            | Happening::Left { who }
            | Happening::Appointed { who }
            | Happening::Renamed { who } => self.who = Some(who),
            Happening::Measured { who, by, measure: _ } => (self.who, self.by) = (Some(who), Some(by)),
            Happening::Changed { changes, by } => (self.changes, self.by) = (Some(changes), Some(by)),
            Happening::Rekeyed { by } => self.by = Some(by),
            Happening::Noticed { text, by } => (self.text, self.by) = (text.as_deref(), Some(by)),
            Happening::Chat { from, text, reply_to, deleted_by } => {
                (self.from, self.reply_to, self.deleted_by) = (Some(from), *reply_to, deleted_by.as_ref());
                self.text = Some(text.as_str()).filter(|_| deleted_by.is_none());
            }
            Happening::Deleted { message, by } | Happening::Wall { message, stands: _, by } => {
                (self.message, self.by) = (Some(*message), Some(by));
            }
            Happening::Reacted { message, reaction, stands, by } => {
                (self.message, self.by) = (Some(*message), Some(by));
                (self.reaction, self.stands) = (Some(reaction.as_str()), Some(*stands));
            }
            Happening::Activity { activity, change } => {
                (self.activity, self.change) = (Some(Which::Brief(activity)), Some(*change));
            }
            Happening::Emit { activity, event, .. } => {
                (self.activity, self.event) = (Some(Which::Id(activity)), Some(event));
            }
            Happening::Acted { activity, .. } | Happening::ActedUnnamed { activity } | Happening::Ran { activity } => {
                self.activity = Some(Which::Id(activity))
            }
            Happening::TookPart { activity, who } => {
                (self.activity, self.people) = (Some(Which::Id(activity)), Some(who.as_slice()));
            }
            Happening::Ended => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::UserId;

    fn person() -> Person {
        Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() }
    }

    fn at(seq: u64, what: Happening) -> Entry {
        Entry { seq, at_ms: 1_795_334_400_123, what }
    }

    #[test]
    fn of_a_message_that_was_deleted_nothing_is_left_but_who_and_when() {
        let said = Happening::Chat { from: person(), text: "?".into(), reply_to: None, deleted_by: Some(person()) };
        let shown = entry(&at(42, said)).expect("JSON").get().to_owned();
        assert!(
            shown.ends_with(r#""from":{"id":"u1","name":"小王"},"deleted_by":{"id":"u1","name":"小王"}}"#),
            "{shown}"
        );
    }

    #[test]
    fn joins_stand_in_the_journal_but_not_on_sockets() {
        let joined = at(1, Happening::Joined { who: person() });
        assert!(!is_for_sockets(&joined));
        let shown = entry(&joined).expect("JSON");
        assert!(shown.get().contains(r#""kind":"joined","who":{"id":"u1""#), "{shown}");
    }
}
