//! Whoever is told something compares it with the truth at once: what is told is durable by then.

use hezi::domain::entry::Entry;
use hezi::domain::id::ConferenceId;
use hezi::protocol::server::Frame;
use hezi::store::Record;
use serde_json::Value;

use super::truth::Truth;
use super::world::World;

/// The record that holds a place of the journal.
fn record_at<'t>(truth: &'t Truth, conference: &ConferenceId, seq: u64) -> Option<&'t Record> {
    let places = (conference.clone(), 0)..=(conference.clone(), seq);
    truth.journal.range(places).next_back().map(|(_, record)| record)
}

fn entry_at<'t>(truth: &'t Truth, conference: &ConferenceId, seq: u64) -> Option<&'t Entry> {
    record_at(truth, conference, seq)?.entries.iter().find(|entry| entry.seq == seq)
}

impl World {
    fn id(&self) -> &ConferenceId {
        &self.conference.get().expect("the conference was made first").0
    }

    /// A socket was told of an entry.
    pub(super) fn told_event(&self, who: &str, text: &str, seq: u64) {
        let truth = self.twin.truth();
        let there = entry_at(&truth, self.id(), seq).and_then(Frame::event);
        let there = there.map(|frame| serde_json::to_string(&frame).expect("JSON"));
        drop(truth);
        if there.as_deref() != Some(text) {
            self.blame(format_args!("{who} was told of an event that is not durable: {text}; there is {there:?}"));
        }
    }

    /// A journal page showed an entry.
    pub(super) fn told_entry(&self, who: &str, entry: &Entry) {
        let there = entry_at(&self.twin.truth(), self.id(), entry.seq).cloned();
        if there.as_ref() != Some(entry) {
            self.blame(format_args!("{who} read {entry:?}; there is {there:?}"));
        }
    }

    /// A command was answered with success.
    pub(super) fn told_done(&self, who: &str, id: &str, seq: u64, ok: &Value) {
        let truth = self.twin.truth();
        let replies = record_at(&truth, self.id(), seq).map(|record| record.replies.clone()).unwrap_or_default();
        drop(truth);
        let there = replies.iter().find(|reply| reply.member.as_str() == who && reply.command.as_str() == id);
        let same = there.is_some_and(|reply| {
            reply.seq == seq && serde_json::from_str::<Value>(reply.ok.text()).is_ok_and(|there| there == *ok)
        });
        if !same {
            self.blame(format_args!("{who} was told that {id} is done at {seq}: {ok}; there is {there:?}"));
        }
    }

    /// Something was shown that stands for the journal up to a place.
    pub(super) fn told_head(&self, who: &str, what: &str, seq: u64) {
        let head = self.twin.truth().head(self.id());
        if seq > head {
            self.blame(format_args!("{who} was shown {what} as of {seq}; the journal ends at {head}"));
        }
    }
}
