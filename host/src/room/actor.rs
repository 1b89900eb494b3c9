//! The room's loop: one mailbox, one match, all branching here.
//!
//! What each message does stands in the file of its subject: `people`, `acting`, `connect`, `views`; how it becomes durable
//! in `commit`.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};

use super::acting::Ticket;
use super::admission::Admission;
use super::checkpoint::Written;
use super::command::Message;
use super::commit::{Batch, Committed, Then};
use super::memory::Memory;
use super::recent::Recent;
use super::rooms::Shared;
use super::roster::Roster;
use super::running::Slot;
use crate::activity::{Done, MembersAsOf, Surroundings};
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::id::{ActivityId, UserId};
use crate::domain::member::{Member, Person};
use crate::pace::Bucket;
use crate::protocol::close::Close;

/// How often changed state is written behind the journal.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(5);
/// Batches of outcomes that may wait for the room; activities wait then, and their callers are told that they are busy.
pub(super) const OUTCOMES_LEN: usize = 64;
/// Records that may wait for the one that is being committed.
const PENDING_RECORDS_MAX: usize = 32;
/// Messages handled before the room looks at everything else again.
const TURN_LEN: usize = 512;

/// A room: everything about one conference that is in memory.
pub(super) struct Room {
    pub(super) shared: Arc<Shared>,
    /// For answers that arrive later: the room's own mailbox.
    pub(super) own: mpsc::WeakSender<Message>,
    pub(super) around: Surroundings,
    pub(super) admission: Arc<Admission>,
    pub(super) conference: Conference,
    pub(super) members: BTreeMap<UserId, Member>,
    pub(super) durable_members: Arc<ArcSwap<MembersAsOf>>,
    pub(super) activities: BTreeMap<ActivityId, Slot>,
    pub(super) outcomes: mpsc::Sender<Vec<Done>>,
    pub(super) tickets: HashMap<u64, Ticket>,
    pub(super) next_ticket: u64,
    /// The last entry that has a place in the order.
    pub(super) head: u64,
    /// The last entry that is durable.
    pub(super) durable: u64,
    /// The last entry that nothing derived from the journal lacks in the store.
    pub(super) mark: u64,
    /// What is wrong with the journal; nothing is added to it then.
    pub(super) damage: Option<String>,
    pub(super) pending: VecDeque<Batch>,
    pub(super) committing: Option<JoinHandle<Committed>>,
    pub(super) checkpointing: Option<JoinHandle<Written>>,
    pub(super) memory: Memory,
    pub(super) recent: Recent,
    pub(super) roster: Roster,
    pub(super) chat_bucket: Bucket,
    pub(super) latest: VecDeque<Person>,
    pub(super) presence_changed: bool,
    /// What waits for an entry to be durable.
    pub(super) held: Vec<(u64, Then)>,
    /// Activities whose closing the end of the conference waits for.
    pub(super) ending: Option<super::people::Ending>,
    pub(super) shutdown: Option<tokio::sync::oneshot::Sender<()>>,
    pub(super) used_at_ms: u64,
}

/// Why a room's task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nobody needs it.
    Unused,
    /// The server stops.
    Shutdown,
    /// A commit failed: what is in memory may be wrong.
    Reset,
}

/// The pace of what is not driven by messages.
struct Pace {
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
    /// Runs the room until nobody needs it.
    pub(super) async fn run(mut self, mut mailbox: mpsc::Receiver<Message>, mut outcomes: mpsc::Receiver<Vec<Done>>) {
        let limits = &self.shared.limits;
        let mut pace = Pace {
            views: interval(Duration::from_millis(limits.view_interval_ms.max(1))),
            presence: interval(Duration::from_millis(limits.presence_interval_ms.max(1))),
            checkpoint: interval(CHECKPOINT_INTERVAL),
        };
        let exit = loop {
            if let Some(exit) = self.turn(&mut mailbox, &mut outcomes, &mut pace).await {
                break exit;
            }
            self.start_commit();
        };
        self.leave(exit, mailbox).await;
    }

