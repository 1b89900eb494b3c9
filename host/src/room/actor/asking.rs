//! What activities are asked, and what comes back from them.
//!
//! # Invariants
//! * Every ticket is answered exactly once.

use super::room::Room;
use crate::activity::{ActivityError, Event, Job, Told};
use crate::domain::activity::Change;
use crate::domain::entry::Happening;
use crate::domain::id::ActivityId;
use crate::domain::language::Languages;
use crate::domain::member::Role;
use crate::domain::reply::Reply;
use crate::room::activities::Ticket;
use crate::room::error::RoomError;
use crate::room::later::Later;
use crate::room::message::StateRows;
use crate::store::Addition;

impl Room {
    /// Gives an activity a job.
    pub(super) fn ask(&mut self, id: &ActivityId, ticket: Ticket, job: Job) {
        if let Err((ticket, error)) = self.activities.ask(id, ticket, job) {
            self.failed(id, ticket, error);
        }
    }

    /// An activity's state was read.
    pub(super) fn loaded(&mut self, id: &ActivityId, state: Result<StateRows, RoomError>) {
        for ticket in self.activities.loaded(id, state) {
            self.failed(id, ticket, ActivityError::Gone.into());
        }
    }

    /// An activity tells something.
    pub(super) fn event(&mut self, Event { activity: id, ticket, told }: Event) {
        let ticket = self.activities.take_ticket(ticket);
        match (told, ticket) {
            (Told::Changed(addition), ticket) => self.changed(&id, ticket, *addition),
            (Told::View(views), Some(Ticket::RoomView { has_changed })) => {
                self.activities.viewed(&id);
                let as_of = self.order.head();
                self.order.when_durable(Later::RoomSees { activity: id, as_of, views, has_changed });
            }
            (Told::View(views), Some(Ticket::MemberView { answer, languages })) => {
                let (as_of, view) = (self.order.head(), views.best(&languages).to_owned());
                self.order.when_durable(Later::MemberSees { activity: id, as_of, view, answer });
            }
            (Told::View(views), Some(Ticket::OwnView { connection, query })) => {
                self.watches.answered(&id, connection);
                // It was made for one reader, so there is one.
                let (as_of, view) = (self.order.head(), views.best(&Languages::default()).to_owned());
                self.order.when_durable(Later::SocketSees { activity: id, as_of, connection, query, view });
            }
            (Told::Report(report), Some(Ticket::Report(answer))) => {
                self.order.when_durable(Later::Reported { report, answer });
            }
            (Told::Failed(error), Some(ticket)) => self.failed(&id, ticket, error.into()),
            (Told::OutOfService { activity, on }, _) => {
                self.activities.note_down(&id, on);
                // After its end nothing happens in a conference.
                if self.people.has_ended() {
                    return;
                }
                self.append(Addition::of(Happening::Activity { activity, change: Change::Faulted }));
            }
            // Nobody asked: an answer to nothing.
            (Told::View(_) | Told::Report(_) | Told::Failed(_), _) => {}
        }
    }

    /// A call has changed an activity.
    fn changed(&mut self, id: &ActivityId, ticket: Option<Ticket>, mut addition: Addition) {
        if let Some(Ticket::Command(stamp)) = ticket {
            addition.command = Some(stamp);
            addition.reply.get_or_insert_with(|| Reply::naming(id));
        }
        self.append(addition);
        self.finish_ending();
    }

    /// A job came to nothing.
    fn failed(&mut self, id: &ActivityId, ticket: Ticket, error: RoomError) {
        match (ticket, error) {
            (Ticket::Command(stamp), error) => self.reject(&stamp, error),
            (Ticket::MemberView { answer, .. }, error) => drop(answer.send(Err(error))),
            (Ticket::OwnView { connection, .. }, _) => self.watches.answered(id, connection),
            (Ticket::Report(answer), error) => drop(answer.send(Err(error.told_to(Role::Organizer)))),
            (Ticket::LastClose, _) => self.finish_ending(),
            (Ticket::RoomView { .. }, RoomError::Activity(error, _)) => {
                if let Some(views) = self.activities.view_failed(id, &error) {
                    self.show(id, self.order.durable(), views, true);
                }
            }
            (Ticket::RoomView { .. }, _) => self.activities.viewed(id),
        }
    }
}
