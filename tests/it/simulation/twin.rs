//! The faulty twin of the store: it keeps the truth and tells servers what the weather lets through.
//!
//! A [`Session`] is one server's way to it. When the server dies its session is cut: what it had begun is made or not, what
//! it begins afterwards is nothing, and it learns of neither.
//!
//! # Invariants
//! * Apart from what was planted it keeps to [`Journals`], word by word.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use hezi::clock::Clock;
use hezi::domain::conference::Conference;
use hezi::domain::entry::{Entry, Happening};
use hezi::domain::id::{ActivityId, CommandId, ConferenceId, Number, UserId};
use hezi::domain::member::{Member, Person};
use hezi::store::{
    AuditLine, Checkpoint, CommandPage, Commit, Created, Journals, MadeBefore, NewConference, Placed, Record, Rows,
    StoreError, StoredActivity, TakeNumber,
};
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use super::dice::VirtualClock;
use super::trace::Trace;
use super::truth::{Made, Truth};
use super::weather::{Course, Fate, Plan, Plant};

/// Who writes to the same conference without being a server of the run.
pub(super) const RIVAL: &str = "rival";
/// How long a store that answers too early takes to do what it said.
const EARLY: Duration = Duration::from_secs(2);
/// How long the journal stays as it was told before a swap.
const ROT: Duration = Duration::from_secs(3);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The store of a run.
pub(super) struct Twin {
    truth: Mutex<Truth>,
    plan: Mutex<Plan>,
    /// What the rival said.
    rivals: Mutex<Vec<String>>,
    clock: Arc<VirtualClock>,
    trace: Trace,
    tasks: TaskTracker,
}

/// One server's way to the twin.
pub(super) struct Session {
    twin: Arc<Twin>,
    name: String,
    alive: AtomicBool,
}

impl Twin {
    pub(super) fn new(plan: Plan, clock: Arc<VirtualClock>, trace: Trace) -> Arc<Self> {
        let (truth, rivals, tasks) = (Mutex::default(), Mutex::default(), TaskTracker::new());
        Arc::new(Self { truth, plan: Mutex::new(plan), rivals, clock, trace, tasks })
    }

    /// Looks at what is durable.
    pub(super) fn truth(&self) -> MutexGuard<'_, Truth> {
        locked(&self.truth)
    }

    /// From now on nothing goes wrong.
    pub(super) fn clear_up(&self) {
        locked(&self.plan).clear_up();
    }

    /// What the rival said.
    pub(super) fn rivals(&self) -> Vec<String> {
        locked(&self.rivals).clone()
    }

    /// A new server comes.
    pub(super) fn session(self: &Arc<Self>, name: String) -> Arc<Session> {
        Arc::new(Session { twin: Arc::clone(self), name, alive: AtomicBool::new(true) })
    }

    /// Does something to the truth later.
    fn later(self: &Arc<Self>, after: Duration, change: impl FnOnce(&Twin) + Send + 'static) {
        let twin = Arc::clone(self);
        self.tasks.spawn(async move {
            sleep(after).await;
            change(&twin);
        });
    }

    /// Another writer takes the next place of a conference.
    fn outrun(&self, conference: &ConferenceId) {
        let text = format!("rival-{}", locked(&self.rivals).len());
        let from = Person { id: UserId::parse(RIVAL).expect("an id"), name: RIVAL.into() };
        let mut truth = self.truth();
        let seq = truth.head(conference) + 1;
        let what = Happening::Chat { from, text: text.clone(), reply_to: None, deleted_by: None };
        let record = Record { entries: vec![Entry { seq, at_ms: self.clock.now_ms(), what }], ..Record::default() };
        let commit = Commit { conference: conference.clone(), record, rows: Rows::default() };
        truth.commit(&commit).expect("the place after the last one is free");
        drop(truth);
        self.trace.note(RIVAL, format_args!("takes {seq}"));
        locked(&self.rivals).push(text);
    }

    /// Exchanges what stands at two places of a record.
    fn swap(&self, conference: &ConferenceId, first: u64) {
        let mut truth = self.truth();
        let Some(record) = truth.journal.get_mut(&(conference.clone(), first)) else { return };
        if let [.., one, other] = &mut record.entries[..] {
            std::mem::swap(&mut one.what, &mut other.what);
            self.trace.note("plant", format_args!("swaps {} and {}", one.seq, other.seq));
        }
    }

    /// Writes a record once more, behind itself.
    fn double(&self, commit: &Commit) {
        let mut again = copy(commit);
        let mut truth = self.truth();
        let shift = (truth.head(&commit.conference) + 1).saturating_sub(again.record.first_seq().unwrap_or(1));
        again.record.entries.iter_mut().for_each(|entry| entry.seq += shift);
        again.record.replies.iter_mut().for_each(|reply| reply.seq += shift);
        again.record.changes.iter_mut().for_each(|change| change.seq += shift);
        again.record.calls.iter_mut().for_each(|call| call.seq += shift);
        drop(truth.commit(&again));
        self.trace.note("plant", format_args!("doubles {:?}", commit.record.first_seq()));
    }
}

