//! The end of a conference: who may have it, what it waits for, and who is told.
//!
//! First its activities are closed, each in its own way; which of them still are being closed is for `activities` to say.

use super::room::Room;
use crate::domain::conference::Conference;
use crate::domain::id::UserId;
use crate::protocol::close::Close;
use crate::room::error::RoomError;
use crate::room::later::Later;
use crate::room::message::Responder;

impl Room {
    /// An organizer ends the conference.
    pub(super) fn end(&mut self, by: &UserId, answer: Responder<Conference>) {
        // Who asks comes first, also while it is ending for somebody else already.
        if let Err(error) = self.people.organizer(by) {
            return drop(answer.send(Err(error)));
        }
        match &mut self.ending {
            Some(answers) => answers.push(answer),
            None => self.begin_ending(self.check_open(), answer),
        }
    }

    /// Ends the conference because nobody uses it: nothing has happened since this entry, and nobody is connected.
    pub(super) fn end_unused(&mut self, head: u64, answer: Responder<Conference>) {
        let now_ms = self.environment.clock.now_ms();
        let is_planned = self.people.conference().settings.starts_at_ms.is_some_and(|at_ms| at_ms > now_ms);
        let is_unused = self.order.head() == head && self.sockets.is_empty() && !is_planned;
        let allowed = self.check_open().and(if is_unused { Ok(()) } else { Err(RoomError::InUse) });
        self.begin_ending(allowed, answer);
    }

    fn begin_ending(&mut self, allowed: Result<(), RoomError>, answer: Responder<Conference>) {
        if let Err(error) = allowed {
            return drop(answer.send(Err(error)));
        }
        self.activities.ask_for_the_end();
        self.ending = Some(vec![answer]);
        self.finish_ending();
    }

    /// Ends the conference if it is to end and no activity has to be waited for any more.
    pub(super) fn finish_ending(&mut self) {
        let Some(answers) = self.ending.take_if(|_| !self.activities.are_ending()) else { return };
        let now_ms = self.environment.clock.now_ms();
        let free_at_ms = now_ms.saturating_add(self.shared.number_cooldown_s.saturating_mul(1_000));
        let addition = self.people.end(now_ms, free_at_ms);
        self.append_then(addition, Later::Ended(answers));
    }

    /// The end is durable: nobody stays.
    pub(super) fn ended(&mut self, answers: Vec<Responder<Conference>>) {
        self.sockets.close_all(Close::ConferenceEnded);
        let conference = self.people.conference();
        answers.into_iter().for_each(|answer| drop(answer.send(Ok(conference.clone()))));
    }
}
