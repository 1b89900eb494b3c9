//! Who looks at activities, and what is asked of them for that: the room's view in each language, a member's own, and that of
//! who looks with their own eyes. What comes of it `showing` shows.

use std::sync::Arc;

use super::room::Room;
use crate::activity::Job;
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::language::Languages;
use crate::domain::reply::Reply;
use crate::protocol::server::{ActivityView, Frame};
use crate::room::activities::Ticket;
use crate::room::error::RoomError;
use crate::room::message::{Responder, Watching};
use crate::room::roster::ConnectionId;
use crate::room::watches::WATCHES_MAX;

impl Room {
    /// Whether a view has to be asked for. Where nobody looks, the first one who comes will find it changed.
    pub(super) fn wants_views(&self) -> bool {
        !self.sockets.is_empty() && (self.activities.wants_views() || self.watches.has_old())
    }

    /// Asks for the views that have changed, the room's and those of members who look with their own eyes.
    pub(super) fn ask_for_views(&mut self) {
        let readers = self.sockets.readers();
        self.activities.ask_for_views(&readers);
        for due in self.watches.take_due(self.environment.clock.now_ms()) {
            let Some((member, languages)) = self.sockets.reader(due.connection) else { continue };
            let Ok(member) = self.people.member(&member).cloned() else { continue };
            let ticket = Ticket::OwnView { connection: due.connection, query: due.query.clone() };
            let job = Job::View { viewer: Some(member), query: due.query, readers: vec![languages] };
            self.ask(&due.activity, ticket, job);
        }
    }

    /// A socket wants to look at an activity with its member's own eyes, or as the room does again.
    pub(super) fn watch(&mut self, connection: ConnectionId, id: &CommandId, activity: &ActivityId, how: Watching) {
        match self.activities.doc(activity).map(drop).and_then(|()| self.look_with(connection, activity, how)) {
            Ok(()) => {
                let (seq, ok) = (self.order.durable(), &Reply::done());
                self.sockets.send(connection, &Frame::Reply { id, seq, ok });
            }
            Err(error) => self.sockets.refuse(connection, id, &error.problem()),
        }
    }

    fn look_with(&mut self, connection: ConnectionId, activity: &ActivityId, how: Watching) -> Result<(), RoomError> {
        match how {
            Watching::Own { .. } if !self.sockets.is_own(connection) => Err(RoomError::NotMember),
            Watching::Own { query } => match self.watches.add(connection, activity, query) {
                true => Ok(()),
                false => Err(RoomError::TooManyWatches { limit: WATCHES_MAX }),
            },
            Watching::Room => {
                self.watches.remove(connection, activity);
                Ok(())
            }
        }
    }

    /// One activity, as this member sees it.
    pub(super) fn view_for(
        &mut self,
        by: &UserId,
        id: &ActivityId,
        query: Option<String>,
        languages: Languages,
        answer: Responder<ActivityView>,
    ) {
        match self.people.member(by).and_then(|member| self.activities.doc(id).map(|_| Arc::clone(member))) {
            Ok(member) => {
                let ticket = Ticket::MemberView { answer, languages: languages.clone() };
                self.ask(id, ticket, Job::View { viewer: Some(member), query, readers: vec![languages] });
            }
            Err(error) => drop(answer.send(Err(error))),
        }
    }
}
