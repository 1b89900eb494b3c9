//! The room's loop: one mailbox, one match, all branching here. It alone sees all parts of the room.
//!
//! A part (`people`, `activities`, `memory`, `sockets`) owns its state and judges. What is judged becomes an addition to the
//! `order`, which gives a `later` back once it is durable. Wishes stand in `attending`, commands and events in `commanding`,
//! what is said in `talking`, what organizers do in `moderating`, the end in `ending`, and what is durable is told by
//! `publishing`.

mod attending;
mod commanding;
mod ending;
mod moderating;
mod publishing;
mod talking;
mod watching;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Interval, MissedTickBehavior};

use super::activities::Activities;
use super::admission::Admission;
use super::derived::{Derived, Part, Written};
use super::error::RoomError;
use super::later::Later;
use super::line::Line;
use super::live::LiveActivity;
use super::memory::Memory;
use super::message::{Answer, Message};
use super::order::Order;
use super::people::People;
use super::recent::Recent;
use super::shared::Shared;
use super::sockets::Sockets;
use super::talk::Talk;
use crate::activity::{Environment, Event};
use crate::domain::conference::Conference;
use crate::domain::id::ActivityId;
use crate::domain::member::Member;
use crate::protocol::close::Close;
use crate::store::Addition;

/// How often changed state is written behind the journal.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(5);
/// Messages handled before the room looks at everything else again.
const TURN_LEN: usize = 512;

/// A room: everything about one conference that is in memory.
pub(super) struct Room {
    shared: Arc<Shared>,
    environment: Environment,
    /// For answers that arrive later: the room's own mailbox.
    own: mpsc::WeakSender<Message>,
    order: Order,
    people: People,
    talk: Talk,
    admission: Arc<Admission>,
    memory: Memory,
    activities: Activities,
    sockets: Sockets,
    derived: Derived,
    /// While the conference ends: who waits for that.
    ending: Option<Vec<Answer<Conference>>>,
    /// Who is told when the room has stopped, once it is to.
    stopping: Option<oneshot::Sender<()>>,
    used_at_ms: u64,
}

/// What a room begins with: the store's word, brought up to the end of the journal.
pub(super) struct Beginning {
    pub(super) conference: Conference,
    pub(super) members: Vec<Member>,
    pub(super) activities: BTreeMap<ActivityId, LiveActivity>,
    /// The last entry.
    pub(super) head: u64,
    pub(super) memory: Memory,
    pub(super) recent: Recent,
    /// What is wrong with the journal.
    pub(super) damage: Option<String>,
}

/// Why a room's task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nobody needs it.
    Unused,
    /// The server stops.
    Stop,
    /// What is in memory may be wrong: only the journal knows.
    Reset,
}

/// A room that is no more: nothing of it will be written any more.
pub(super) struct Left {
    /// Why it is no more.
    pub(super) exit: Exit,
    /// What still waits. Dropping it tells the callers that nothing is known of their commands.
    pub(super) mailbox: mpsc::Receiver<Message>,
    /// Who is told that the room has stopped.
    pub(super) stopping: Option<oneshot::Sender<()>>,
}

/// The pace of what is not driven by messages.
struct Ticks {
    views: Interval,
    presence: Interval,
    checkpoint: Interval,
}

