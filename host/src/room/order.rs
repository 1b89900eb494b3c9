//! The order of a conference: what happens gets its place, fills records, and is committed, one record after another.
//!
//! What waits for something to be durable waits here, as a value: what it is, `later` says, and the room does it.
//!
//! # Invariants
//! * One record is being made durable at a time; the next ones fill meanwhile.
//! * What belongs together (a call's entries, state and reply) is in one record.
//! * Nothing is given back to be answered or sent before its record is durable.
//! * A commit of which nothing is known is made again until it is: nobody reads a journal to which a room may still add
//!   something, neither this room nor the next one.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::backoff::Backoff;
use super::later::Later;
use crate::domain::command::CommandKey;
use crate::domain::id::ConferenceId;
use crate::store::{Addition, Commit, Record, Rows, SharedJournals, StoreError};

/// Records that may wait for the one that is being committed.
const PENDING_RECORDS_MAX: usize = 32;
/// Who and what may wait for something to be durable.
const LATER_MAX: usize = 2_048;
/// A commit of which nothing is known is made again after this, and then less and less often.
const AGAIN_PAUSE: Duration = Duration::from_millis(100);
/// But not less often than this: everybody in the room waits for it.
const AGAIN_PAUSE_MAX: Duration = Duration::from_secs(5);

/// A record under construction.
#[derive(Default)]
struct Batch {
    record: Record,
    rows: Rows,
    /// Of the commands that the record has replies to, in their order.
    keys: Vec<CommandKey>,
    bytes: usize,
}

/// A record that is durable, with the rows that changed with it.
pub(super) struct Committed {
    pub(super) record: Record,
    pub(super) rows: Rows,
    /// Of the commands that the record has replies to, in their order.
    pub(super) keys: Vec<CommandKey>,
}

/// The order of a conference.
pub(super) struct Order {
    conference: ConferenceId,
    store: SharedJournals,
    /// Cancelled when the server stops: nothing is made again then.
    stop: CancellationToken,
    record_bytes_max: usize,
    /// The last entry that has a place.
    head: u64,
    /// The last entry that is durable.
    durable: u64,
    /// What is wrong with the journal; nothing is added to it then.
    damage: Option<String>,
    pending: VecDeque<Batch>,
    committing: Option<JoinHandle<Result<Committed, StoreError>>>,
    /// What is to be done once an entry is durable, in the order in which it is done.
    later: VecDeque<(u64, Later)>,
}

impl Order {
    /// The order after the entry `head`, all of which is durable.
    pub(super) fn after(
        head: u64,
        damage: Option<String>,
        conference: ConferenceId,
        store: SharedJournals,
        stop: CancellationToken,
        record_bytes_max: usize,
    ) -> Self {
        let (pending, later) = (VecDeque::new(), VecDeque::new());
        Self {
            conference,
            store,
            stop,
            record_bytes_max,
            head,
            durable: head,
            damage,
            pending,
            committing: None,
            later,
        }
    }

    /// The last entry that has a place.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// The last entry that is durable.
    pub(super) fn durable(&self) -> u64 {
        self.durable
    }

    /// What is wrong with the journal.
    pub(super) fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Whether the store does not keep up: taking more would fill the memory.
    pub(super) fn is_full(&self) -> bool {
        self.pending.len() > PENDING_RECORDS_MAX || self.later.len() > LATER_MAX
    }

    /// Whether everything that has a place is durable.
    pub(super) fn is_settled(&self) -> bool {
        self.pending.is_empty() && self.committing.is_none()
    }

    /// Gives what happens its place, and says about how many bytes it takes there.
    ///
    /// Where the journal is damaged it does not happen.
    pub(super) fn append(&mut self, addition: Addition, at_ms: u64) -> usize {
        if self.damage.is_some() {
            return 0;
        }
        let bytes = addition.bytes();
        if self.pending.back().is_none_or(|batch| batch.bytes + bytes > self.record_bytes_max) {
            self.pending.push_back(Batch::default());
        }
        let Some(batch) = self.pending.back_mut() else { return 0 };
        batch.bytes += bytes;
        batch.keys.extend(addition.command.as_ref().map(|stamp| stamp.key));
        let (last, rows) = batch.record.add(addition, self.head, at_ms);
        if !rows.is_empty() {
            batch.rows.merge(rows);
        }
        self.head = last;
        bytes
    }

    /// Gives what happens its place, with what is to be done once that is durable. Where the journal is damaged neither
    /// happens, and whoever waits for it learns that from its being dropped.
    pub(super) fn append_then(&mut self, addition: Addition, at_ms: u64, later: Later) {
        if self.damage.is_none() {
            self.append(addition, at_ms);
            self.later.push_back((self.head, later));
        }
    }

