//! All rooms: finds the one that is in memory, opens the one that is not, makes new conferences.
//!
//! # Invariants
//! * A conference has at most one room in this process: opening is done once, whoever asks meanwhile waits for it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{OnceCell, Semaphore, mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::command::Message;
use super::error::RoomError;
use super::handle::{Line, RoomHandle};
use super::opening;
use super::roster::SessionTag;
use crate::access;
use crate::activity::{MembersAsOf, Seats, Surroundings};
use crate::clock::{SharedClock, SharedRng, new_id, random_below};
use crate::config::{ConferenceConfig, RoomLimits};
use crate::domain::conference::{self, Conference, ConferenceState, TITLE_CHARS_MAX};
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{ActivityId, CommandId, ConferenceId, Number, UserId};
use crate::domain::member::{Member, Role, User};
use crate::plugin::Plugins;
use crate::store::{Created, NewConference, Record, Store, TakeNumber};

/// Random numbers that are tried before the free ones are looked up.
const NUMBER_TRIES: usize = 12;
/// How long the way from a number to its conference is remembered.
const NUMBER_MEMORY_MS: u64 = 5_000;
/// Ways from numbers and activities that are remembered; then all are forgotten.
const WAYS_MAX: usize = 100_000;
/// A failing timer is tried again after this, and then less and less often.
const TICK_RETRY_MS: u64 = 1_000;

/// What rooms need.
pub struct Needs {
    /// The store.
    pub store: Store,
    /// The plugins.
    pub plugins: Plugins,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub rng: SharedRng,
    /// Settings of conferences.
    pub conference: ConferenceConfig,
    /// Bounds.
    pub limits: RoomLimits,
    /// The server's address, without a slash at the end.
    pub public_url: String,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
    /// How many threads run plugins at a time.
    pub plugin_threads: usize,
    /// How many instances of plugins there may be at a time.
    pub plugin_instances: u32,
}

/// A conference to make.
#[derive(Debug, Clone, Copy)]
pub struct NewRoom<'a> {
    /// What it is about.
    pub title: &'a str,
    /// Whether people from outside may join as guests.
    pub guests: bool,
}

/// What all rooms share.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) limits: RoomLimits,
    pub(super) public_url: String,
    pub(super) number_cooldown_s: u64,
    pub(super) activities_max: usize,
    number_pool: u32,
    plugins: Plugins,
    clock: SharedClock,
    rng: SharedRng,
    tasks: TaskTracker,
    threads: Arc<Semaphore>,
    seats: Seats,
    /// A mutex because it is held for a look-up only; opening happens outside of it.
    open: Mutex<HashMap<ConferenceId, Arc<OnceCell<Line>>>>,
    numbers: Mutex<HashMap<Number, (ConferenceId, u64)>>,
    activities: Mutex<HashMap<ActivityId, ConferenceId>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a way; when there are too many, all are looked up again.
fn remember<K: std::hash::Hash + Eq, V>(ways: &Mutex<HashMap<K, V>>, from: K, to: V) {
    let mut ways = locked(ways);
    if ways.len() >= WAYS_MAX {
        ways.clear();
    }
    ways.insert(from, to);
}

impl Shared {
    /// Takes a room out of the list.
    pub(super) fn forget(&self, id: &ConferenceId, room: &mpsc::WeakSender<Message>) {
        let mut open = locked(&self.open);
        let this_one = |line: &Line| room.upgrade().is_some_and(|mailbox| mailbox.same_channel(&line.mailbox));
        if open.get(id).and_then(|cell| cell.get()).is_some_and(this_one) {
            open.remove(id);
        }
        drop(open);
        locked(&self.numbers).retain(|_, (conference, _)| conference != id);
    }

    pub(super) fn surroundings(&self, conference: &Conference, members: Arc<ArcSwap<MembersAsOf>>) -> Surroundings {
        Surroundings {
            conference: conference.id.clone(),
            owner: conference.owner.id.clone(),
            plugins: self.plugins.clone(),
            clock: Arc::clone(&self.clock),
            rng: Arc::clone(&self.rng),
            members,
            threads: Arc::clone(&self.threads),
            seats: self.seats.clone(),
            tasks: self.tasks.clone(),
            tick_retry_ms: TICK_RETRY_MS,
        }
    }
}

/// All rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Shared>);

impl Rooms {
    /// No rooms yet.
    pub fn new(needs: Needs) -> Self {
        Self(Arc::new(Shared {
            store: needs.store,
            limits: needs.limits,
            public_url: needs.public_url,
            number_cooldown_s: needs.conference.number_cooldown_s,
            activities_max: needs.conference.activities,
            number_pool: needs.conference.number_pool,
            plugins: needs.plugins,
            clock: needs.clock,
            rng: needs.rng,
            tasks: needs.tasks,
            threads: Arc::new(Semaphore::new(needs.plugin_threads.max(1))),
            seats: Seats::new(needs.plugin_instances, needs.plugin_threads.max(1)),
            open: Mutex::default(),
            numbers: Mutex::default(),
            activities: Mutex::default(),
        }))
    }

