//! The way to a room: what callers outside of it hold.
//!
//! # Invariants
//! * Every wait for an answer has a deadline.
//! * A room that went away between two messages is opened again once; a second time is an error.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::admission::{Admission, Pace};
use super::command::{Acted, Answer, MemberCommand, Message, NewActivity, Waiter, Want, visible};
use super::error::RoomError;
use super::outbox::Outbox;
use super::people::PAGE_MAX;
use super::rooms::Rooms;
use super::roster::{ConnectionId, SessionTag};
use crate::access;
use crate::activity::{self, Drafted, Report, Surroundings};
use crate::clock::new_id;
use crate::domain::conference::Conference;
use crate::domain::entry::Entry;
use crate::domain::id::{ActivityId, CommandId, ConferenceId, UserId};
use crate::domain::member::{Member, User};
use crate::protocol::client::Command;
use crate::protocol::frame;
use crate::protocol::server::{self, ActivityView};

/// Records that are read at a time for a page of the journal.
const PAGE_RECORDS: usize = 32;

/// The way to the task of a room.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) mailbox: mpsc::Sender<Message>,
    pub(super) around: Surroundings,
    pub(super) admission: Arc<Admission>,
}

/// A handle on a room. Cheap to clone.
#[derive(Clone)]
pub struct RoomHandle {
    pub(super) id: ConferenceId,
    pub(super) line: Line,
    pub(super) rooms: Rooms,
}

impl RoomHandle {
    async fn ask<T>(&self, message: impl FnOnce(Answer<T>) -> Message) -> Result<T, RoomError> {
        let timeout = Duration::from_millis(self.rooms.limits().answer_timeout_ms);
        let asked = async {
            let (answer, answered) = oneshot::channel();
            let mut line = self.line.clone();
            if let Err(mpsc::error::SendError(unsent)) = line.mailbox.send(message(answer)).await {
                // The room was put away, or started again: nothing was done yet.
                line = self.rooms.line(&self.id).await?;
                line.mailbox.send(unsent).await.map_err(|_| RoomError::Unavailable)?;
            }
            answered.await.map_err(|_| RoomError::Unavailable)?
        };
        tokio::time::timeout(timeout, asked).await.unwrap_or(Err(RoomError::Unavailable))
    }

    /// The conference.
    ///
    /// # Errors
    /// [`RoomError::Unavailable`] when the room does not answer.
    pub async fn conference(&self) -> Result<Conference, RoomError> {
        self.ask(Message::Conference).await
    }

    /// Makes somebody a member, or finds that they are one; learns their name if it is new.
    ///
    /// # Errors
    /// [`RoomError::Ended`] when the conference is over.
    pub async fn join(&self, user: &User) -> Result<(Conference, Member), RoomError> {
        self.ask(|answer| Message::Join { user: user.clone(), answer }).await
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

    /// Makes a member an organizer.
    ///
    /// # Errors
    /// [`RoomError::NotOwner`], [`RoomError::UnknownMember`].
    pub async fn appoint(&self, by: &UserId, member: &UserId) -> Result<Member, RoomError> {
        self.ask(|answer| Message::Appoint { by: by.clone(), member: member.clone(), answer }).await
    }

    /// The conference, for one of its organizers.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOrganizer`].
    pub async fn organized_by(&self, by: &UserId) -> Result<Conference, RoomError> {
        let (member, _) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        access::organizer(&member).ok_or(RoomError::NotOrganizer)?;
        self.conference().await
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
    ) -> Result<(Vec<Member>, Option<UserId>), RoomError> {
        self.ask(|answer| Message::Members { by: by.clone(), after: after.clone(), limit, answer }).await
    }

    /// The entries after `after` that this member may see, at most `limit`, and where the next page starts.
    ///
    /// # Errors
    /// [`RoomError::NotMember`]; [`RoomError::Store`] when the journal cannot be read.
    pub async fn journal(&self, by: &UserId, after: u64, limit: usize) -> Result<(Vec<Entry>, Option<u64>), RoomError> {
        let (member, head) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        let limit = limit.clamp(1, PAGE_MAX);
        let mut entries: Vec<Entry> = Vec::new();
        let mut read = after;
        while read < head && entries.len() <= limit {
            let records = self.rooms.store().records_after(&self.id, read, PAGE_RECORDS).await?;
            let before = read;
            for placed in records.into_iter().filter(|placed| placed.first_seq <= head) {
                // A record that cannot be read is left out: the room says that the journal is damaged.
                read = read.max(placed.first_seq);
                let Ok(record) = placed.record else { continue };
                let found: Vec<Entry> = record.entries.into_iter().filter(|entry| entry.seq > before).collect();
                read = found.last().map_or(read, |last| last.seq);
                entries.extend(visible(found, &member));
            }
            if read == before {
                break;
            }
        }
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| more).map(|entry| entry.seq);
        Ok((entries, next))
    }