    /// What is to be done once everything is durable that has a place by now; it is due at once if it is. Where the store
    /// does not keep up, whoever waits is told so, by its being dropped.
    pub(super) fn when_durable(&mut self, later: Later) {
        let is_due = self.durable >= self.head;
        // Nobody asks again for what the room is to see.
        if is_due || !self.is_full() || matches!(later, Later::RoomSees { .. }) {
            self.later.push_back((self.head, later));
        }
    }

    /// Starts the next commit, if none is under way and there is something to commit.
    pub(super) fn start_commit(&mut self, tasks: &TaskTracker) {
        if self.committing.is_some() {
            return;
        }
        let Some(Batch { record, rows, keys, .. }) = self.pending.pop_front() else { return };
        let (store, stop, conference) = (self.store.clone(), self.stop.clone(), self.conference.clone());
        self.committing = Some(tasks.spawn(async move {
            let commit = Commit { conference, record, rows };
            let began = Instant::now();
            commit_until_known(&store, &commit, &stop).await?;
            metrics::histogram!("hezi_commit_seconds").record(began.elapsed());
            Ok(Committed { record: commit.record, rows: commit.rows, keys })
        }));
    }

    /// Waits for the commit that is under way, or for ever where there is none. None where its place is another's: what is in
    /// memory is wrong then.
    pub(super) async fn committed(&mut self) -> Option<Committed> {
        let committed = finished(&mut self.committing).await?;
        let published = match committed {
            Ok(published) => published,
            Err(error) => {
                tracing::error!(conference.id = %self.conference, "a commit failed: {error}");
                metrics::counter!("hezi_commit_failures_total").increment(1);
                return None;
            }
        };
        metrics::counter!("hezi_commits_total").increment(1);
        metrics::counter!("hezi_entries_total").increment(published.record.entries.len() as u64);
        if let Some(last) = published.record.entries.last() {
            self.durable = last.seq;
        }
        Some(published)
    }

    /// The next thing that waited for what is durable now.
    pub(super) fn next_due(&mut self) -> Option<Later> {
        let (seq, _) = self.later.front()?;
        if *seq <= self.durable { self.later.pop_front().map(|(_, later)| later) } else { None }
    }

    /// Waits until it is known what has become of the commit that is under way.
    pub(super) async fn landed(&mut self) {
        if let Some(committing) = self.committing.take() {
            drop(committing.await);
        }
    }
}

/// Makes a commit, again and again where that has to be, until it is known what has become of it.
///
/// # Errors
/// [`StoreError::Exists`] when another writer has the place. After any other error the journal tells what was made of it;
/// but when the server stops it may still be made.
async fn commit_until_known(
    store: &SharedJournals,
    commit: &Commit,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    let (mut is_unknown, mut backoff) = (false, Backoff::new(AGAIN_PAUSE, AGAIN_PAUSE_MAX));
    loop {
        let error = match store.commit(commit).await {
            Ok(()) => return Ok(()),
            Err(error) if !is_unknown && is_over(&error) => return Err(error),
            // The place may have been taken by a try of this one's own.
            Err(StoreError::Exists) => match is_there(store, commit).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(StoreError::Exists),
                Err(error) => error,
            },
            Err(error) => error,
        };
        is_unknown |= !matches!(error, StoreError::Conflict);
        tracing::warn!(conference.id = %commit.conference, "a commit was not answered and is made again: {error}");
        metrics::counter!("hezi_commit_failures_total").increment(1);
        if !backoff.pause(stop).await {
            return Err(error);
        }
    }
}

/// Whether nothing more comes of a commit that failed with this, and the journal tells what did.
fn is_over(error: &StoreError) -> bool {
    matches!(error, StoreError::Exists | StoreError::Corrupt { .. } | StoreError::Failed(_) | StoreError::NoTable)
}

/// Whether it is this record that stands in its place.
async fn is_there(store: &SharedJournals, commit: &Commit) -> Result<bool, StoreError> {
    let Some(first) = commit.record.first_seq() else { return Ok(false) };
    let found = store.records_after(&commit.conference, first - 1, 1).await?;
    Ok(found.first().is_some_and(|placed| placed.record.as_ref().is_ok_and(|record| *record == commit.record)))
}

/// Waits for a task, or for ever where there is none. Takes the task out when it has ended; gives none when it broke.
pub(super) async fn finished<T>(task: &mut Option<JoinHandle<T>>) -> Option<T> {
    let Some(handle) = task else { return std::future::pending().await };
    let result = handle.await;
    *task = None;
    result.inspect_err(|error| tracing::error!("a task of a room broke: {error}")).ok()
}
