//! What members say: messages, what becomes of them (also on the wall), and how others react.
//!
//! # Invariants
//! * A message is deleted once, and leaves the wall with that. Whoever may not read it any more does not hear of it from memory
//!   either.

use super::course::Course;
use super::room::Room;
use crate::domain::command::{Reaction, Request};
use crate::domain::entry::{Entry, Happening};
use crate::domain::member::{Member, Person, Role};
use crate::domain::settings::{Speakers, WallMessage};
use crate::room::error::RoomError;
use crate::room::reactions::Reacting;
use crate::room::rule::RuleError;
use crate::store::{Addition, Redaction, Rows};

impl Room {
    /// Somebody says something.
    pub(super) fn chat(&mut self, from: &Member, text: String, reply_to: Option<u64>) -> Result<Addition, RoomError> {
        self.check_chat(from, &text, reply_to)?;
        self.talk.note(&from.id, self.environment.clock.now_ms());
        Ok(Addition::of(Happening::Chat { from: from.person(), text, reply_to, deleted_by: None }))
    }

    /// Whether they may say this now. What is taken from budgets is taken last.
    fn check_chat(&self, from: &Member, text: &str, reply_to: Option<u64>) -> Result<(), RoomError> {
        self.check_word(from)?;
        self.talk.check_text("text", text, self.shared.limits.chat_chars)?;
        if let Some(message) = reply_to {
            self.check_message(message)?;
        }
        if from.role == Role::Participant {
            let settings = &self.people.conference().settings;
            self.talk.check_pause(&from.id, settings, self.environment.clock.now_ms())?;
        }
        self.admission.admit_chat()
    }

    /// Whether they have the word.
    fn check_word(&self, by: &Member) -> Result<(), RuleError> {
        let speakers = self.people.conference().settings.speakers;
        match by.role {
            _ if by.is_muted => Err(RuleError::Muted),
            Role::Participant if speakers == Speakers::Organizers => Err(RuleError::OrganizersWrite),
            _ => Ok(()),
        }
    }

    /// A message among the last ones, which was not deleted and is not about to be.
    fn check_message(&self, message: u64) -> Result<&Entry, RuleError> {
        if self.talk.is_deleted(message) {
            return Err(RuleError::Deleted(message));
        }
        self.sockets.recent().message(message)
    }

    /// Somebody reacts to a message, or takes that back. Who may not write may not do this either.
    pub(super) fn react(&mut self, by: &Member, of: Reaction) -> Result<Addition, RoomError> {
        let Reaction { message, reaction, stands } = of;
        self.check_reaction(by, message, &reaction)?;
        self.sockets.react(Reacting { message, reaction: &reaction, stands, by: &by.id })?;
        Ok(Addition::of(Happening::Reacted { message, reaction, stands, by: by.person() }))
    }

    fn check_reaction(&self, by: &Member, message: u64, reaction: &str) -> Result<(), RoomError> {
        if by.is_muted {
            return Err(RuleError::Muted.into());
        }
        let known = &self.shared.reactions;
        if !known.iter().any(|known| known == reaction) {
            return Err(RuleError::UnknownReaction(known.join(" ")).into());
        }
        Ok(self.check_message(message).map(drop)?)
    }

    /// Somebody deletes a message, puts it on the wall, or takes it off. One that is not in memory is looked for.
    pub(super) fn about_message(&mut self, by: &Member, message: u64, asked: Request) -> Result<Course, RoomError> {
        match self.check_message(message) {
            Err(RuleError::OldMessage(_)) if message <= self.order.durable() => Ok(Course::Sought(message, asked)),
            Err(error) => Err(error.into()),
            Ok(entry) => {
                let entry = entry.clone();
                self.about_entry(by, &entry, &asked).map(Course::Happens)
            }
        }
    }

    /// What is asked about the message that this is.
    pub(super) fn about_entry(&mut self, by: &Member, entry: &Entry, asked: &Request) -> Result<Addition, RoomError> {
        let message = entry.seq;
        let Happening::Chat { from, text, deleted_by, .. } = &entry.what else {
            return Err(RuleError::UnknownMessage(message).into());
        };
        if deleted_by.is_some() || self.talk.is_deleted(message) {
            return Err(RuleError::Deleted(message).into());
        }
        Ok(match asked {
            Request::Wall { stands: true, .. } => {
                self.people.put_up(WallMessage { seq: message, from: from.clone(), text: text.clone() }, by)
            }
            Request::Wall { stands: false, .. } => self.people.take_down(message, by),
            _ => self.delete(by, message, from)?,
        })
    }

    fn delete(&mut self, by: &Member, message: u64, from: &Person) -> Result<Addition, RuleError> {
        if from.id != by.id && by.role != Role::Organizer {
            return Err(RuleError::NotAuthor);
        }
        self.talk.delete(message);
        let redactions = vec![Redaction { message, by: by.person() }];
        let rows = Rows { redactions, ..self.people.forget_message(message) };
        Ok(Addition { rows, ..Addition::of(Happening::Deleted { message, by: by.person() }) })
    }
}
