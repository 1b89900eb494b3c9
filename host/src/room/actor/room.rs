//! A room: everything about one conference that is in memory, and what every file beside this one may do with it.
//!
//! Its parts own their state and judge. This is the floor: what stands here calls nothing that stands in another file of
//! the room, and a file beside it calls only what lies below it (a test of the repository's form keeps that).
//!
//! # Invariants
//! * What waits for something to be durable waits in the order, also where everything is: the loop does it next.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::activity::{Environment, Event};
use crate::domain::conference::Conference;
use crate::domain::id::ActivityId;
use crate::domain::member::Member;
use crate::room::activities::Activities;
use crate::room::admission::Admission;
use crate::room::derived::Derived;
use crate::room::error::RoomError;
use crate::room::later::Later;
use crate::room::live::LiveActivity;
use crate::room::memory::Memory;
use crate::room::message::{Message, Responder};
use crate::room::order::Order;
use crate::room::people::People;
use crate::room::recent::Recent;
use crate::room::shared::Shared;
use crate::room::sockets::Sockets;
use crate::room::talk::Talk;
use crate::room::watches::Watches;
use crate::store::Addition;

/// A room: everything about one conference that is in memory.
pub(in crate::room) struct Room {
    pub(super) shared: Arc<Shared>,
    pub(super) environment: Environment,
    /// For answers that arrive later: the room's own mailbox.
    pub(super) own: mpsc::WeakSender<Message>,
    pub(super) order: Order,
    pub(super) people: People,
    pub(super) talk: Talk,
    pub(super) admission: Arc<Admission>,
    pub(super) memory: Memory,
    pub(super) activities: Activities,
    pub(super) sockets: Sockets,
    /// Who of them looks with their own eyes.
    pub(super) watches: Watches,
    pub(super) derived: Derived,
    /// While the conference ends: who waits for that.
    pub(super) ending: Option<Vec<Responder<Conference>>>,
    /// Who is told when the room has stopped, once it is to.
    pub(super) stopping: Option<oneshot::Sender<()>>,
    pub(super) used_at_ms: u64,
}

/// What a room begins with: the store's word, brought up to the end of the journal.
pub(in crate::room) struct Beginning {
    pub(in crate::room) conference: Conference,
    pub(in crate::room) members: Vec<Member>,
    pub(in crate::room) activities: BTreeMap<ActivityId, LiveActivity>,
    /// The last entry.
    pub(in crate::room) head: u64,
    pub(in crate::room) memory: Memory,
    pub(in crate::room) recent: Recent,
    /// What is wrong with the journal.
    pub(in crate::room) damage: Option<String>,
}

impl Room {
    /// A room in memory, with nothing under way.
    pub(in crate::room) fn new(
        shared: &Arc<Shared>,
        beginning: Beginning,
        events: mpsc::Sender<Vec<Event>>,
        own: mpsc::WeakSender<Message>,
    ) -> Self {
        let Beginning { conference, members, activities, head, memory, recent, damage } = beginning;
        let (id, store, limits) = (conference.id.clone(), &shared.store, &shared.limits);
        let people = People::new(conference, members, head);
        let environment = shared.environment(people.conference(), people.as_plugins_see());
        Self {
            order: Order::after(head, damage, id.clone(), store.clone(), shared.stop.clone(), limits.record_bytes),
            admission: Arc::new(Admission::new(limits, &environment.clock, &shared.bytes)),
            memory,
            activities: Activities::new(activities, environment.clone(), events, own.clone(), store.clone()),
            talk: Talk::after(&recent, Arc::clone(&shared.blocked_words)),
            sockets: Sockets::new(
                Arc::clone(&environment.online),
                recent,
                limits.sockets_per_member,
                shared.public_url.clone(),
                shared.alive_every_ms,
            ),
            watches: Watches::default(),
            derived: Derived::up_to(head, id, store.clone()),
            used_at_ms: environment.clock.monotonic_ms(),
            shared: Arc::clone(shared),
            environment,
            own,
            people,
            ending: None,
            stopping: None,
        }
    }

    /// Starts the activities that run, unless nothing runs here any more.
    ///
    /// # Errors
    /// [`RoomError::Store`] when a state cannot be read.
    pub(in crate::room) async fn start_activities(&mut self) -> Result<(), RoomError> {
        if self.people.has_ended() || self.order.damage().is_some() {
            return Ok(());
        }
        self.activities.start_open().await
    }

    /// Gives what happens its place; what a command adds is charged to whoever sent it.
    pub(super) fn append(&mut self, addition: Addition) {
        let sender = addition.command.as_ref().map(|stamp| stamp.by.clone());
        let bytes = self.order.append(addition, self.environment.clock.now_ms());
        if let Some(sender) = sender {
            self.admission.charge(&sender, bytes);
        }
    }

    /// Gives what happens its place, with what is to be done once that is durable.
    pub(super) fn append_then(&mut self, addition: Addition, later: Later) {
        self.order.append_then(addition, self.environment.clock.now_ms(), later);
    }

    /// Whether the conference goes on.
    pub(super) fn check_open(&self) -> Result<(), RoomError> {
        if self.people.has_ended() || self.ending.is_some() {
            return Err(RoomError::Ended);
        }
        if let Some(damage) = self.order.damage() {
            return Err(RoomError::Damaged(damage.to_owned()));
        }
        // A store that does not keep up must not fill the memory: better to say no.
        if self.stopping.is_some() || self.order.is_full() {
            return Err(RoomError::Unavailable);
        }
        Ok(())
    }

    /// Whether everything is durable.
    pub(super) fn is_settled(&self) -> bool {
        self.order.is_settled() && self.derived.is_settled() && self.activities.is_settled()
    }

    /// Looks something up in a task of its own. What was found comes into the mailbox.
    pub(super) fn look_up(&self, found: impl Future<Output = Message> + Send + 'static) {
        let own = self.own.clone();
        self.environment.tasks.spawn(async move {
            let found = found.await;
            if let Some(own) = own.upgrade() {
                drop(own.send(found).await);
            }
        });
    }
}