/// What a later one has made needless counts as done.
fn unless_overtaken(written: Result<(), StoreError>) -> Result<(), StoreError> {
    match written {
        Err(StoreError::Exists) => Ok(()),
        written => written,
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable("the weather".into())
}

fn failed() -> StoreError {
    StoreError::Failed("the weather".into())
}

fn copy(commit: &Commit) -> Commit {
    let rows = Rows {
        members: commit.rows.members.clone(),
        left: commit.rows.left.clone(),
        activities: commit.rows.activities.clone(),
        conference: commit.rows.conference.clone(),
        ended: commit.rows.ended.clone(),
        redactions: commit.rows.redactions.clone(),
    };
    Commit { conference: commit.conference.clone(), record: commit.record.clone(), rows }
}

impl Session {
    /// The server has died.
    pub(super) fn cut(&self) {
        self.alive.store(false, Ordering::Relaxed);
    }

    fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Relaxed)
    }

    async fn read<T: Send>(&self, look: impl FnOnce(&Truth) -> T + Send) -> Result<T, StoreError> {
        if !self.is_alive() {
            return Err(unavailable());
        }
        let course = locked(&self.twin.plan).read();
        sleep(course.before).await;
        let seen = look(&self.twin.truth());
        sleep(course.after).await;
        if course.fails || !self.is_alive() {
            return Err(unavailable());
        }
        Ok(seen)
    }

    async fn write<T: Send + 'static>(
        &self,
        what: &str,
        change: impl FnOnce(&mut Truth) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if !self.is_alive() {
            return Err(unavailable());
        }
        let course = locked(&self.twin.plan).write();
        let Course { fate, before, after, outlives } = course;
        if fate != Fate::Lands {
            self.twin.trace.note(&self.name, format_args!("{what}: {fate:?}"));
        }
        sleep(before).await;
        if !self.is_alive() && !outlives {
            self.twin.trace.note(&self.name, format_args!("{what}: died with its server"));
            return Err(unavailable());
        }
        let made = match fate {
            Fate::Lands | Fate::Unsaid => change(&mut self.twin.truth()),
            Fate::Refused => Err(failed()),
            Fate::Conflict => Err(StoreError::Conflict),
            Fate::Late { after_ms } => {
                let (what, name) = (what.to_owned(), self.name.clone());
                self.twin.later(after + Duration::from_millis(after_ms), move |twin| {
                    let made = change(&mut twin.truth()).is_ok();
                    twin.trace.note(&name, format_args!("{what}: late, made: {made}"));
                });
                Err(StoreError::TimedOut { limit_ms: 10_000 })
            }
        };
        sleep(after).await;
        match made {
            // It was made, and the answer says that it failed, or there is none.
            Ok(_) if fate == Fate::Unsaid && outlives => Err(failed()),
            Ok(_) if fate == Fate::Unsaid || !self.is_alive() => Err(unavailable()),
            made => made,
        }
    }

    /// What the twin does wrong with a commit on purpose; none when it does nothing of the kind.
    fn planted(&self, commit: &Commit) -> Option<Result<(), StoreError>> {
        let errs = |plant| locked(&self.twin.plan).errs(plant);
        let first = commit.record.first_seq().unwrap_or_default();
        if errs(Plant::Forgets) {
            self.twin.trace.note("plant", format_args!("forgets {first}"));
            return Some(Ok(()));
        }
        if errs(Plant::AnswersEarly) {
            self.twin.trace.note("plant", format_args!("is early with {first}"));
            let commit = copy(commit);
            self.twin.later(EARLY, move |twin| drop(twin.truth().commit(&commit)));
            return Some(Ok(()));
        }
        if errs(Plant::Doubles) {
            let made = self.twin.truth().commit(commit);
            if made.is_ok() {
                self.twin.double(commit);
            }
            return Some(made);
        }
        if commit.record.entries.len() > 1 && errs(Plant::Swaps) {
            let conference = commit.conference.clone();
            self.twin.later(ROT, move |twin| twin.swap(&conference, first));
        }
        None
    }
}

