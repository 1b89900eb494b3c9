//! What people do with a conference: join, leave, come by a socket, look.
//!
//! Who may is for `people` to say; what has happened is told when it is durable.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::room::Room;
use crate::activity::{Job, Report};
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, UserId};
use crate::domain::join_key::JoinKey;
use crate::domain::language::Languages;
use crate::domain::member::{Member, Person, Role, User};
use crate::protocol::entry::ReactionCounts;
use crate::room::activities::Ticket;
use crate::room::error::RoomError;
use crate::room::later::Later;
use crate::room::message::{Coming, ConferencePlan, MemberPage, Responder};
use crate::room::people::Judged;
use crate::room::roster::{ConnectionId, Looker};
use crate::room::sockets::Now;

impl Room {
    /// What the conference is, for somebody who may come in.
    pub(super) fn look(&mut self, user: &User, key: Option<&JoinKey>, answer: Responder<Conference>) {
        match self.people.check_entry(user, key) {
            Ok(()) => {
                self.order.when_durable(Later::Seen { conference: Box::new(self.people.conference().clone()), answer })
            }
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    pub(super) fn join(&mut self, user: &User, key: Option<&JoinKey>, answer: Responder<(Conference, Member)>) {
        let allowed = self.people.check_entry(user, key).and_then(|()| self.check_open());
        if let Err(error) = allowed.and_then(|()| self.people.check_door(&user.id)) {
            return drop(answer.send(Err(error)));
        }
        match self.people.join(user, self.environment.clock.now_ms()) {
            Judged::Already(member) => self.order.when_durable(Later::IsMember { member, answer }),
            Judged::Changed(member, addition) => self.append_then(addition, Later::Arrived { member, answer }),
        }
    }

    pub(super) fn rename(&mut self, person: Person) {
        if self.check_open().is_ok()
            && let Some(addition) = self.people.rename(&person)
        {
            self.append_then(addition, Later::Renamed(person));
        }
    }

    pub(super) fn leave(&mut self, user: UserId, answer: Responder<()>) {
        if let Err(error) = self.people.member(&user).map(drop).and_then(|()| self.check_open()) {
            return drop(answer.send(Err(error)));
        }
        if let Some(addition) = self.people.leave(&user) {
            self.append_then(addition, Later::Left { user, answer });
        }
    }

    /// A page of members.
    pub(super) fn page(&mut self, by: &UserId, after: Option<&UserId>, limit: usize, answer: Responder<MemberPage>) {
        match self.people.page(by, after, limit, &self.environment.online.load()) {
            Ok(page) => self.order.when_durable(Later::Paged { page, answer }),
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    /// Who a member is, and how far the journal is durable.
    pub(super) fn who_is(&self, user: &UserId, answer: Responder<(Arc<Member>, u64)>) {
        let durable = self.order.durable();
        drop(answer.send(self.people.member(user).map(|member| (Arc::clone(member), durable))));
    }

    /// How people reacted to the messages at these places.
    pub(super) fn reactions(&self, by: &UserId, from: u64, to: u64, answer: Responder<BTreeMap<u64, ReactionCounts>>) {
        let given = |_| self.sockets.recent().reactions().between(from, to);
        drop(answer.send(self.people.member(by).map(given)));
    }

    /// What another conference can be made of, for an organizer.
    pub(super) fn plan(&self, by: &UserId) -> Result<ConferencePlan, RoomError> {
        self.people.organizer(by)?;
        Ok((self.people.as_shown().clone(), self.activities.docs()))
    }

    pub(super) fn connect(&mut self, user: &User, coming: Coming) -> Result<ConnectionId, RoomError> {
        self.check_open()?;
        let (durable, now_ms) = (self.order.durable(), self.environment.clock.now_ms());
        let member = match coming.looker {
            Looker::Member => Arc::clone(self.people.member(&user.id)?),
            Looker::Screen => {
                self.people.check_entry(user, coming.key.as_ref()).and_then(|()| self.people.check_lock(&user.id))?;
                Arc::new(Member::new(user, Role::Participant, now_ms))
            }
        };
        let reactions = &self.shared.reactions;
        let activities = self.activities.list(&coming.languages);
        self.activities.note_reader(&coming.languages);
        let (conference, members) = (self.people.as_shown(), self.people.len());
        let now = Now { durable, now_ms, conference, members, activities, reactions };
        Ok(self.sockets.connect(&member, coming, now))
    }

    /// A report for an organizer.
    pub(super) fn report(&mut self, by: &UserId, id: &ActivityId, languages: Languages, answer: Responder<Report>) {
        match self.people.organizer(by).and_then(|_| self.activities.doc(id)) {
            Ok(_) => self.ask(id, Ticket::Report(answer), Job::Report { languages }),
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    /// Whether the room can be put away.
    pub(super) fn is_unused(&self) -> bool {
        let idle_ms = self.environment.clock.monotonic_ms().saturating_sub(self.used_at_ms);
        let has_unwritten = self.activities.has_unwritten() || self.memory.has_unwritten();
        idle_ms > self.shared.limits.idle_unload_ms
            && self.sockets.is_empty()
            && self.is_settled()
            && (!has_unwritten || self.order.damage().is_some())
            && !self.activities.has_armed_timers()
    }
}
