//! The rules that organizers set, and what a member is told who goes against one.
//!
//! Judged by `people`, `talk` and `recent`; what else a room may refuse is `error`'s.

use crate::domain::changes::BadChange;
use crate::domain::id::UserId;
use crate::domain::sentence::Sentence;
use crate::domain::settings::KEPT_OUT_MAX;
use crate::domain::tongue::Pause;
use crate::protocol::code::{Code, Problem};

/// A rule of the conference, or of the server, said no. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub enum RuleError {
    /// The member is muted.
    Muted,
    /// Only organizers write.
    OrganizersWrite,
    /// The person wrote a moment ago.
    SlowMode {
        /// When to come again.
        retry_after_ms: u64,
        /// The pause between two messages, in seconds.
        pause_s: u32,
    },
    /// A word is blocked on this server.
    BlockedWord {
        /// The field that has it.
        field: &'static str,
        /// The word, as the settings have it.
        word: String,
    },
    /// A text is empty or too long.
    Length {
        /// The field.
        field: &'static str,
        /// How many characters it may have.
        chars_max: usize,
    },
    /// The person was removed.
    KeptOut,
    /// The conference is private.
    KeyNeeded,
    /// The door is locked.
    Locked,
    /// There are as many members as there may be.
    Full {
        /// How many there may be.
        limit: u32,
    },
    /// No message stands there.
    UnknownMessage(u64),
    /// The message is not among the last ones.
    OldMessage(u64),
    /// Somebody else's message.
    NotAuthor,
    /// It was deleted before.
    Deleted(u64),
    /// No such reaction.
    UnknownReaction(String),
    /// It stands already.
    Reacted,
    /// There is nothing to take back.
    NotReacted,
    /// Nothing is pinned.
    NoNotice,
    /// The owner is beyond this.
    IsOwner(UserId),
    /// An organizer is beyond this.
    IsOrganizer(UserId),
    /// A participant cannot be dismissed.
    IsNoOrganizer(UserId),
    /// Guests own no conferences.
    GuestOwner(UserId),
    /// Nobody keeps them out.
    NotKeptOut(UserId),
    /// Too many are kept out.
    ManyKeptOut,
    /// There is no key.
    NotPrivate,
    /// A change cannot be made.
    #[error(transparent)]
    Change(#[from] BadChange),
}

impl RuleError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::SlowMode { retry_after_ms, .. } => Problem::new(self.code(), self.sentence()).for_ms(*retry_after_ms),
            _ => Problem::new(self.code(), self.sentence()),
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Muted => Code::Muted,
            Self::OrganizersWrite => Code::NotOrganizer,
            Self::SlowMode { .. } => Code::RateLimited,
            Self::BlockedWord { .. } => Code::BlockedWord,
            Self::Length { .. } | Self::UnknownReaction(_) | Self::Change(_) => Code::Invalid,
            Self::KeptOut => Code::KeptOut,
            Self::KeyNeeded => Code::KeyNeeded,
            Self::Locked => Code::Locked,
            Self::Full { .. } => Code::Full,
            Self::UnknownMessage(_) | Self::OldMessage(_) => Code::UnknownMessage,
            Self::NotAuthor | Self::GuestOwner(_) => Code::Denied,
            Self::NotKeptOut(_) => Code::UnknownMember,
            Self::ManyKeptOut => Code::TooMany,
            Self::Deleted(_)
            | Self::Reacted
            | Self::NotReacted
            | Self::NoNotice
            | Self::IsOwner(_)
            | Self::IsOrganizer(_)
            | Self::IsNoOrganizer(_)
            | Self::NotPrivate => Code::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Muted => Sentence::Muted {},
            Self::OrganizersWrite => Sentence::OrganizersWrite {},
            Self::SlowMode { retry_after_ms, pause_s } => {
                Sentence::SlowMode { every: Pause::seconds(*pause_s), pause: Pause(*retry_after_ms) }
            }
            Self::BlockedWord { field, word } => Sentence::BlockedWord { field, word: word.clone() },
            Self::Length { field, chars_max } => Sentence::BadLength { field, chars_max: *chars_max },
            Self::KeptOut => Sentence::KeptOut {},
            Self::KeyNeeded => Sentence::KeyNeeded {},
            Self::Locked => Sentence::Locked {},
            Self::Full { limit } => Sentence::Full { limit: u64::from(*limit) },
            Self::UnknownMessage(seq) => Sentence::UnknownMessage { seq: *seq },
            Self::OldMessage(seq) => Sentence::OldMessage { seq: *seq },
            Self::NotAuthor => Sentence::NotAuthor {},
            Self::Deleted(seq) => Sentence::MessageDeleted { seq: *seq },
            Self::UnknownReaction(known) => Sentence::UnknownReaction { known: known.clone() },
            Self::Reacted => Sentence::Reacted {},
            Self::NotReacted => Sentence::NotReacted {},
            Self::NoNotice => Sentence::NoNotice {},
            Self::IsOwner(id) => Sentence::IsOwner { id: id.to_string() },
            Self::IsOrganizer(id) => Sentence::IsOrganizer { id: id.to_string() },
            Self::IsNoOrganizer(id) => Sentence::IsNoOrganizer { id: id.to_string() },
            Self::GuestOwner(id) => Sentence::GuestOwner { id: id.to_string() },
            Self::NotKeptOut(id) => Sentence::NotKeptOut { id: id.to_string() },
            Self::ManyKeptOut => Sentence::ManyKeptOut { most: KEPT_OUT_MAX },
            Self::NotPrivate => Sentence::NotPrivate {},
            Self::Change(change) => change.sentence(),
        }
    }
}