fn interval(every: Duration) -> Interval {
    let mut interval = tokio::time::interval(every);
    // After a pause the next one comes at once, and then the distance is kept.
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

impl Room {
    /// A room in memory, with nothing under way.
    pub(super) fn new(
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
    pub(super) async fn start_activities(&mut self) -> Result<(), RoomError> {
        if self.people.has_ended() || self.order.damage().is_some() {
            return Ok(());
        }
        self.activities.start_open().await
    }

    /// The line to this room, whose mailbox this is.
    pub(super) fn line(&self, mailbox: mpsc::Sender<Message>) -> Line {
        Line { mailbox, environment: self.environment.clone(), admission: Arc::clone(&self.admission) }
    }

    /// Runs the room until nobody needs it.
    pub(super) async fn run(
        mut self,
        mut mailbox: mpsc::Receiver<Message>,
        mut events: mpsc::Receiver<Vec<Event>>,
    ) -> Left {
        let limits = &self.shared.limits;
        let mut ticks = Ticks {
            views: interval(Duration::from_millis(limits.view_interval_ms.max(1))),
            presence: interval(Duration::from_millis(limits.presence_interval_ms.max(1))),
            checkpoint: interval(CHECKPOINT_INTERVAL),
        };
        let exit = loop {
            if let Some(exit) = self.turn(&mut mailbox, &mut events, &mut ticks).await {
                break exit;
            }
            self.order.start_commit(&self.environment.tasks);
        };
        mailbox.close();
        self.sockets.close_all(if exit == Exit::Reset { Close::RoomReset } else { Close::Restart });
        // What this room still writes must have landed before the next one reads.
        self.order.landed().await;
        self.derived.landed().await;
        Left { exit, mailbox, stopping: self.stopping }
    }

    /// Waits for something to happen and lets it happen.
    ///
    /// The order of the branches is that of what happens first where several can: durability, since answers wait for it;
    /// what has a pace, which comes too rarely to keep anything waiting; what activities bring, of which there is never
    /// more than the mailbox gave them; the mailbox. So the order is the same whenever the same things are ready.
    async fn turn(
        &mut self,
        mailbox: &mut mpsc::Receiver<Message>,
        events: &mut mpsc::Receiver<Vec<Event>>,
        ticks: &mut Ticks,
    ) -> Option<Exit> {
        let wants_views = self.wants_views();
        tokio::select! {
            biased;
            committed = self.order.committed() => match committed {
                Some(published) => self.publish(published),
                None => return Some(Exit::Reset),
            },
            written = self.derived.written() => match written {
                Some(written) => self.derived_written(written),
                None => return Some(Exit::Reset),
            },
            _ = ticks.views.tick(), if wants_views => self.ask_for_views(),
            _ = ticks.presence.tick(), if self.sockets.wants_news() => self.sockets.tell_news(self.people.len(), &self.people.latest()),
            _ = ticks.checkpoint.tick() => {
                self.write_derived();
                self.forget_old();
                if self.is_unused() {
                    return Some(Exit::Unused);
                }
            }
            told = events.recv() => told.into_iter().flatten().for_each(|event| self.event(event)),
            message = mailbox.recv() => match message {
                Some(message) => self.handle_all(message, mailbox),
                None => return Some(Exit::Unused),
            }
        }
        if self.stopping.is_some() && self.is_settled() {
            return Some(Exit::Stop);
        }
        self.activities.has_lost_one().then_some(Exit::Reset)
    }

    /// Handles what is in the mailbox, this message first, and not too much of it.
    fn handle_all(&mut self, first: Message, mailbox: &mut mpsc::Receiver<Message>) {
        self.handle(first);
        for _ in 0..TURN_LEN {
            let Ok(message) = mailbox.try_recv() else { return };
            self.handle(message);
        }
    }

    fn handle(&mut self, message: Message) {
        if message.is_use() {
            self.used_at_ms = self.environment.clock.monotonic_ms();
        }
        match message {
            Message::Sessions(answer) => drop(answer.send(Ok(self.sockets.sessions()))),
            Message::Conference(answer) => {
                self.when_durable(Later::Seen { conference: Box::new(self.people.conference().clone()), answer });
            }
            Message::Look { user, key, answer } => self.look(&user, key.as_ref(), answer),
            Message::Join { user, key, answer } => self.join(&user, key.as_ref(), answer),
            Message::Rename { person } => self.rename(person),
            Message::Leave { user, answer } => self.leave(user, answer),
            Message::End { by, answer } => self.end(&by, answer),
            Message::EndUnused { head, answer } => self.end_unused(head, answer),
            Message::Members { by, after, limit, answer } => self.page(&by, after.as_ref(), limit, answer),
            Message::KeptOut { by, answer } => drop(answer.send(self.people.kept_out(&by))),
            Message::Reactions { by, from, to, answer } => self.reactions(&by, from, to, answer),
            Message::Plan { by, answer } => drop(answer.send(self.plan(&by))),
            Message::WhoIs { user, answer } => self.who_is(&user, answer),
            Message::Command { command, waiter } => self.command(command, waiter),
            Message::Activities { by, languages, answer } => {
                drop(answer.send(self.people.member(&by).map(|_| self.activities.list(&languages))));
            }
            Message::Activity { by, id, query, languages, answer } => {
                self.view_for(&by, &id, query, languages, answer);
            }
            Message::Report { by, id, languages, answer } => self.report(&by, &id, languages, answer),
            Message::Watch { connection, id, activity, how } => self.watch(connection, &id, &activity, how),
            Message::Connect { user, coming, answer } => drop(answer.send(self.connect(&user, coming))),
            Message::Disconnect { connection } => self.sockets.disconnect(connection),
            Message::SignOut { session } => self.sockets.sign_out(session),
            Message::Loaded { id, state } => self.loaded(&id, state),
            Message::Searched(searched) => self.searched(searched),
            Message::Located(located) => self.located(located),
            Message::Owned(owned) => self.owned(owned),
            Message::Shutdown { answer } => {
                self.sockets.close_all(Close::Restart);
                self.write_derived();
                self.stopping = Some(answer);
            }
        }
    }

    /// Gives what happens its place; what a command adds is charged to whoever sent it.
    fn append(&mut self, addition: Addition) {
        let sender = addition.command.as_ref().map(|stamp| stamp.by.clone());
        let bytes = self.order.append(addition, self.environment.clock.now_ms());
        if let Some(sender) = sender {
            self.admission.charge(&sender, bytes);
        }
    }

    /// Gives what happens its place, with what is to be done once that is durable.
    fn append_then(&mut self, addition: Addition, later: Later) {
        self.order.append_then(addition, self.environment.clock.now_ms(), later);
    }

    /// Does this once everything is durable that has a place by now.
    fn when_durable(&mut self, later: Later) {
        if let Some(later) = self.order.when_durable(later) {
            self.do_now(later);
        }
    }

    /// Whether the conference goes on.
    fn check_open(&self) -> Result<(), RoomError> {
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

    /// Starts writing what is derived and has changed, if nothing is being written.
    fn write_derived(&mut self) {
        if self.order.damage().is_none() && self.derived.is_settled() {
            let (checkpoints, pages) = (self.activities.take_checkpoints(), self.memory.index().take_pages());
            let part = Part { checkpoints, pages, mark: self.order.durable() };
            self.derived.start(part, &self.environment.tasks);
        }
    }

    /// What is derived was written, or comes back to be written again.
    fn derived_written(&mut self, written: Written) {
        match written {
            Written::All(mark) => self.memory.indexed_to(mark),
            Written::NotAll { checkpoints, pages } => {
                self.memory.index().take_back(pages);
                checkpoints.into_iter().for_each(|checkpoint| self.activities.take_back(checkpoint));
            }
        }
    }

    /// Whether everything is durable.
    fn is_settled(&self) -> bool {
        self.order.is_settled() && self.derived.is_settled() && self.activities.is_settled()
    }
}