    /// Waits for something to happen and lets it happen.
    ///
    /// The order of the branches is that of what happens first where several can: durability, since answers wait for it;
    /// what has a pace, which comes too rarely to keep anything waiting; what activities bring, of which there is never
    /// more than the mailbox gave them; the mailbox. So the order is the same whenever the same things are ready.
    async fn turn(
        &mut self,
        mailbox: &mut mpsc::Receiver<Message>,
        outcomes: &mut mpsc::Receiver<Vec<Done>>,
        pace: &mut Pace,
    ) -> Option<Exit> {
        tokio::select! {
            biased;
            committed = finished(&mut self.committing) => {
                if let Some(exit) = self.committed(committed) {
                    return Some(exit);
                }
            }
            written = finished(&mut self.checkpointing) => match written {
                Some(failed) => self.checkpointed(failed),
                // What it was to write is lost with it: only the journal knows now.
                None => return Some(Exit::Reset),
            },
            _ = pace.views.tick(), if self.wants_views() => self.render_views(),
            _ = pace.presence.tick(), if self.presence_changed => self.send_presence(),
            _ = pace.checkpoint.tick() => {
                self.start_checkpoint();
                self.admission.forget_full();
                if self.is_unused() {
                    return Some(Exit::Unused);
                }
            }
            done = outcomes.recv() => {
                for done in done.into_iter().flatten() {
                    self.done(done);
                }
            }
            message = mailbox.recv() => {
                if message.is_none() {
                    // Nobody holds the room any more.
                    return Some(Exit::Unused);
                }
                let mut next = message;
                for _ in 0..TURN_LEN {
                    let Some(message) = next else { break };
                    self.handle(message);
                    next = mailbox.try_recv().ok();
                }
                if let Some(message) = next {
                    self.handle(message);
                }
            }
        }
        if self.shutdown.is_some() && self.is_settled() {
            return Some(Exit::Shutdown);
        }
        if self.has_lost_an_activity() {
            return Some(Exit::Reset);
        }
        None
    }

    fn handle(&mut self, message: Message) {
        if is_use(&message) {
            self.used_at_ms = self.around.clock.monotonic_ms();
        }
        match message {
            Message::Sessions(answer) => drop(answer.send(Ok(self.roster.sessions()))),
            Message::Conference(answer) => drop(answer.send(Ok(self.conference.clone()))),
            Message::Join { user, answer } => self.join(&user, answer),
            Message::Rename { person } => self.rename(person),
            Message::Leave { user, answer } => self.leave_member(&user, answer),
            Message::Appoint { by, member, answer } => self.appoint(&by, &member, answer),
            Message::End { by, answer } => self.end(&by, answer),
            Message::EndUnused { head, answer } => self.end_unused(head, answer),
            Message::Members { by, after, limit, answer } => {
                drop(answer.send(self.member_page(&by, after.as_ref(), limit)));
            }
            Message::WhoIs { user, answer } => {
                drop(answer.send(self.member(&user).map(|member| (member.clone(), self.durable))));
            }
            Message::Command(command) => self.command(command),
            Message::Activities { by, answer } => {
                drop(answer.send(self.member(&by).map(|_| self.activity_views())));
            }
            Message::Activity { by, id, answer } => self.view_for(&by, &id, answer),
            Message::Report { by, id, answer } => self.report(&by, &id, answer),
            Message::Connect { user, session, since, outbox, answer } => {
                drop(answer.send(self.connect(&user, session, since, outbox)));
            }
            Message::Disconnect { connection } => self.disconnect(connection),
            Message::SignOut { session } => {
                self.presence_changed |= self.roster.close_where(Close::SignedOut, |seat| seat.session == session);
            }
            Message::Loaded { id, state } => self.loaded(&id, state),
            Message::Searched(searched) => self.searched(searched),
            Message::Shutdown { answer } => {
                self.roster.close_where(Close::Restart, |_| true);
                self.start_checkpoint();
                self.shutdown = Some(answer);
            }
        }
    }

