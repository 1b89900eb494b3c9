//! The way to a room: what callers outside of it hold.
//!
//! # Invariants
//! * Every wait for an answer has a deadline.
//! * A room that went away between two messages is opened again once; a second time is an error.

mod preparing;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::connection::Connection;
use super::error::RoomError;
use super::line::Line;
use super::message::{Acted, Attendee, Coming, ConferencePlan, Message, Responder, Waiter};
use super::outbox::Outbox;
use super::recent::Position;
use super::rooms::Rooms;
use super::roster::Looker;
use crate::access;
use crate::activity::Report;
use crate::clock::new_id;
use crate::domain::activity::Schedule;
use crate::domain::command::Request;
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, CommandId, ConferenceId, UserId};
use crate::domain::join_key::JoinKey;
use crate::domain::language::Languages;
use crate::domain::member::{Member, User};
use crate::domain::session::SessionTag;
use crate::domain::settings::KeptOut;
use crate::protocol::entry::ReactionCounts;
use crate::protocol::server::ActivityView;

/// Somebody who wants to come in.
#[derive(Debug, Clone, Copy)]
pub struct Entrant<'a> {
    /// Who wants to come in.
    pub user: &'a User,
    /// The key that they show, if they show one.
    pub key: Option<&'a JoinKey>,
}

/// A handle on a room. Cheap to clone.
#[derive(Clone)]
pub struct RoomHandle {
    pub(super) id: ConferenceId,
    line: Line,
    pub(super) rooms: Rooms,
    /// What whoever asks reads.
    languages: Languages,
}

impl RoomHandle {
    pub(super) fn new(id: ConferenceId, line: Line, rooms: Rooms) -> Self {
        Self { id, line, rooms, languages: Languages::default() }
    }

    /// The same, for somebody who reads these: they are answered and shown activities in the one that suits them best.
    #[must_use]
    pub fn read_in(self, languages: Languages) -> Self {
        Self { languages, ..self }
    }

    pub(super) async fn ask<T>(&self, message: impl FnOnce(Responder<T>) -> Message) -> Result<T, RoomError> {
        // The room may have been put away, or started again.
        self.line.ask_or_at(self.rooms.line(&self.id), self.rooms.answer_timeout(), message).await
    }

    /// The conference as it is now, told once that is durable.
    ///
    /// # Errors
    /// [`RoomError::Unavailable`] when the room does not answer.
    pub async fn conference(&self) -> Result<Conference, RoomError> {
        self.ask(Message::Conference).await
    }

    /// The conference, for somebody who may come in.
    ///
    /// # Errors
    /// [`RoomError::Guest`]; [`RuleError::KeptOut`](super::RuleError::KeptOut),
    /// [`RuleError::KeyNeeded`](super::RuleError::KeyNeeded).
    pub async fn look(&self, who: Entrant<'_>) -> Result<Conference, RoomError> {
        let Entrant { user, key } = who;
        self.ask(|answer| Message::Look { user: user.clone(), key: key.cloned(), answer }).await
    }

    /// Makes somebody a member, or finds that they are one; learns their name if it is new.
    ///
    /// # Errors
    /// [`RoomError::Ended`] when the conference is over, [`RoomError::Rule`] when they may not come in.
    pub async fn join(&self, who: Entrant<'_>) -> Result<(Conference, Member), RoomError> {
        let Entrant { user, key } = who;
        self.ask(|answer| Message::Join { user: user.clone(), key: key.cloned(), answer }).await
    }

    /// Makes a member leave; their sockets are closed.
    ///
    /// # Errors
    /// [`RoomError::NotMember`] when they are none.
    pub async fn leave(&self, user: &UserId) -> Result<(), RoomError> {
        self.ask(|answer| Message::Leave { user: user.clone(), answer }).await
    }

    /// Ends the conference: closes its activities and frees its number after the cool-down.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::Ended`].
    pub async fn end(&self, by: &UserId) -> Result<Conference, RoomError> {
        self.ask(|answer| Message::End { by: by.clone(), answer }).await
    }

    /// A member, as they are now.
    ///
    /// # Errors
    /// [`RoomError::NotMember`].
    pub async fn member(&self, id: &UserId) -> Result<Member, RoomError> {
        let (member, _) = self.ask(|answer| Message::WhoIs { user: id.clone(), answer }).await?;
        Ok(Member::clone(&member))
    }

    /// Who is kept out, in the order in which they were removed.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOrganizer`].
    pub async fn kept_out(&self, by: &UserId) -> Result<Vec<KeptOut>, RoomError> {
        self.ask(|answer| Message::KeptOut { by: by.clone(), answer }).await
    }

    /// How people reacted to the messages at these places, as far as that is still known.
    ///
    /// # Errors
    /// [`RoomError::NotMember`].
    pub async fn reactions(&self, by: &UserId, from: u64, to: u64) -> Result<BTreeMap<u64, ReactionCounts>, RoomError> {
        self.ask(|answer| Message::Reactions { by: by.clone(), from, to, answer }).await
    }

    /// What another conference can be made of.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOrganizer`].
    pub async fn plan(&self, by: &UserId) -> Result<ConferencePlan, RoomError> {
        self.ask(|answer| Message::Plan { by: by.clone(), answer }).await
    }

    /// The conference, for one of its organizers.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOrganizer`].
    pub async fn organized_by(&self, by: &UserId) -> Result<Conference, RoomError> {
        self.organizer(by).await?;
        self.conference().await
    }

    /// Whoever asks, if they run the conference.
    async fn organizer(&self, by: &UserId) -> Result<Arc<Member>, RoomError> {
        let (member, _) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        if access::may_organize(&member) { Ok(member) } else { Err(RoomError::NotOrganizer) }
    }

