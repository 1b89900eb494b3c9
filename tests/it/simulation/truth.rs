//! A store in memory that never fails: what it holds is what is durable, whatever the twin around it told a server.
//!
//! It does what the store's methods of the same names do, at once and without an error of its own.

use std::collections::BTreeMap;

use hezi::domain::activity::{Activity, Phase};
use hezi::domain::command::Fingerprint;
use hezi::domain::conference::Conference;
use hezi::domain::id::{ActivityId, CommandId, ConferenceId, Number, UserId};
use hezi::domain::member::Member;
use hezi::store::{
    Checkpoint, CommandPage, Commit, Created, MadeBefore, Placed, Record, Rows, StoreError, StoredActivity, TakeNumber,
};

/// A conference to make, without borrowing.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) conference: Conference,
    pub(super) owner: Member,
    pub(super) record: Record,
    pub(super) key: Option<CommandId>,
    pub(super) print: Fingerprint,
}

/// What is durable.
#[derive(Debug, Default)]
pub(super) struct Truth {
    pub(super) conferences: BTreeMap<ConferenceId, Conference>,
    /// Who has a number, and from when on it is free.
    numbers: BTreeMap<Number, (ConferenceId, Option<u64>)>,
    retries: BTreeMap<(UserId, CommandId), MadeBefore>,
    pub(super) members: BTreeMap<(ConferenceId, UserId), Member>,
    /// Records by the place of their first entry.
    pub(super) journal: BTreeMap<(ConferenceId, u64), Record>,
    pub(super) activities: BTreeMap<ActivityId, (ConferenceId, StoredActivity)>,
    pub(super) state: BTreeMap<(ActivityId, String), Vec<u8>>,
    /// Checkpoints that have begun and are not whole yet.
    writing: BTreeMap<ActivityId, u64>,
    pub(super) pages: BTreeMap<(ConferenceId, u32), CommandPage>,
    pub(super) marks: BTreeMap<ConferenceId, u64>,
}

/// Pages of the index that are read at a time.
const PAGES_READ: usize = 16;

/// A record as the store finds it.
fn placed(first_seq: u64, record: &Record) -> Placed {
    let stored_bytes = 200 * (record.entries.len() + record.changes.len() + record.replies.len());
    Placed { first_seq, stored_bytes, record: Ok(record.clone()) }
}

impl Truth {
    pub(super) fn commit(&mut self, commit: &Commit) -> Result<(), StoreError> {
        let first = commit.record.first_seq().expect("a commit has an entry");
        let place = (commit.conference.clone(), first);
        if self.journal.contains_key(&place) {
            return Err(StoreError::Exists);
        }
        self.journal.insert(place, commit.record.clone());
        for redaction in &commit.rows.redactions {
            let upto = (commit.conference.clone(), 0)..=(commit.conference.clone(), redaction.message);
            let record = self.journal.range_mut(upto).next_back();
            assert!(record.is_some_and(|(_, record)| record.redact(redaction)), "what is deleted stands there");
        }
        self.write_rows(&commit.conference, &commit.rows);
        Ok(())
    }

    fn write_rows(&mut self, conference: &ConferenceId, rows: &Rows) {
        for member in &rows.members {
            self.members.insert((conference.clone(), member.id.clone()), member.clone());
        }
        for user in &rows.left {
            self.members.remove(&(conference.clone(), user.clone()));
        }
        for doc in &rows.activities {
            let fresh = StoredActivity { doc: Activity::clone(doc), seq: 0, timers: Vec::new() };
            let row = self.activities.entry(doc.id.clone()).or_insert((conference.clone(), fresh));
            row.1.doc = Activity::clone(doc);
        }
        if let Some(changed) = &rows.conference {
            self.conferences.insert(conference.clone(), changed.clone());
        }
        if let Some((ended, free_at_ms)) = &rows.ended {
            self.conferences.insert(conference.clone(), ended.clone());
            if let Some((_, free)) = self.numbers.get_mut(&ended.number).filter(|(owner, _)| owner == conference) {
                *free = Some(*free_at_ms);
            }
        }
    }

    pub(super) fn records_after(&self, conference: &ConferenceId, after: u64, limit: usize) -> Vec<Placed> {
        let next = after.saturating_add(1);
        let of = |seq: u64| (conference.clone(), seq);
        let before = self.journal.range(of(0)..=of(next)).next_back();
        let first = before.map_or(next, |((_, first), _)| *first);
        self.journal
            .range(of(first)..=of(u64::MAX))
            .take(limit)
            .map(|((_, seq), record)| placed(*seq, record))
            .collect()
    }

    /// The last entry of a conference.
    pub(super) fn head(&self, conference: &ConferenceId) -> u64 {
        let last = self.journal.range((conference.clone(), 0)..=(conference.clone(), u64::MAX)).next_back();
        last.and_then(|(_, record)| record.entries.last()).map_or(0, |entry| entry.seq)
    }

    /// A checkpoint goes on, unless a later one is there or has begun.
    fn claim(&mut self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let (id, seq) = (&checkpoint.activity, checkpoint.seq);
        let begun = self.writing.get(id).copied().unwrap_or(0);
        let there = self.activities.get(id).map(|(_, stored)| stored.seq);
        if begun > seq || there.is_none_or(|there| there > seq) {
            return Err(StoreError::Exists);
        }
        self.writing.insert(id.clone(), seq);
        Ok(())
    }