    /// Whether everything is durable.
    fn is_settled(&self) -> bool {
        self.pending.is_empty() && self.committing.is_none() && self.checkpointing.is_none() && self.tickets.is_empty()
    }

    fn is_unused(&mut self) -> bool {
        let idle_ms = self.around.clock.monotonic_ms().saturating_sub(self.used_at_ms);
        idle_ms > self.shared.limits.idle_unload_ms
            && self.roster.is_empty()
            && self.is_settled()
            && !self.has_unwritten_state()
            && !self.has_armed_timers()
    }

    /// Takes the room out of the list, tells whoever still waits, and ends.
    async fn leave(mut self, exit: Exit, mut mailbox: mpsc::Receiver<Message>) {
        mailbox.close();
        let close = if exit == Exit::Reset { Close::RoomReset } else { Close::Restart };
        self.roster.close_where(close, |_| true);
        // What this room still writes must have landed before the next one reads. Every query has its deadline.
        if let Some(committing) = self.committing.take() {
            drop(committing.await);
        }
        if let Some(checkpointing) = self.checkpointing.take() {
            drop(checkpointing.await);
        }
        self.shared.forget(&self.conference.id, &self.own);
        // What waited in the mailbox is dropped with it: its callers learn that nothing is known of their command.
        while mailbox.recv().await.is_some() {}
        if exit == Exit::Reset {
            tracing::warn!(conference.id = %self.conference.id, "the room starts again from its journal");
            // The journal may have a timer that this room did not know of: what failed may have been made all the same.
            self.shared.revive(self.conference.id.clone());
        }
        if let Some(answer) = self.shutdown.take() {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(());
        }
    }

    /// A member, if the person is one.
    pub(super) fn member(&self, user: &UserId) -> Result<&Member, super::RoomError> {
        self.members.get(user).ok_or(super::RoomError::NotMember)
    }

    /// Whether the conference goes on.
    pub(super) fn check_open(&self) -> Result<(), super::RoomError> {
        if self.conference.state == ConferenceState::Ended || self.ending.is_some() {
            return Err(super::RoomError::Ended);
        }
        if let Some(damage) = &self.damage {
            return Err(super::RoomError::Damaged(damage.clone()));
        }
        // A store that does not keep up must not fill the memory: better to say no.
        if self.shutdown.is_some() || self.pending.len() > PENDING_RECORDS_MAX {
            return Err(super::RoomError::Unavailable);
        }
        Ok(())
    }
}

/// Whether a message keeps the room in memory. What goes to every room, whoever is in it, does not: somebody signs out or
/// learns their name all the time, and no room would ever be put away.
fn is_use(message: &Message) -> bool {
    !matches!(
        message,
        Message::Sessions(_) | Message::SignOut { .. } | Message::Rename { .. } | Message::EndUnused { .. }
    )
}

/// Waits for a task, or for ever where there is none. Takes the task out when it has ended.
async fn finished<T>(task: &mut Option<JoinHandle<T>>) -> Option<T> {
    let Some(handle) = task else { return std::future::pending().await };
    let result = handle.await;
    *task = None;
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::error!("a task of a room broke: {error}");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::roster::SessionTag;

    #[test]
    fn what_goes_to_every_room_keeps_none_in_memory() {
        let person = Person { id: UserId::parse("wang").expect("an id"), name: "小王".into() };
        let (sessions, _) = tokio::sync::oneshot::channel();
        let (conference, _) = tokio::sync::oneshot::channel();
        for (message, counts) in [
            (Message::Sessions(sessions), false),
            (Message::SignOut { session: SessionTag([1; 32]) }, false),
            (Message::Rename { person }, false),
            (Message::Disconnect { connection: 1 }, true),
            (Message::Conference(conference), true),
        ] {
            assert_eq!(is_use(&message), counts);
        }
    }
}