    /// Makes an activity in phase draft, and opens it if asked to.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::TooManyActivities`], [`RoomError::Activity`] when the plugin does not take
    /// the configuration.
    pub async fn create_activity(
        &self,
        by: &UserId,
        new: NewActivity,
        key: Option<CommandId>,
    ) -> Result<ActivityView, RoomError> {
        let (member, _) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        access::organizer(&member).ok_or(RoomError::NotOrganizer)?;
        let config = new.config.get();
        let opening_key = key.as_ref().map(derived_key);
        let want = |drafted: &Option<Drafted>| Want::Create {
            plugin: new.plugin.clone(),
            version: new.version.clone(),
            config: config.to_owned(),
            drafted: drafted.clone(),
            open: new.open,
        };
        // A command that was carried out before is answered as it was, whatever has become of the plugin.
        let acted = match self.command(by, key.clone(), want(&None)).await {
            Err(RoomError::NotJudged) => {
                let drafted =
                    Some(activity::draft(&new.plugin, new.version.as_deref(), config, &self.line.around).await?);
                self.command(by, key, want(&drafted)).await?
            }
            acted => acted?,
        };
        let id = made(&acted.reply)?;
        if new.open {
            // A command of its own under an id of its own: whichever of the two a crash cuts off, a retry carries on there.
            self.command(by, opening_key.transpose()?, Want::Open { activity: id.clone() }).await?;
        }
        self.shown(by, &id).await
    }