    /// The rows of a checkpoint.
    pub(super) fn write_state(&mut self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        self.claim(checkpoint)?;
        for (key, value) in &checkpoint.writes {
            let key = (checkpoint.activity.clone(), key.to_string());
            match value {
                Some(value) => self.state.insert(key, value.to_vec()),
                None => self.state.remove(&key),
            };
        }
        Ok(())
    }

    /// The mark of a checkpoint: what its rows are good for.
    pub(super) fn end_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        self.claim(checkpoint)?;
        self.writing.remove(&checkpoint.activity);
        if let Some((_, stored)) = self.activities.get_mut(&checkpoint.activity) {
            stored.seq = checkpoint.seq;
            stored.timers = checkpoint.timers.clone();
        }
        Ok(())
    }

    /// Pages of the index, and the mark, unless it is further already.
    pub(super) fn write_commands(
        &mut self,
        conference: &ConferenceId,
        pages: &[CommandPage],
        mark: u64,
    ) -> Result<(), StoreError> {
        if self.marks.get(conference).is_some_and(|there| *there > mark) {
            return Err(StoreError::Exists);
        }
        for page in pages {
            self.pages.insert((conference.clone(), page.number), page.clone());
        }
        self.marks.insert(conference.clone(), mark);
        Ok(())
    }

    pub(super) fn pages_from(&self, conference: &ConferenceId, from: u32) -> Vec<CommandPage> {
        let pages = self.pages.range((conference.clone(), from)..=(conference.clone(), u32::MAX));
        pages.take(PAGES_READ).map(|(_, page)| page.clone()).collect()
    }

    pub(super) fn state_of(&self, id: &ActivityId) -> Vec<(String, Vec<u8>)> {
        let rows = self.state.range((id.clone(), String::new())..).take_while(|((of, _), _)| of == id);
        rows.map(|((_, key), value)| (key.clone(), value.clone())).collect()
    }

    pub(super) fn activities_of(&self, conference: &ConferenceId) -> Vec<StoredActivity> {
        self.activities.values().filter(|(of, _)| of == conference).map(|(_, stored)| stored.clone()).collect()
    }

    pub(super) fn members_of(&self, conference: &ConferenceId) -> Vec<Member> {
        self.members.iter().filter(|((of, _), _)| of == conference).map(|(_, member)| member.clone()).collect()
    }

    pub(super) fn create(&mut self, made: &Made, take: TakeNumber) -> Created {
        let (id, number) = (&made.conference.id, made.conference.number);
        let free = match (take, self.numbers.get(&number)) {
            (TakeNumber::Fresh, taken) => taken.is_none(),
            (TakeNumber::Rested { now_ms }, Some((_, Some(free_at_ms)))) => *free_at_ms <= now_ms,
            (TakeNumber::Rested { .. }, _) => false,
        };
        let retry = made.key.clone().map(|key| (made.owner.id.clone(), key));
        if !free || retry.as_ref().is_some_and(|retry| self.retries.contains_key(retry)) {
            return Created::Taken;
        }
        self.numbers.insert(number, (id.clone(), None));
        let before = MadeBefore { conference: id.clone(), print: Some(made.print) };
        self.retries.extend(retry.map(|retry| (retry, before)));
        self.conferences.insert(id.clone(), made.conference.clone());
        self.members.insert((id.clone(), made.owner.id.clone()), made.owner.clone());
        self.journal.insert((id.clone(), 1), made.record.clone());
        Created::Yes
    }

    pub(super) fn made_with(&self, owner: &UserId, key: &CommandId) -> Option<MadeBefore> {
        self.retries.get(&(owner.clone(), key.clone())).cloned()
    }

    pub(super) fn numbers_in_use(&self, now_ms: u64) -> Vec<u32> {
        let in_use = self.numbers.iter().filter(|(_, (_, free))| free.is_none_or(|free_at_ms| free_at_ms > now_ms));
        in_use.map(|(number, _)| number.value()).collect()
    }

    pub(super) fn conference_of_number(&self, number: Number) -> Option<ConferenceId> {
        self.numbers.get(&number).map(|(id, _)| id.clone())
    }

    pub(super) fn conference_of_activity(&self, id: &ActivityId) -> Option<ConferenceId> {
        self.activities.get(id).map(|(of, _)| of.clone())
    }

    pub(super) fn seats_of(&self, user: &UserId) -> Vec<ConferenceId> {
        let seats = self.members.keys().filter(|(_, member)| member == user);
        seats.rev().map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn conferences_with(&self, ids: &[ConferenceId]) -> Vec<Conference> {
        let found = ids.iter().filter_map(|id| self.conferences.get(id).cloned());
        let mut found: Vec<Conference> = found.collect();
        found.sort_by(|one, other| other.id.cmp(&one.id));
        found
    }

    pub(super) fn conferences_of(&self, user: &UserId) -> Vec<Conference> {
        let seats = self.members.keys().filter(|(_, member)| member == user);
        let mut found: Vec<Conference> = seats.filter_map(|(id, _)| self.conferences.get(id).cloned()).collect();
        found.sort_by(|one, other| other.created_at_ms.cmp(&one.created_at_ms).then_with(|| other.id.cmp(&one.id)));
        found
    }

    pub(super) fn with_open_activities(&self) -> Vec<ConferenceId> {
        let open = self.activities.values().filter(|(_, stored)| stored.doc.phase == Phase::Open);
        let mut ids: Vec<ConferenceId> = open.map(|(of, _)| of.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}
