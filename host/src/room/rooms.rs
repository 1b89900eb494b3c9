//! All rooms: finds the one that is in memory, opens the one that is not.
//!
//! # Invariants
//! * A conference has at most one room in this process: opening is done once, in a task that nobody's patience ends, and
//!   whoever asks meanwhile waits for it.
//! * A room whose task has died is taken out, so that the next one who asks opens it again.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{SetOnce, oneshot};

use super::actor::{Exit, Left};
use super::backoff::Backoff;
use super::error::RoomError;
use super::line::Line;
use super::message::Message;
use super::opening::{self, Opened};
use super::shared::{Dependencies, Shared};
use super::ways::Ways;
use crate::domain::id::ConferenceId;
use crate::domain::member::User;
use crate::domain::session::SessionTag;

/// A room that has to be open and cannot be opened is tried again after this, and then less and less often.
const REVIVE_PAUSE: Duration = Duration::from_secs(1);
/// But not less often than this: somebody's timer waits.
const REVIVE_PAUSE_MAX: Duration = Duration::from_secs(30);

/// The way to a room, once it is open. Whoever waits for it is told in the order in which they came.
type Door = Arc<SetOnce<Result<Line, Arc<RoomError>>>>;

/// The line of a room that is open.
fn line_of(door: &Door) -> Option<Line> {
    door.get().and_then(|opened| opened.as_ref().ok()).cloned()
}

struct RoomsState {
    shared: Arc<Shared>,
    /// The ways to conferences that were looked up of late.
    ways: Ways,
    /// A mutex because it is held for a look-up only; opening happens outside of it. In order, so that what is told to
    /// every room is told in the same order each time.
    open: Mutex<BTreeMap<ConferenceId, Door>>,
}

impl RoomsState {
    fn open(&self) -> MutexGuard<'_, BTreeMap<ConferenceId, Door>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<RoomsState>);

impl Rooms {
    /// No rooms yet.
    pub fn new(dependencies: Dependencies) -> Self {
        let shared = Arc::new(Shared::from(dependencies));
        let ways = Ways::new(shared.clock.clone());
        Self(Arc::new(RoomsState { shared, ways, open: Mutex::default() }))
    }

    /// What all rooms share.
    pub(super) fn shared(&self) -> &Shared {
        &self.0.shared
    }

    /// The ways to conferences that were looked up of late.
    pub(super) fn ways(&self) -> &Ways {
        &self.0.ways
    }

    /// Opens the rooms whose activities run, so that their timers do.
    ///
    /// # Errors
    /// [`RoomError`] when the store fails. A room that does not open is reported and tried again until it does.
    pub async fn resume(&self) -> Result<(), RoomError> {
        for id in self.shared().store.conferences_with_open_activities().await? {
            if let Err(error) = self.line(&id).await {
                tracing::error!(conference.id = %id, "the room does not open: {error}");
                self.revive(id);
            }
        }
        Ok(())
    }

    /// Opens a room though nobody comes, as soon as the store lets it: its timers have to run.
    fn revive(&self, id: ConferenceId) {
        let rooms = self.clone();
        if self.shared().stop.is_cancelled() {
            return;
        }
        self.shared().tasks.spawn(async move {
            let mut backoff = Backoff::new(REVIVE_PAUSE, REVIVE_PAUSE_MAX);
            while let Err(error) = rooms.line(&id).await {
                tracing::warn!(conference.id = %id, "the room does not open and is tried again: {error}");
                if !backoff.pause(&rooms.shared().stop).await {
                    return;
                }
            }
        });
    }

    /// The way to a room, opened if need be.
    pub(super) async fn line(&self, id: &ConferenceId) -> Result<Line, RoomError> {
        let line = self.door(id).wait().await.clone().map_err(RoomError::NotOpened)?;
        // A room that is being put away takes itself out of the list when all that it started has ended.
        if line.is_closed() { Err(RoomError::Unavailable) } else { Ok(line) }
    }

