//! All rooms: finds the one that is in memory, opens the one that is not.
//!
//! # Invariants
//! * A conference has at most one room in this process: opening is done once, in a task that nobody's patience ends, and
//!   whoever asks meanwhile waits for it.
//! * A room whose task has died is taken out, so that the next one who asks opens it again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{SetOnce, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::admission::{Admission, ByteBudget};
use super::command::Message;
use super::error::RoomError;
use super::handle::{Line, RoomHandle};
use super::opening;
use super::roster::SessionTag;
use crate::activity::{MembersAsOf, Places, Seats, Surroundings};
use crate::clock::{SharedClock, SharedRng};
use crate::config::{ConferenceConfig, RoomLimits};
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, ConferenceId, Number, UserId};
use crate::domain::member::User;
use crate::plugin::Plugins;
use crate::store::{Journals, SharedJournals};

/// How long the way from a number to its conference is remembered.
const NUMBER_MEMORY_MS: u64 = 5_000;
/// Ways from numbers and activities that are remembered; then all are forgotten.
const WAYS_MAX: usize = 100_000;
/// A failing timer is tried again after this, and then less and less often.
const TICK_RETRY_MS: u64 = 1_000;
/// A room that has to be open and cannot be opened is tried again after this, and then less and less often.
const REVIVE_PAUSE: Duration = Duration::from_secs(1);
/// But not less often than this: somebody's timer waits.
const REVIVE_PAUSE_MAX: Duration = Duration::from_secs(30);

/// What rooms need.
pub struct Needs {
    /// The store.
    pub store: SharedJournals,
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
    /// Where plugin code runs.
    pub places: Places,
    /// How many instances of plugins there may be at a time.
    pub plugin_instances: u32,
}

/// The way to a room, once it is open. Whoever waits for it is told in the order in which they came.
type Door = Arc<SetOnce<Result<Line, Arc<RoomError>>>>;

/// The line of a room that is open.
fn line_of(door: &Door) -> Option<Line> {
    door.get().and_then(|opened| opened.as_ref().ok()).cloned()
}

/// What all rooms share.
pub(super) struct Shared {
    /// What all rooms may make the journals grow by.
    pub(super) bytes: Arc<Mutex<ByteBudget>>,
    pub(super) store: SharedJournals,
    pub(super) limits: RoomLimits,
    pub(super) public_url: String,
    pub(super) number_cooldown_s: u64,
    pub(super) activities_max: usize,
    pub(super) number_pool: u32,
    pub(super) clock: SharedClock,
    pub(super) rng: SharedRng,
    plugins: Plugins,
    tasks: TaskTracker,
    places: Places,
    seats: Seats,
    /// A mutex because it is held for a look-up only; opening happens outside of it. In order, so that what is told to
    /// every room is told in the same order each time.
    open: Mutex<BTreeMap<ConferenceId, Door>>,
    numbers: Mutex<HashMap<Number, (ConferenceId, u64)>>,
    activities: Mutex<HashMap<ActivityId, ConferenceId>>,
    /// Cancelled when the server stops: nothing is opened then that nobody asks for.
    stop: CancellationToken,
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
        let this_one = |line: Line| room.upgrade().is_some_and(|mailbox| mailbox.same_channel(&line.mailbox));
        if open.get(id).and_then(line_of).is_some_and(this_one) {
            open.remove(id);
        }
        drop(open);
        locked(&self.numbers).retain(|_, (conference, _)| conference != id);
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Opens a room though nobody comes, as soon as the store lets it: its timers have to run.
    pub(super) fn revive(self: &Arc<Self>, id: ConferenceId) {
        let rooms = Rooms(Arc::clone(self));
        self.tasks.spawn(async move {
            let mut pause = REVIVE_PAUSE;
            while let Err(error) = rooms.line(&id).await {
                tracing::warn!(conference.id = %id, "the room does not open and is tried again: {error}");
                tokio::select! {
                    biased;
                    () = rooms.0.stop.cancelled() => return,
                    () = tokio::time::sleep(pause) => pause = (pause * 2).min(REVIVE_PAUSE_MAX),
                }
            }
        });
    }

