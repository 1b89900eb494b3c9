//! The answer to a command: that it was carried out, or why it was not, to everybody who waits for it.
//!
//! # Invariants
//! * A refusal is told once all is durable that it was judged by, unless it says no more than "not now".

use super::room::Room;
use crate::domain::command::{CommandKey, Stamp};
use crate::domain::reply::Reply;
use crate::protocol::server::Frame;
use crate::room::error::RoomError;
use crate::room::later::Later;
use crate::room::message::{Acted, Waiter};
use crate::room::sockets::Sockets;
use crate::store::ReplyRecord;

impl Room {
    /// The answer to a command is durable.
    pub(super) fn replied(&mut self, key: CommandKey, ReplyRecord { seq, ok, .. }: ReplyRecord) {
        let Some((waiters, ok)) = self.memory.finish(key, seq, ok) else { return };
        for waiter in waiters {
            tell_done(&mut self.sockets, waiter, seq, ok);
        }
    }

    /// Refuses a command: whoever waits is told. What a plugin's rules refused is refused again, where the same command is
    /// sent again; anything else may go well then.
    pub(super) fn reject(&mut self, stamp: &Stamp, error: RoomError) {
        let error = match self.people.member(&stamp.by) {
            Ok(member) => error.told_to(member.role),
            Err(_) => error,
        };
        let problem = error.problem();
        let is_final = matches!(&error, RoomError::Activity(error, _) if error.is_final());
        let mut error = Some(error);
        for waiter in self.memory.refuse(stamp.key, &problem, is_final) {
            let error = error.take().unwrap_or_else(|| RoomError::Again(problem.clone()));
            self.refuse(waiter, error);
        }
    }

    /// Tells whoever waits of a refusal: once all is durable that it was judged by, since a command that was refused for
    /// what never was may have been carried out. One that says no more than "not now" is told at once, for durability may
    /// be what is lacking.
    pub(super) fn refuse(&mut self, waiter: Waiter, error: RoomError) {
        let is_for_now = error.problem().code.is_retryable();
        if is_for_now {
            tell_refusal(&mut self.sockets, waiter, error);
        } else {
            self.order.when_durable(Later::Refused { waiter, error });
        }
    }
}

/// Tells whoever waits that a command was carried out.
pub(super) fn tell_done(sockets: &mut Sockets, waiter: Waiter, seq: u64, ok: &Reply) {
    match waiter {
        Waiter::Socket { connection, id } => sockets.send(connection, &Frame::Reply { id: &id, seq, ok }),
        Waiter::Call(answer) => drop(answer.send(Ok(Acted { seq, reply: ok.clone() }))),
    }
}

/// Tells whoever waits that a command was refused.
pub(super) fn tell_refusal(sockets: &mut Sockets, waiter: Waiter, error: RoomError) {
    match waiter {
        Waiter::Socket { connection, id } => sockets.refuse(connection, &id, &error.problem()),
        Waiter::Call(answer) => drop(answer.send(Err(error))),
    }
}