    /// The door of a room; behind a new one the room is being opened.
    fn door(&self, id: &ConferenceId) -> Door {
        let mut open = self.0.open();
        if let Some(door) = open.get(id) {
            return Arc::clone(door);
        }
        let door = Door::default();
        open.insert(id.clone(), Arc::clone(&door));
        drop(open);
        let listed = Listed { rooms: self.clone(), id: id.clone(), door: Arc::clone(&door) };
        self.shared().tasks.spawn(listed.open());
        door
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
        let mut full = Vec::new();
        for line in self.lines() {
            if let Some(unsent) = line.tell_now(message()) {
                full.push((line, unsent));
            }
        }
        for (line, unsent) in full {
            if tokio::time::timeout(self.answer_timeout(), line.tell(unsent)).await.is_err() {
                tracing::warn!("a room takes no messages; it was not told of a sign-out or a name");
            }
        }
    }

    /// The sessions that sockets hang on, in all rooms that answer.
    pub async fn sessions(&self) -> HashSet<SessionTag> {
        let mut sessions = HashSet::new();
        for line in self.lines() {
            // A room that is busy or being put away is asked again in the next round.
            sessions.extend(line.ask(self.answer_timeout(), Message::Sessions).await.unwrap_or_default());
        }
        sessions
    }

    /// Ends a conference in which nothing has happened since the entry `head`, as its owner would. Which those may be is for
    /// the caller to find out; the room has the last word.
    ///
    /// # Errors
    /// [`RoomError::InUse`] when something has happened since, or somebody is connected; [`RoomError::Ended`].
    pub async fn end_unused(&self, id: &ConferenceId, head: u64) -> Result<(), RoomError> {
        let wait = self.answer_timeout();
        let ended = async {
            let line = self.line(id).await?;
            line.ask(wait, |answer| Message::EndUnused { head, answer }).await
        };
        // The room may have to be opened first, which is part of the wait.
        tokio::time::timeout(wait, ended).await.unwrap_or(Err(RoomError::Unavailable)).map(drop)
    }

    /// The longest wait for a room's answer.
    pub(super) fn answer_timeout(&self) -> Duration {
        Duration::from_millis(self.shared().limits.answer_timeout_ms)
    }

    fn lines(&self) -> Vec<Line> {
        self.0.open().values().filter_map(line_of).collect()
    }

    /// Makes everything durable, tells sockets to come back, and ends all rooms; waits at most `grace`.
    pub async fn shutdown(&self, grace: Duration) {
        self.shared().stop.cancel();
        let mut answers = Vec::new();
        for line in self.lines() {
            let (answer, answered) = oneshot::channel();
            if line.tell(Message::Shutdown { answer }).await {
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

/// A room in the list, from its opening to its end. Whatever ends it, be it a mistake, the list does not keep it, and whoever
/// waits for it is told.
struct Listed {
    rooms: Rooms,
    id: ConferenceId,
    door: Door,
}

impl Listed {
    /// Opens the room and runs it.
    async fn open(self) {
        let Opened { room, line, mailbox, events } = match opening::open(&self.rooms.0.shared, &self.id).await {
            Ok(opened) => opened,
            // Whoever comes later tries again.
            Err(error) => return drop(self.door.set(Err(Arc::new(error)))),
        };
        let (rooms, id) = (self.rooms.clone(), self.id.clone());
        drop(self.door.set(Ok(line)));
        let Left { exit, mut mailbox, stopping } = room.run(mailbox, events).await;
        drop(self);
        // What waited in the mailbox is dropped with it: its callers learn that nothing is known of their command.
        while mailbox.recv().await.is_some() {}
        if exit == Exit::Reset {
            tracing::warn!(conference.id = %id, "the room starts again from its journal");
            // The journal may have a timer that this room did not know of: what failed may have been made all the same.
            rooms.revive(id);
        }
        if let Some(stopping) = stopping {
            // Whoever asked may have stopped waiting.
            let _ = stopping.send(());
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        // The first word counts.
        drop(self.door.set(Err(Arc::new(RoomError::Unavailable))));
        let mut open = self.rooms.0.open();
        if open.get(&self.id).is_some_and(|door| Arc::ptr_eq(door, &self.door)) {
            open.remove(&self.id);
        }
        drop(open);
        self.rooms.0.ways.forget(&self.id);
    }
}
