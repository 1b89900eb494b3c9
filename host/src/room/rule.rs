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
pub enum RuleError {
    /// The member is muted.
    #[error("an organizer has muted you; you can go on taking part in activities")]
    Muted,
    /// Only organizers write.
    #[error("only organizers may write at the moment")]
    OrganizersWrite,
    /// The person wrote a moment ago.
    #[error("slow mode: one message in {pause_s} s; come again in {retry_after_ms} ms")]
    SlowMode {
        /// When to come again.
        retry_after_ms: u64,
        /// The pause between two messages, in seconds.
        pause_s: u32,
    },
    /// A word is blocked on this server.
    #[error("`{field}` has the word `{word}`, which is not allowed here; write it another way")]
    BlockedWord {
        /// The field that has it.
        field: &'static str,
        /// The word, as the settings have it.
        word: String,
    },
    /// A text is empty or too long.
    #[error("`{field}` has 1 to {chars_max} characters, and something can be seen of it")]
    Length {
        /// The field.
        field: &'static str,
        /// How many characters it may have.
        chars_max: usize,
    },
    /// The person was removed.
    #[error("an organizer has removed you from this conference; ask to be let in again")]
    KeptOut,
    /// The conference is private.
    #[error("this conference is private: come by its link or its QR code, which carry the key")]
    KeyNeeded,
    /// The door is locked.
    #[error("the door of this conference is locked; ask an organizer to open it")]
    Locked,
    /// There are as many members as there may be.
    #[error("this conference is full: it has a limit of {limit} members")]
    Full {
        /// How many there may be.
        limit: u32,
    },
    /// No message stands there.
    #[error("there is no message at {0}")]
    UnknownMessage(u64),
    /// The message is not among the last ones.
    #[error("the message at {0} is too old for this")]
    OldMessage(u64),
    /// Somebody else's message.
    #[error("only whoever wrote a message, and organizers, can delete it")]
    NotAuthor,
    /// It was deleted before.
    #[error("the message at {0} was deleted")]
    Deleted(u64),
    /// No such reaction.
    #[error("`reaction` is one of {0}")]
    UnknownReaction(String),
    /// It stands already.
    #[error("you have reacted so already")]
    Reacted,
    /// There is nothing to take back.
    #[error("you have not reacted so")]
    NotReacted,
    /// Nothing is pinned.
    #[error("no notice is pinned")]
    NoNotice,
    /// The owner is beyond this.
    #[error("`{0}` owns the conference; hand it over first")]
    IsOwner(UserId),
    /// An organizer is beyond this.
    #[error("`{0}` is an organizer; the owner has to dismiss them first")]
    IsOrganizer(UserId),
    /// A participant cannot be dismissed.
    #[error("`{0}` is no organizer")]
    IsNoOrganizer(UserId),
    /// Guests own no conferences.
    #[error("`{0}` is a guest, and guests own no conferences")]
    GuestOwner(UserId),
    /// Nobody keeps them out.
    #[error("`{0}` is not kept out of this conference")]
    NotKeptOut(UserId),
    /// Too many are kept out.
    #[error("at most {KEPT_OUT_MAX} people are kept out of a conference; lock its door, or make it private")]
    ManyKeptOut,
    /// There is no key.
    #[error("the conference is not private: its link has no key")]
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