    pub(super) fn surroundings(&self, conference: &Conference, members: Arc<ArcSwap<MembersAsOf>>) -> Surroundings {
        Surroundings {
            conference: conference.id.clone(),
            owner: conference.owner.id.clone(),
            plugins: self.plugins.clone(),
            clock: Arc::clone(&self.clock),
            rng: Arc::clone(&self.rng),
            members,
            places: self.places.clone(),
            seats: self.seats.clone(),
            tasks: self.tasks.clone(),
            tick_retry_ms: TICK_RETRY_MS,
        }
    }
}

/// All rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(pub(super) Arc<Shared>);

impl Rooms {
    /// No rooms yet.
    pub fn new(needs: Needs) -> Self {
        Self(Arc::new(Shared {
            bytes: Admission::of_server(&needs.limits, &needs.clock),
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
            seats: Seats::new(needs.plugin_instances, needs.places.count()),
            places: needs.places,
            open: Mutex::default(),
            numbers: Mutex::default(),
            activities: Mutex::default(),
            stop: CancellationToken::new(),
        }))
    }

    pub(super) fn limits(&self) -> &RoomLimits {
        &self.0.limits
    }

    pub(super) fn store(&self) -> &dyn Journals {
        self.0.store.as_ref()
    }

    /// Opens the rooms whose activities run, so that their timers do.
    ///
    /// # Errors
    /// [`RoomError`] when the store fails. A room that does not open is reported and tried again until it does.
    pub async fn resume(&self) -> Result<(), RoomError> {
        for id in self.0.store.conferences_with_open_activities().await? {
            if let Err(error) = self.line(&id).await {
                tracing::error!(conference.id = %id, "the room does not open: {error}");
                self.0.revive(id);
            }
        }
        Ok(())
    }

    /// The way to a room, opened if need be.
    pub(super) async fn line(&self, id: &ConferenceId) -> Result<Line, RoomError> {
        let line = self.door(id).wait().await.clone().map_err(RoomError::NotOpened)?;
        // A room that is being put away takes itself out of the list when all that it started has ended.
        if line.mailbox.is_closed() { Err(RoomError::Unavailable) } else { Ok(line) }
    }

    /// The door of a room; behind a new one the room is being opened.
    fn door(&self, id: &ConferenceId) -> Door {
        let mut open = locked(&self.0.open);
        if let Some(door) = open.get(id) {
            return Arc::clone(door);
        }
        let door = Door::default();
        open.insert(id.clone(), Arc::clone(&door));
        drop(open);
        let opening = Opening { shared: Arc::clone(&self.0), id: id.clone(), door: Arc::clone(&door) };
        self.0.tasks.spawn(async move {
            let opened = opening::open(&opening.shared, &opening.id).await.map_err(Arc::new);
            opening.tell(opened);
        });
        door
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
        self.remember_number(number, &id);
        self.handle(id).await
    }

    /// Keeps the way from a number to its conference for a while.
    pub(super) fn remember_number(&self, number: Number, id: &ConferenceId) {
        let until_ms = self.0.clock.monotonic_ms() + NUMBER_MEMORY_MS;
        remember(&self.0.numbers, number, (id.clone(), until_ms));
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
        locked(&self.0.open).values().filter_map(line_of).collect()
    }

    /// Makes everything durable, tells sockets to come back, and ends all rooms; waits at most `grace`.
    pub async fn shutdown(&self, grace: Duration) {
        self.0.stop.cancel();
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

/// The opening of a room. Whatever ends it, be it a mistake, whoever waits is told.
struct Opening {
    shared: Arc<Shared>,
    id: ConferenceId,
    door: Door,
}

impl Opening {
    /// Tells whoever waits. Where nothing came of it, whoever comes later tries again; nothing came of it either when the
    /// room has ended already.
    fn tell(&self, opened: Result<Line, Arc<RoomError>>) {
        // The first word counts.
        drop(self.door.set(opened));
        let mut open = locked(&self.shared.open);
        let ended = line_of(&self.door).is_none_or(|line| line.mailbox.is_closed());
        if ended && open.get(&self.id).is_some_and(|door| Arc::ptr_eq(door, &self.door)) {
            open.remove(&self.id);
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if !self.door.initialized() {
            self.tell(Err(Arc::new(RoomError::Unavailable)));
        }
    }
}
