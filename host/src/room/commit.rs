//! From what happens to what is durable: records fill, are committed one after another, and only then are told.
//!
//! # Invariants
//! * One record is being made durable at a time; the next ones fill meanwhile.
//! * What belongs together (an outcome's entries, state and reply) is in one record.
//! * Nothing is answered or sent before its record is durable.

use std::sync::Arc;

use super::actor::{Exit, Room};
use crate::activity::MembersAsOf;
use crate::domain::command::CommandKey;
use crate::domain::entry::{Entry, Happening};
use crate::domain::member::Member;
use crate::store::{CallInput, Commit, Record, ReplyRecord, Rows, StateChange, StoreError};

/// What has to be done once a record is durable. Dropping it undone tells whoever waits that nothing is known.
pub(super) type Then = Box<dyn FnOnce(&mut Room) + Send>;

/// A record under construction.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) record: Record,
    pub(super) rows: Rows,
    /// Keys of the replies, in their order.
    keys: Vec<CommandKey>,
    then: Vec<Then>,
    bytes: usize,
}

/// A batch with what came of its commit.
pub(super) struct Committed {
    batch: Batch,
    result: Result<(), StoreError>,
}

/// What goes into one record together.
#[derive(Default)]
pub(super) struct Addition {
    pub(super) happenings: Vec<Happening>,
    pub(super) change: Option<StateChange>,
    pub(super) call: Option<CallInput>,
    pub(super) reply: Option<(CommandKey, ReplyRecord)>,
    pub(super) rows: Rows,
    pub(super) then: Option<Then>,
}

impl Addition {
    /// Only this happens.
    pub(super) fn of(happening: Happening) -> Self {
        Self { happenings: vec![happening], ..Self::default() }
    }

    fn bytes(&self) -> usize {
        let entries: usize = self.happenings.iter().map(happening_bytes).sum();
        let change = self.change.as_ref().map_or(0, change_bytes);
        let call = self.call.as_ref().map_or(0, |call| call.payload.len() + 256);
        let reply = self.reply.as_ref().map_or(0, |(_, reply)| reply.ok.len() + 192);
        entries + change + call + reply
    }
}

fn happening_bytes(happening: &Happening) -> usize {
    let text = match happening {
        Happening::Chat { text, .. } => text.len(),
        Happening::Emit { event, .. } => event.len(),
        _ => 0,
    };
    text + 256
}

fn change_bytes(change: &StateChange) -> usize {
    let write = |write: &crate::store::StateWrite| write.key.len() + write.value.as_ref().map_or(0, Vec::len) + 32;
    change.writes.iter().map(write).sum::<usize>() + 128
}

/// Adds rows to those of a record; of two changes of the same row the later one counts.
fn merge_rows(rows: &mut Rows, later: Rows) {
    for member in later.members {
        rows.left.retain(|user| *user != member.id);
        rows.members.retain(|other| other.id != member.id);
        rows.members.push(member);
    }
    for user in later.left {
        rows.members.retain(|member| member.id != user);
        rows.left.push(user);
    }
    for activity in later.activities {
        rows.activities.retain(|other| other.id != activity.id);
        rows.activities.push(activity);
    }
    rows.ended = later.ended.or(rows.ended.take());
}

impl Room {
    /// Gives what happens its place in the order.
    pub(super) fn append(&mut self, mut addition: Addition) {
        if self.damage.is_some() {
            // Whoever waits is told that it did not happen, when the addition is dropped.
            return;
        }
        let bytes = addition.bytes();
        if let Some((_, reply)) = &addition.reply {
            self.admission.charge(&reply.member, bytes);
        }
        let at_ms = self.around.clock.now_ms();
        let first = self.head + 1;
        let fits = self.pending.back().is_some_and(|batch| batch.bytes + bytes <= self.shared.limits.record_bytes);
        if !fits {
            self.pending.push_back(Batch::default());
        }
        let Some(batch) = self.pending.back_mut() else { return };
        batch.bytes += bytes;
        for what in addition.happenings.drain(..) {
            self.head += 1;
            batch.record.entries.push(Entry { seq: self.head, at_ms, what });
        }
        if let Some(mut change) = addition.change.take() {
            change.seq = first;
            batch.record.changes.push(change);
        }
        if let Some(mut call) = addition.call.take() {
            call.seq = first;
            batch.record.calls.push(call);
        }
        if let Some((key, mut reply)) = addition.reply.take() {
            reply.seq = first;
            batch.keys.push(key);
            batch.record.replies.push(reply);
        }
        merge_rows(&mut batch.rows, addition.rows);
        batch.then.extend(addition.then.take());
    }

