//! The room's loop: one mailbox, one match, all branching here.
//!
//! A part (`people`, `activities`, `memory`, `sockets`) owns its state and judges. What is judged becomes an addition to the
//! `order`, which gives a `later` back once it is durable. The files beside the loop stand in one order, in which each calls
//! only those before it: `room` (the parts, and what all may do), `showing`, `answering`, `ending`, `asking` (activities),
//! `talking` and `moderating` (what is said, what organizers do), `commanding`, `attending` and `watching` (wishes), and
//! `publishing`, which tells what is durable.

mod answering;
mod asking;
mod attending;
mod commanding;
mod course;
mod ending;
mod moderating;
mod publishing;
mod room;
mod showing;
mod talking;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Interval, MissedTickBehavior};

pub(super) use self::room::{Beginning, Room};
use super::derived::{Part, Written};
use super::later::Later;
use super::line::Line;
use super::message::Message;
use crate::activity::Event;
use crate::protocol::close::Close;

/// How often changed state is written behind the journal.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(5);
/// Messages handled before the room looks at everything else again.
const TURN_LEN: usize = 512;

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
    /// The line to this room, whose mailbox this is.
    pub(super) fn line(&self, mailbox: mpsc::Sender<Message>) -> Line {
        Line::new(mailbox, self.environment.clone(), Arc::clone(&self.admission))
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
        self.do_due();
        if self.stopping.is_some() && self.is_settled() {
            return Some(Exit::Stop);
        }
        self.activities.has_lost_one().then_some(Exit::Reset)
    }

    /// Handles what is in the mailbox, this message first, and not too much of it.
    fn handle_all(&mut self, first: Message, mailbox: &mut mpsc::Receiver<Message>) {
        self.handle(first);
        for _ in 0..TURN_LEN {
            self.do_due();
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
                self.order.when_durable(Later::Seen { conference: Box::new(self.people.conference().clone()), answer });
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
            Message::Disconnect { connection } => {
                self.watches.forget(connection);
                self.sockets.disconnect(connection);
            }
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

    /// Starts writing what is derived and has changed, if nothing is being written.
    fn write_derived(&mut self) {
        if self.order.damage().is_none() && self.derived.is_settled() {
            let (checkpoints, pages) = (self.activities.take_checkpoints(), self.memory.take_pages());
            let part = Part { checkpoints, pages, mark: self.order.durable() };
            self.derived.start(part, &self.environment.tasks);
        }
    }

    /// What is derived was written, or comes back to be written again.
    fn derived_written(&mut self, written: Written) {
        match written {
            Written::All(mark) => self.memory.indexed_to(mark),
            Written::NotAll { checkpoints, pages } => {
                self.memory.take_back(pages);
                checkpoints.into_iter().for_each(|checkpoint| self.activities.take_back(checkpoint));
            }
        }
    }
}