    pub(super) fn limits(&self) -> &RoomLimits {
        &self.0.limits
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Opens the rooms whose activities run, so that their timers do.
    ///
    /// # Errors
    /// [`RoomError`] when the store fails. A room that does not open is reported and left out.
    pub async fn resume(&self) -> Result<(), RoomError> {
        for id in self.0.store.conferences_with_open_activities().await? {
            if let Err(error) = self.line(&id).await {
                tracing::error!(conference.id = %id, "the room does not open: {error}");
            }
        }
        Ok(())
    }

    /// The way to a room, opened if need be.
    pub(super) async fn line(&self, id: &ConferenceId) -> Result<Line, RoomError> {
        let cell = Arc::clone(locked(&self.0.open).entry(id.clone()).or_default());
        // When opening fails the empty cell stays: whoever waits for it, or comes later, tries again in the same one.
        let line = cell.get_or_try_init(|| opening::open(&self.0, id)).await?;
        // A room that is being put away takes itself out of the list when all that it started has ended.
        if line.mailbox.is_closed() { Err(RoomError::Unavailable) } else { Ok(line.clone()) }
    }

    async fn handle(&self, id: ConferenceId) -> Result<RoomHandle, RoomError> {
        let line = self.line(&id).await?;
        Ok(RoomHandle { id, line, rooms: self.clone() })
    }

    /// The room of the conference that has this number.
    ///
    /// # Errors
    /// [`RoomError::UnknownConference`] when none has it.
    pub async fn by_number(&self, number: Number) -> Result<RoomHandle, RoomError> {
        let now_ms = self.0.clock.monotonic_ms();
        let known = locked(&self.0.numbers).get(&number).filter(|(_, until_ms)| *until_ms > now_ms).cloned();
        if let Some((id, _)) = known {
            return self.handle(id).await;
        }
        let id = self.0.store.conference_of_number(number).await?.ok_or(RoomError::UnknownConference)?;
        remember(&self.0.numbers, number, (id.clone(), now_ms + NUMBER_MEMORY_MS));
        self.handle(id).await
    }

    /// The room of the conference that has this activity.
    ///
    /// # Errors
    /// [`RoomError::UnknownActivity`] when none has it.
    pub async fn by_activity(&self, id: &ActivityId) -> Result<RoomHandle, RoomError> {
        let known = locked(&self.0.activities).get(id).cloned();
        if let Some(conference) = known {
            return self.handle(conference).await;
        }
        let found = self.0.store.conference_of_activity(id).await?;
        let conference = found.ok_or_else(|| RoomError::UnknownActivity(id.clone()))?;
        remember(&self.0.activities, id.clone(), conference.clone());
        self.handle(conference).await
    }

    /// The conferences that a person is a member of, newest first.
    ///
    /// # Errors
    /// [`RoomError::Store`].
    pub async fn mine(&self, user: &UserId) -> Result<Vec<Conference>, RoomError> {
        Ok(self.0.store.conferences_of(user).await?)
    }

    /// Makes a conference. With the same key of the same owner it is made once.
    ///
    /// # Errors
    /// [`RoomError::Invalid`] for a title that cannot be shown, [`RoomError::NumbersExhausted`].
    pub async fn create(
        &self,
        owner: &User,
        new: NewRoom<'_>,
        key: Option<CommandId>,
    ) -> Result<Conference, RoomError> {
        access::host(owner).ok_or(RoomError::Guest)?;
        let title = conference::title(new.title)
            .ok_or_else(|| RoomError::Invalid(format!("`title` has 1 to {TITLE_CHARS_MAX} characters")))?;
        let new = NewRoom { title: &title, ..new };
        for _ in 0..NUMBER_TRIES {
            if let Some(made) = self.made_before(owner, new, key.as_ref()).await? {
                return Ok(made);
            }
            let number = random_below(self.0.rng.as_ref(), self.0.number_pool);
            if let Some(made) = self.try_number(owner, new, key.as_ref(), number).await? {
                return Ok(made);
            }
        }
        let in_use = self.0.store.numbers_in_use(self.0.clock.now_ms()).await?;
        let in_use: HashSet<u32> = in_use.into_iter().collect();
        let mut free: Vec<u32> = (0..self.0.number_pool).filter(|number| !in_use.contains(number)).collect();
        while !free.is_empty() {
            let at = random_below(self.0.rng.as_ref(), u32::try_from(free.len()).unwrap_or(u32::MAX)) as usize;
            let number = free.swap_remove(at);
            if let Some(made) = self.try_number(owner, new, key.as_ref(), number).await? {
                return Ok(made);
            }
            if let Some(made) = self.made_before(owner, new, key.as_ref()).await? {
                return Ok(made);
            }
        }
        Err(RoomError::NumbersExhausted)
    }

    async fn made_before(
        &self,
        owner: &User,
        new: NewRoom<'_>,
        key: Option<&CommandId>,
    ) -> Result<Option<Conference>, RoomError> {
        let Some(key) = key else { return Ok(None) };
        let Some(id) = self.0.store.made_with(&owner.id, key).await? else { return Ok(None) };
        match self.0.store.conference(&id).await? {
            Some(made) if made.title == new.title && made.guests == new.guests => Ok(Some(made)),
            Some(_) => Err(RoomError::IdReused),
            None => Ok(None),
        }
    }

    /// Tries to make the conference under this number; none when the number is taken.
    async fn try_number(
        &self,
        owner: &User,
        NewRoom { title, guests }: NewRoom<'_>,
        key: Option<&CommandId>,
        number: u32,
    ) -> Result<Option<Conference>, RoomError> {
        let Some(number) = Number::new(number) else { return Ok(None) };
        let now_ms = self.0.clock.now_ms();
        let id = new_id(self.0.clock.as_ref(), self.0.rng.as_ref());
        let conference = Conference {
            id: ConferenceId::parse(&id).map_err(|error| RoomError::Invalid(error.to_string()))?,
            number,
            title: title.to_owned(),
            owner: owner.person(),
            guests,
            state: ConferenceState::Open,
            created_at_ms: now_ms,
            ended_at_ms: None,
        };
        let member =
            Member { id: owner.id.clone(), name: owner.name.clone(), role: Role::Organizer, joined_at_ms: now_ms };
        let joined = Entry { seq: 1, at_ms: now_ms, what: Happening::Joined { who: owner.person() } };
        let record = Record { entries: vec![joined], ..Record::default() };
        for take in [TakeNumber::Fresh, TakeNumber::Rested { now_ms }] {
            let new = NewConference { conference: &conference, owner: &member, record: &record, key };
            if self.0.store.create_conference(new, take).await? == Created::Yes {
                let until_ms = self.0.clock.monotonic_ms() + NUMBER_MEMORY_MS;
                remember(&self.0.numbers, number, (conference.id.clone(), until_ms));
                return Ok(Some(conference));
            }
        }
        Ok(None)
    }

    /// A person is called by another name now: tells the rooms that are open. The others learn it when the person comes.
    pub async fn rename(&self, user: &User) {
        self.tell_all(|| Message::Rename { person: user.person() }).await;
    }

    /// A session has ended: its sockets are closed, in every room.
    pub async fn sign_out(&self, session: SessionTag) {
        self.tell_all(|| Message::SignOut { session }).await;
    }

    /// Puts a message into the mailbox of every open room. One that is stuck keeps the others waiting for a while only: a
    /// name is learnt when its person comes next, and sockets of a session that has ended are looked for now and then.
    async fn tell_all(&self, message: impl Fn() -> Message) {
        let limit = Duration::from_millis(self.0.limits.answer_timeout_ms);
        let mut full = Vec::new();
        for line in self.lines() {
            // One that is being put away needs no message.
            if let Err(mpsc::error::TrySendError::Full(unsent)) = line.mailbox.try_send(message()) {
                full.push((line, unsent));
            }
        }
        for (line, unsent) in full {
            if tokio::time::timeout(limit, line.mailbox.send(unsent)).await.is_err() {
                tracing::warn!("a room takes no messages; it was not told of a sign-out or a name");
            }
        }
    }

    /// The sessions that sockets hang on, in all rooms that answer.
    pub async fn sessions(&self) -> HashSet<SessionTag> {
        let limit = Duration::from_millis(self.0.limits.answer_timeout_ms);
        let mut sessions = HashSet::new();
        for line in self.lines() {
            let (answer, answered) = oneshot::channel();
            let asked = async {
                line.mailbox.send(Message::Sessions(answer)).await.ok()?;
                answered.await.ok()?.ok()
            };
            // A room that is busy or being put away is asked again in the next round.
            sessions.extend(tokio::time::timeout(limit, asked).await.ok().flatten().unwrap_or_default());
        }
        sessions
    }

    fn lines(&self) -> Vec<Line> {
        locked(&self.0.open).values().filter_map(|cell| cell.get().cloned()).collect()
    }

    /// Makes everything durable, tells sockets to come back, and ends all rooms; waits at most `grace`.
    pub async fn shutdown(&self, grace: Duration) {
        let mut answers = Vec::new();
        for line in self.lines() {
            let (answer, answered) = oneshot::channel();
            if line.mailbox.send(Message::Shutdown { answer }).await.is_ok() {
                answers.push(answered);
            }
        }
        let all = async {
            for answered in answers {
                drop(answered.await);
            }
        };
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::warn!("not every room came to rest in time; what was acknowledged is durable all the same");
        }
    }
}
