//! A connected socket's way into its room.

use super::line::Line;
use super::message::{Message, Waiter, Watching};
use super::outbox::Outbox;
use super::roster::ConnectionId;
use crate::domain::command::Request;
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::language::Languages;

/// A connected socket.
pub struct Connection {
    id: ConnectionId,
    user: UserId,
    line: Line,
    /// For refusals that the room need not hear of.
    outbox: Outbox,
    /// What its person reads.
    languages: Languages,
}

impl Connection {
    /// A socket that the room knows by this id.
    pub(super) fn new(id: ConnectionId, user: UserId, line: Line, outbox: Outbox, languages: Languages) -> Self {
        Self { id, user, line, outbox, languages }
    }

    /// Hands over a command; the reply comes through the outbox. Waits while the room has too much to do, which slows down
    /// this socket only. False when the room has gone.
    pub async fn command(&self, id: CommandId, request: Request) -> bool {
        let command = match self.line.admit(&self.user, id.clone(), request, &self.languages) {
            Ok(command) => command,
            Err(error) => return self.outbox.refuse(Some(id.as_str()), &error.problem()),
        };
        self.line.tell(Message::Command { command, waiter: Waiter::Socket { connection: self.id, id } }).await
    }

    /// Looks at an activity in another way from now on; the reply comes through the outbox. False when the room has gone.
    pub async fn watch(&self, id: CommandId, activity: ActivityId, how: Watching) -> bool {
        if let Err(error) = self.line.admit_look(&self.user) {
            return self.outbox.refuse(Some(id.as_str()), &error.problem());
        }
        self.line.tell(Message::Watch { connection: self.id, id, activity, how }).await
    }

    /// Tells the room that the socket has gone, waiting for its turn where the room has much to do.
    pub async fn close(self) {
        self.line.tell(Message::Disconnect { connection: self.id }).await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // For whoever did not get to `close`: a second good-bye does no harm, and a full mailbox only means that the room
        // finds out when the socket's queue has run over.
        drop(self.line.tell_now(Message::Disconnect { connection: self.id }));
    }
}