#[async_trait]
impl Journals for Session {
    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        let first = commit.record.first_seq().expect("a commit has an entry");
        if self.is_alive() {
            if let Some(result) = self.planted(commit) {
                return result;
            }
            let is_next = self.twin.truth().head(&commit.conference) + 1 == first;
            if is_next && locked(&self.twin.plan).has_rival() {
                self.twin.outrun(&commit.conference);
            }
        }
        let (last, commit) = (commit.record.entries.last().map_or(first, |entry| entry.seq), copy(commit));
        let made = self.write(&format!("commit {first}..={last}"), move |truth| truth.commit(&commit)).await;
        if let Err(error) = &made {
            self.twin.trace.note(&self.name, format_args!("commit {first}..={last}: {error}"));
        }
        made
    }

    async fn records_after(
        &self,
        conference: &ConferenceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Placed>, StoreError> {
        self.read(|truth| truth.records_after(conference, after, limit)).await
    }

    async fn last_record(&self, conference: &ConferenceId, _from: u64) -> Result<Option<Placed>, StoreError> {
        self.read(|truth| truth.records_after(conference, u64::MAX, 1).pop()).await
    }

    async fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let copied = || Checkpoint {
            activity: checkpoint.activity.clone(),
            seq: checkpoint.seq,
            writes: checkpoint.writes.clone(),
            timers: checkpoint.timers.clone(),
        };
        let (mut rows, mark) = (copied(), copied());
        if locked(&self.twin.plan).errs(Plant::LosesState) {
            self.twin.trace.note("plant", format_args!("loses of {}", checkpoint.seq));
            rows.writes.pop_last();
        }
        let written = self.write(&format!("state of {}", checkpoint.seq), move |truth| truth.write_state(&rows)).await;
        let written = match written {
            Ok(()) => {
                self.write(&format!("end of state {}", checkpoint.seq), move |truth| truth.end_checkpoint(&mark)).await
            }
            error => error,
        };
        unless_overtaken(written)
    }

    async fn state(&self, id: &ActivityId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.read(|truth| truth.state_of(id)).await
    }

    async fn activities(&self, conference: &ConferenceId) -> Result<Vec<StoredActivity>, StoreError> {
        self.read(|truth| truth.activities_of(conference)).await
    }

    async fn members(&self, conference: &ConferenceId) -> Result<Vec<Member>, StoreError> {
        self.read(|truth| truth.members_of(conference)).await
    }

    async fn conference(&self, id: &ConferenceId) -> Result<Option<Conference>, StoreError> {
        self.read(|truth| truth.conferences.get(id).cloned()).await
    }

    async fn create_conference(&self, new: NewConference<'_>, take: TakeNumber) -> Result<Created, StoreError> {
        let made = Made {
            conference: new.conference.clone(),
            owner: new.owner.clone(),
            record: new.record.clone(),
            key: new.key.cloned(),
            print: new.print,
        };
        self.write("create", move |truth| Ok(truth.create(&made, take))).await
    }

    async fn made_with(&self, owner: &UserId, key: &CommandId) -> Result<Option<MadeBefore>, StoreError> {
        self.read(|truth| truth.made_with(owner, key)).await
    }

    async fn numbers_in_use(&self, now_ms: u64) -> Result<Vec<u32>, StoreError> {
        self.read(|truth| truth.numbers_in_use(now_ms)).await
    }

    async fn conference_of_number(&self, number: Number) -> Result<Option<ConferenceId>, StoreError> {
        self.read(|truth| truth.conference_of_number(number)).await
    }

    async fn conference_of_activity(&self, id: &ActivityId) -> Result<Option<ConferenceId>, StoreError> {
        self.read(|truth| truth.conference_of_activity(id)).await
    }

    async fn seats_of(&self, user: &UserId) -> Result<Vec<ConferenceId>, StoreError> {
        self.read(|truth| truth.seats_of(user)).await
    }

    async fn conferences(&self, ids: &[ConferenceId]) -> Result<Vec<Conference>, StoreError> {
        self.read(|truth| truth.conferences_with(ids)).await
    }

    async fn conferences_of(&self, user: &UserId) -> Result<Vec<Conference>, StoreError> {
        self.read(|truth| truth.conferences_of(user)).await
    }

    async fn conferences_with_open_activities(&self) -> Result<Vec<ConferenceId>, StoreError> {
        self.read(Truth::with_open_activities).await
    }

    async fn write_commands(
        &self,
        conference: &ConferenceId,
        pages: &[CommandPage],
        mark: u64,
    ) -> Result<(), StoreError> {
        let (conference, pages) = (conference.clone(), pages.to_vec());
        let written = move |truth: &mut Truth| truth.write_commands(&conference, &pages, mark);
        unless_overtaken(self.write(&format!("index to {mark}"), written).await)
    }

    async fn mark(&self, conference: &ConferenceId) -> Result<u64, StoreError> {
        self.read(|truth| truth.marks.get(conference).copied().unwrap_or(0)).await
    }

    async fn command_pages(&self, conference: &ConferenceId, from: u32) -> Result<Vec<CommandPage>, StoreError> {
        self.read(|truth| truth.pages_from(conference, from)).await
    }

    async fn command_page(&self, conference: &ConferenceId, number: u32) -> Result<Option<CommandPage>, StoreError> {
        self.read(|truth| truth.pages.get(&(conference.clone(), number)).cloned()).await
    }

    async fn write_audit(&self, line: &AuditLine) -> Result<(), StoreError> {
        let what = line.what.clone();
        self.twin.trace.note(&self.name, format_args!("audit: {what}"));
        self.write("audit", |_| Ok(())).await
    }
}