    /// A page of members in order of their ids, and where the next page starts.
    ///
    /// # Errors
    /// [`RoomError::NotMember`].
    pub async fn members(
        &self,
        by: &UserId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<(Vec<Attendee>, Option<UserId>), RoomError> {
        self.ask(|answer| Message::Members { by: by.clone(), after: after.clone(), limit, answer }).await
    }

    /// One activity, as this member sees it, or without a view where the plugin shows none: what changed it has happened.
    async fn shown(&self, by: &UserId, id: &ActivityId) -> Result<ActivityView, RoomError> {
        match self.activity(by, id, None).await {
            Err(RoomError::Activity(error, _)) => {
                tracing::debug!(activity.id = %id, "no view: {error}");
                let all = self.listed(by).await?;
                all.into_iter().find(|one| one.id == *id).ok_or_else(|| RoomError::UnknownActivity(id.clone()))
            }
            shown => shown,
        }
    }

    /// The activities, each as this member sees it.
    ///
    /// # Errors
    /// [`RoomError::NotMember`].
    pub async fn activities(&self, by: &UserId) -> Result<Vec<ActivityView>, RoomError> {
        let listed = self.listed(by).await?;
        let mut shown = Vec::with_capacity(listed.len());
        for one in listed {
            shown.push(self.shown(by, &one.id).await?);
        }
        Ok(shown)
    }

    /// The activities with what the room was shown of them last.
    async fn listed(&self, by: &UserId) -> Result<Vec<ActivityView>, RoomError> {
        let languages = self.languages.clone();
        self.ask(|answer| Message::Activities { by: by.clone(), languages, answer }).await
    }

    /// One activity, as this member sees it: its first page, or the one that is asked for.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::UnknownActivity`], [`RoomError::Activity`] when the plugin shows nothing.
    pub async fn activity(
        &self,
        by: &UserId,
        id: &ActivityId,
        query: Option<String>,
    ) -> Result<ActivityView, RoomError> {
        let (by, id, languages) = (by.clone(), id.clone(), self.languages.clone());
        self.ask(|answer| Message::Activity { by, id, query, languages, answer }).await
    }

    /// Lets an activity open and close by itself at these times, or no more.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::Activity`] for times that make no sense.
    pub async fn schedule_activity(
        &self,
        by: &UserId,
        id: &ActivityId,
        schedule: Schedule,
        key: Option<CommandId>,
    ) -> Result<ActivityView, RoomError> {
        self.command(by, key, Request::Schedule { activity: id.clone(), schedule }).await?;
        self.shown(by, id).await
    }

    /// Opens an activity.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::Activity`] in the wrong phase.
    pub async fn open_activity(
        &self,
        by: &UserId,
        id: &ActivityId,
        key: Option<CommandId>,
    ) -> Result<ActivityView, RoomError> {
        self.command(by, key, Request::Open { activity: id.clone() }).await?;
        self.shown(by, id).await
    }

    /// Closes an activity.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::Activity`] in the wrong phase.
    pub async fn close_activity(
        &self,
        by: &UserId,
        id: &ActivityId,
        key: Option<CommandId>,
    ) -> Result<ActivityView, RoomError> {
        self.command(by, key, Request::Close { activity: id.clone() }).await?;
        self.shown(by, id).await
    }

    /// Brings a command to the room. What it costs to read it is paid here, and not by the room.
    ///
    /// # Errors
    /// [`RoomError`] of whatever refused it; it changed nothing then.
    pub async fn command(&self, by: &UserId, key: Option<CommandId>, request: Request) -> Result<Acted, RoomError> {
        let id = match key {
            Some(key) => key,
            None => {
                let environment = self.line.environment();
                CommandId::parse(&new_id(environment.clock.as_ref(), environment.rng.as_ref()))?
            }
        };
        let command = self.line.admit(by, id, request, &self.languages)?;
        self.ask(|answer| Message::Command { command, waiter: Waiter::Call(answer) }).await
    }

    /// The report of an activity.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::Activity`] when there is none yet.
    pub async fn report(&self, by: &UserId, id: &ActivityId) -> Result<Report, RoomError> {
        let languages = self.languages.clone();
        self.ask(|answer| Message::Report { by: by.clone(), id: id.clone(), languages, answer }).await
    }

    /// Connects a socket. Who is no member yet joins first, unless it is a screen's. The welcome and what was missed are in the
    /// outbox when this returns.
    ///
    /// # Errors
    /// [`RoomError::Ended`].
    pub async fn connect(
        &self,
        who: Entrant<'_>,
        looker: Looker,
        session: SessionTag,
        position: Option<Position>,
        outbox: Outbox,
    ) -> Result<Connection, RoomError> {
        let user = who.user;
        let position = match looker {
            Looker::Member => self.come_in(who, position).await?,
            Looker::Screen => position,
        };
        // The line that the room has now: the socket's commands must go to the room that knows the socket.
        let line = self.rooms.line(&self.id).await?;
        let languages = self.languages.clone();
        let key = who.key.cloned();
        let coming = Coming { looker, key, session, position, languages, outbox: outbox.clone() };
        let message = |answer| Message::Connect { user: user.clone(), coming, answer };
        let id = line.ask(self.rooms.answer_timeout(), message).await?;
        Ok(Connection::new(id, user.id.clone(), line, outbox, self.languages.clone()))
    }

    /// Has somebody join; gives the position where they go on.
    async fn come_in(&self, who: Entrant<'_>, position: Option<Position>) -> Result<Option<Position>, RoomError> {
        // Whoever was no member until now has seen nothing of this conference: their position is in another one.
        let was_here = position.is_some() && self.member(&who.user.id).await.is_ok();
        self.join(who).await?;
        Ok(position.filter(|_| was_here))
    }
}