    /// One activity, as this member sees it, or without a view where the plugin shows none: what changed it has happened.
    async fn shown(&self, by: &UserId, id: &ActivityId) -> Result<ActivityView, RoomError> {
        match self.activity(by, id).await {
            Err(RoomError::Activity(error)) => {
                tracing::debug!(activity.id = %id, "no view: {error}");
                let all = self.ask(|answer| Message::Activities { by: by.clone(), answer }).await?;
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
        let listed = self.ask(|answer| Message::Activities { by: by.clone(), answer }).await?;
        let mut shown = Vec::with_capacity(listed.len());
        for one in listed {
            shown.push(self.shown(by, &one.id).await?);
        }
        Ok(shown)
    }

    /// One activity, as this member sees it.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::UnknownActivity`], [`RoomError::Activity`] when the plugin shows nothing.
    pub async fn activity(&self, by: &UserId, id: &ActivityId) -> Result<ActivityView, RoomError> {
        self.ask(|answer| Message::Activity { by: by.clone(), id: id.clone(), answer }).await
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
        self.command(by, key, Want::Open { activity: id.clone() }).await?;
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
        self.command(by, key, Want::Close { activity: id.clone() }).await?;
        self.shown(by, id).await
    }

    /// A member acts.
    ///
    /// # Errors
    /// [`RoomError`] of the room, or [`RoomError::Activity`] of the plugin's rules.
    pub async fn act(
        &self,
        by: &UserId,
        id: &ActivityId,
        command: CommandId,
        action: Box<RawValue>,
    ) -> Result<Acted, RoomError> {
        self.command(by, Some(command), Want::act(id.clone(), &action)).await
    }

    /// Brings a command to the room. What it costs to read it is paid here, and not by the room.
    async fn command(&self, by: &UserId, key: Option<CommandId>, want: Want) -> Result<Acted, RoomError> {
        let id = match key {
            Some(key) => key,
            None => {
                let around = &self.line.around;
                CommandId::parse(&new_id(around.clock.as_ref(), around.rng.as_ref()))
                    .map_err(|error| RoomError::Invalid(error.to_string()))?
            }
        };
        self.line.admission.admit(by, want.pace())?;
        let (member, fingerprint) = (by.clone(), want.fingerprint());
        self.ask(|answer| {
            let waiter = Waiter::Call(answer);
            Message::Command(MemberCommand { member, id, fingerprint, want, waiter })
        })
        .await
    }

    /// The report of an activity.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::Activity`] when there is none yet.
    pub async fn report(&self, by: &UserId, id: &ActivityId) -> Result<Report, RoomError> {
        self.ask(|answer| Message::Report { by: by.clone(), id: id.clone(), answer }).await
    }

    /// Connects a socket. Who is no member yet joins first. The welcome and what was missed are in the outbox when this
    /// returns.
    ///
    /// # Errors
    /// [`RoomError::Ended`], [`RoomError::SinceInFuture`].
    pub async fn connect(
        &self,
        user: &User,
        session: SessionTag,
        since: Option<u64>,
        outbox: Outbox,
    ) -> Result<Connection, RoomError> {
        self.join(user).await?;
        // The line that the room has now: the socket's commands must go to the room that knows the socket.
        let line = self.rooms.line(&self.id).await?;
        let (answer, answered) = oneshot::channel();
        let message = Message::Connect { user: user.id.clone(), session, since, outbox: outbox.clone(), answer };
        let timeout = Duration::from_millis(self.rooms.limits().answer_timeout_ms);
        let connected = async {
            line.mailbox.send(message).await.map_err(|_| RoomError::Unavailable)?;
            answered.await.map_err(|_| RoomError::Unavailable)?
        };
        let id = tokio::time::timeout(timeout, connected).await.unwrap_or(Err(RoomError::Unavailable))?;
        let Line { mailbox, admission, .. } = line;
        Ok(Connection { id, user: user.id.clone(), mailbox, admission, outbox })
    }
}

/// The id of the command that follows the one with this id.
fn derived_key(key: &CommandId) -> Result<CommandId, RoomError> {
    let hash = Sha256::digest(key.as_str().as_bytes());
    CommandId::parse(&format!("open-{}", hex::encode(&hash[..16])))
        .map_err(|error| RoomError::Invalid(error.to_string()))
}

/// The activity that a command made.
fn made(reply: &RawValue) -> Result<ActivityId, RoomError> {
    #[derive(serde::Deserialize)]
    struct Made {
        activity: ActivityId,
    }
    serde_json::from_str::<Made>(reply.get()).map(|made| made.activity).map_err(|_| RoomError::Unavailable)
}

/// A connected socket.
pub struct Connection {
    id: ConnectionId,
    user: UserId,
    mailbox: mpsc::Sender<Message>,
    admission: Arc<Admission>,
    /// For refusals that the room need not hear of.
    outbox: Outbox,
}

impl Connection {
    /// Hands over a command; the reply comes through the outbox. Waits while the room has too much to do, which slows down
    /// this socket only. False when the room has gone.
    pub async fn command(&self, id: CommandId, command: Command) -> bool {
        if let Err(error) = self.admission.admit(&self.user, Pace::Member) {
            return self.outbox.push(frame::text(&server::refusal(Some(id.as_str()), &error.problem())));
        }
        let want = match command {
            Command::Chat { text } => Want::Chat { text },
            Command::Act { activity, action } => Want::act(activity, &action),
        };
        let fingerprint = want.fingerprint();
        let waiter = Waiter::Socket { connection: self.id, id: id.clone() };
        let command = MemberCommand { member: self.user.clone(), id, fingerprint, want, waiter };
        self.mailbox.send(Message::Command(command)).await.is_ok()
    }

    /// Tells the room that the socket has gone, waiting for its turn where the room has much to do.
    pub async fn close(self) {
        drop(self.mailbox.send(Message::Disconnect { connection: self.id }).await);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // For whoever did not get to `close`: a second good-bye does no harm, and a full mailbox only means that the room
        // finds out when the socket's queue has run over.
        drop(self.mailbox.try_send(Message::Disconnect { connection: self.id }));
    }
}