    /// Runs `then` once everything that has a place in the order by now is durable.
    pub(super) fn when_durable(&mut self, then: Then) {
        if self.durable >= self.head {
            then(self);
        } else {
            self.held.push((self.head, then));
        }
    }

    /// Runs what waited for what is durable now.
    fn release_held(&mut self) {
        let durable = self.durable;
        let (ready, held) = std::mem::take(&mut self.held).into_iter().partition(|(seq, _)| *seq <= durable);
        self.held = held;
        let ready: Vec<(u64, Then)> = ready;
        for (_, then) in ready {
            then(self);
        }
    }

    /// Starts the next commit, if none is under way and there is something to commit.
    pub(super) fn start_commit(&mut self) {
        if self.committing.is_some() {
            return;
        }
        let Some(batch) = self.pending.pop_front() else { return };
        let store = self.shared.store.clone();
        let conference = self.conference.id.clone();
        self.committing = Some(self.around.tasks.spawn(async move {
            let Batch { record, rows, keys, then, bytes } = batch;
            let commit = Commit { conference, record, rows };
            let result = store.commit(&commit).await;
            let Commit { record, rows, .. } = commit;
            Committed { batch: Batch { record, rows, keys, then, bytes }, result }
        }));
    }

    /// A commit has ended.
    pub(super) fn committed(&mut self, committed: Option<Committed>) -> Option<Exit> {
        let Some(Committed { batch, result }) = committed else { return Some(Exit::Reset) };
        if let Err(error) = result {
            tracing::error!(conference.id = %self.conference.id, "a commit failed: {error}");
            metrics::counter!("hezi_commit_failures_total").increment(1);
            return Some(Exit::Reset);
        }
        metrics::counter!("hezi_commits_total").increment(1);
        metrics::counter!("hezi_entries_total").increment(batch.record.entries.len() as u64);
        self.publish(batch);
        self.start_commit();
        None
    }

    fn publish(&mut self, batch: Batch) {
        let Batch { record, rows, keys, then, .. } = batch;
        if let Some(last) = record.entries.last() {
            self.durable = last.seq;
        }
        if !rows.members.is_empty() || !rows.left.is_empty() {
            self.update_durable_members(&rows);
        }
        for change in record.changes {
            self.note_change(change);
        }
        for entry in record.entries {
            self.tell(entry);
        }
        for (key, reply) in keys.into_iter().zip(record.replies) {
            let ok: Arc<str> = Arc::from(reply.ok);
            for waiter in self.memory.finish(key, reply.seq, Arc::clone(&ok)) {
                self.answer(waiter, reply.seq, &ok);
            }
        }
        for then in then {
            then(self);
        }
        self.release_held();
    }

    /// Sends an entry to the sockets that may see it.
    fn tell(&mut self, entry: Entry) {
        let Some(framed) = self.recent.push(entry) else { return };
        self.roster.broadcast(&framed.frame, |seat| framed.entry.visible_to(&seat.member, seat.role));
    }

    /// The members as plugins see them change when the change is durable.
    fn update_durable_members(&mut self, rows: &Rows) {
        let current = self.durable_members.load();
        let mut members = hezi_plugin::Members::clone(&current.members);
        for member in &rows.members {
            members.insert(crate::activity::plugin_member(member));
        }
        for user in &rows.left {
            members.remove(user.as_str());
        }
        self.durable_members.store(Arc::new(MembersAsOf { members: Arc::new(members), seq: self.durable }));
        self.presence_changed = true;
    }

    /// The row of a member, ready for a record.
    pub(super) fn member_row(member: &Member) -> Rows {
        Rows { members: vec![member.clone()], ..Rows::default() }
    }
}
