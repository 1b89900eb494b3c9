//! The line to the task of a room: its mailbox, and what a caller judges before a message is put in.
//!
//! # Invariants
//! * Every wait for an answer has a deadline.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::admission::Admission;
use super::error::RoomError;
use super::message::{Message, Responder};
use crate::activity::Environment;
use crate::domain::command::{Command, Request};
use crate::domain::id::{CommandId, UserId};
use crate::domain::language::Languages;

/// What a caller needs to reach a room that is open. Cheap to clone.
#[derive(Clone)]
pub(super) struct Line {
    mailbox: mpsc::Sender<Message>,
    environment: Environment,
    admission: Arc<Admission>,
}

impl Line {
    /// The line to the room that reads this mailbox.
    pub(super) fn new(mailbox: mpsc::Sender<Message>, environment: Environment, admission: Arc<Admission>) -> Self {
        Self { mailbox, environment, admission }
    }

    /// What the room's activities live in.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Whether the room is being put away: it takes nothing any more.
    pub(super) fn is_closed(&self) -> bool {
        self.mailbox.is_closed()
    }

    /// Lets a command in and makes it, or says when to come again. What it costs to read it is paid here.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit(
        &self,
        by: &UserId,
        id: CommandId,
        request: Request,
        languages: &Languages,
    ) -> Result<Command, RoomError> {
        self.admission.admit(by, &request)?;
        Ok(Command::new(by.clone(), id, request, languages.clone()))
    }

    /// Lets a member look at something in another way, or says when to come again.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit_look(&self, by: &UserId) -> Result<(), RoomError> {
        self.admission.admit_look(by)
    }

    /// Tells the room something, waiting for its turn where the room has much to do. False when the room has gone.
    pub(super) async fn tell(&self, message: Message) -> bool {
        self.mailbox.send(message).await.is_ok()
    }

    /// Tells the room something if that needs no wait; gives back what does not fit now. A room that has gone needs no word.
    pub(super) fn tell_now(&self, message: Message) -> Option<Message> {
        match self.mailbox.try_send(message) {
            Err(mpsc::error::TrySendError::Full(unsent)) => Some(unsent),
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => None,
        }
    }

    /// Asks the room something and waits this long for the answer.
    ///
    /// # Errors
    /// [`RoomError::Unavailable`] when none comes; whatever the room answers.
    pub(super) async fn ask<T>(
        &self,
        wait: Duration,
        message: impl FnOnce(Responder<T>) -> Message,
    ) -> Result<T, RoomError> {
        self.ask_or_at(ready(Err(RoomError::Unavailable)), wait, message).await
    }

    /// The same, and where the room has gone it is asked at this other line: nothing was done yet then.
    ///
    /// # Errors
    /// [`RoomError::Unavailable`] when no answer comes; whatever the room answers.
    pub(super) async fn ask_or_at<T>(
        &self,
        other: impl Future<Output = Result<Self, RoomError>>,
        wait: Duration,
        message: impl FnOnce(Responder<T>) -> Message,
    ) -> Result<T, RoomError> {
        let asked = async {
            let (answer, answered) = oneshot::channel();
            if let Err(mpsc::error::SendError(unsent)) = self.mailbox.send(message(answer)).await {
                other.await?.mailbox.send(unsent).await.map_err(|_| RoomError::Unavailable)?;
            }
            answered.await.map_err(|_| RoomError::Unavailable)?
        };
        tokio::time::timeout(wait, asked).await.unwrap_or(Err(RoomError::Unavailable))
    }
}
