//! The rules that organizers set, and what a member is told who goes against one.
//!
//! Judged by `people`, `talk` and `recent`; what else a room may refuse is `error`'s.

use crate::domain::id::UserId;
use crate::domain::sentence::Sentence;
use crate::domain::settings::KEPT_OUT_MAX;
use crate::domain::tongue::Pause;
use crate::protocol::code::{Code, Problem};

/// A rule of the conference, or of the server, said no. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.problem().sentence)]
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
        /// Its name on the wire: `text`, `title`.
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
    /// They own as many conferences as a person may.
    OwnsTooMany {
        /// The person who is not handed another one.
        who: UserId,
        /// How many that is.
        limit: usize,
    },
    /// Nobody keeps them out.
    NotKeptOut(UserId),
    /// Too many are kept out.
    ManyKeptOut,
    /// There is no key.
    NotPrivate,
    /// A change cannot be made, for this.
    Change(Sentence),
}

impl RuleError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        let id = UserId::to_string;
        let (code, sentence) = match self {
            Self::Muted => (Code::Muted, Sentence::Muted {}),
            Self::OrganizersWrite => (Code::NotOrganizer, Sentence::OrganizersWrite {}),
            Self::SlowMode { retry_after_ms, pause_s } => {
                let (every, pause) = (Pause::seconds(*pause_s), Pause(*retry_after_ms));
                return Problem::new(Code::RateLimited, Sentence::SlowMode { every, pause }).for_ms(*retry_after_ms);
            }
            Self::BlockedWord { field, word } => {
                (Code::BlockedWord, Sentence::BlockedWord { field, word: word.clone() })
            }
            Self::Length { field, chars_max } => (Code::Invalid, Sentence::BadLength { field, chars_max: *chars_max }),
            Self::KeptOut => (Code::KeptOut, Sentence::KeptOut {}),
            Self::KeyNeeded => (Code::KeyNeeded, Sentence::KeyNeeded {}),
            Self::Locked => (Code::Locked, Sentence::Locked {}),
            Self::Full { limit } => (Code::Full, Sentence::Full { limit: u64::from(*limit) }),
            Self::UnknownMessage(seq) => (Code::UnknownMessage, Sentence::UnknownMessage { seq: *seq }),
            Self::OldMessage(seq) => (Code::UnknownMessage, Sentence::OldMessage { seq: *seq }),
            Self::NotAuthor => (Code::Denied, Sentence::NotAuthor {}),
            Self::Deleted(seq) => (Code::Conflict, Sentence::MessageDeleted { seq: *seq }),
            Self::UnknownReaction(known) => (Code::Invalid, Sentence::UnknownReaction { known: known.clone() }),
            Self::Reacted => (Code::Conflict, Sentence::Reacted {}),
            Self::NotReacted => (Code::Conflict, Sentence::NotReacted {}),
            Self::NoNotice => (Code::Conflict, Sentence::NoNotice {}),
            Self::IsOwner(who) => (Code::Conflict, Sentence::IsOwner { id: id(who) }),
            Self::IsOrganizer(who) => (Code::Conflict, Sentence::IsOrganizer { id: id(who) }),
            Self::IsNoOrganizer(who) => (Code::Conflict, Sentence::IsNoOrganizer { id: id(who) }),
            Self::GuestOwner(who) => (Code::Denied, Sentence::GuestOwner { id: id(who) }),
            Self::OwnsTooMany { who, limit } => (Code::TooMany, Sentence::OwnsTooMany { id: id(who), limit: *limit }),
            Self::NotKeptOut(who) => (Code::UnknownMember, Sentence::NotKeptOut { id: id(who) }),
            Self::ManyKeptOut => (Code::TooMany, Sentence::ManyKeptOut { most: KEPT_OUT_MAX }),
            Self::NotPrivate => (Code::Conflict, Sentence::NotPrivate {}),
            Self::Change(why) => (Code::Invalid, why.clone()),
        };
        Problem::new(code, sentence)
    }
}
