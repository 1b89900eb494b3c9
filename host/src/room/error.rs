//! Why a room did not do what it was asked to.

use std::sync::Arc;

use super::rule::RuleError;
use crate::activity::ActivityError;
use crate::domain::id::{ActivityId, BadId, UserId};
use crate::domain::member::Role;
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Pause;
use crate::plugin::PluginError;
use crate::protocol::code::{Code, Problem};
use crate::store::StoreError;

/// An error of a room. Nothing was changed, unless it says that this is not known.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.problem().sentence)]
pub enum RoomError {
    /// No open conference has this number, and none that rests.
    UnknownConference,
    /// The conference has no such activity.
    UnknownActivity(ActivityId),
    /// Nobody with this id is a member.
    UnknownMember(UserId),
    /// Only members may do this.
    NotMember,
    /// Only organizers may do this.
    NotOrganizer,
    /// Only the owner may do this.
    NotOwner,
    /// The person is a guest, and guests may not do this.
    Guest,
    /// It has ended.
    Ended,
    /// Somebody uses it, so it does not end by itself.
    InUse,
    /// A text is no id.
    BadId(#[from] BadId),
    /// This command id was used for another command.
    IdReused,
    /// Too many at once.
    RateLimited {
        /// When to come again.
        retry_after_ms: u64,
    },
    /// The conference has as many activities as it may have.
    TooManyActivities {
        /// How many it may have.
        limit: usize,
    },
    /// The socket watches as many activities as it may.
    TooManyWatches {
        /// How many it may watch.
        limit: usize,
    },
    /// The conference has taken as many commands as it may.
    TooManyCommands {
        /// How many it may take.
        limit: usize,
    },
    /// The journal of the conference is not whole.
    Damaged(String),
    /// All numbers are in use.
    NumbersExhausted,
    /// The command is new: the plugin has to judge the configuration first.
    #[error("the configuration was not judged yet")]
    NotJudged,
    /// The same command was refused before, for this.
    Again(Problem),
    /// A rule that organizers or the settings set said no.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The activity said no to somebody in this role: organizers can do more about it than others.
    #[error("{0}")]
    Activity(ActivityError, Role),
    /// The plugin registry said no.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// The room was not opened, for whoever waited for it.
    #[error("{0}")]
    NotOpened(Arc<RoomError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The room is starting again or did not answer in time. Whether the change was made is not known: the same command
    /// id finds out.
    #[error("the room is out of service for the moment")]
    Unavailable,
}

impl From<ActivityError> for RoomError {
    /// For whoever is not known to be an organizer.
    fn from(error: ActivityError) -> Self {
        Self::Activity(error, Role::Participant)
    }
}

impl RoomError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        let (code, sentence) = match self {
            Self::UnknownConference => (Code::UnknownConference, Sentence::UnknownConference {}),
            Self::UnknownActivity(id) => (Code::UnknownActivity, Sentence::UnknownActivity { id: id.to_string() }),
            Self::UnknownMember(id) => (Code::UnknownMember, Sentence::UnknownMember { id: id.to_string() }),
            Self::NotMember => (Code::NotMember, Sentence::NotMember {}),
            Self::NotOrganizer => (Code::NotOrganizer, Sentence::NotOrganizer {}),
            Self::NotOwner => (Code::Denied, Sentence::NotOwner {}),
            Self::Guest => (Code::Denied, Sentence::Guest {}),
            Self::Ended => (Code::ConferenceEnded, Sentence::Ended {}),
            Self::InUse => (Code::InUse, Sentence::ConferenceInUse {}),
            Self::BadId(_) => (Code::Invalid, Sentence::BadId {}),
            Self::IdReused => (Code::IdReused, Sentence::IdReused {}),
            Self::RateLimited { retry_after_ms } => {
                let sentence = Sentence::TooFast { pause: Pause(*retry_after_ms) };
                return Problem::new(Code::RateLimited, sentence).for_ms(*retry_after_ms);
            }
            Self::TooManyActivities { limit } => (Code::TooMany, Sentence::TooManyActivities { limit: *limit }),
            Self::TooManyWatches { limit } => (Code::Invalid, Sentence::TooManyWatches { limit: *limit }),
            Self::TooManyCommands { limit } => (Code::TooMany, Sentence::TooManyCommands { limit: *limit }),
            Self::Damaged(why) => (Code::Damaged, Sentence::Damaged { why: why.clone() }),
            Self::NumbersExhausted => {
                return Problem::new(Code::NumbersExhausted, Sentence::NumbersExhausted {}).for_ms(60_000);
            }
            Self::Again(problem) => return problem.clone(),
            Self::Rule(error) => return error.problem(),
            Self::Activity(error, reader) => return error.problem(*reader),
            Self::Plugin(error) => return error.problem(),
            Self::NotOpened(error) => return error.problem(),
            Self::Store(error) => return error.problem(),
            Self::NotJudged | Self::Unavailable => return Problem::unavailable(),
        };
        Problem::new(code, sentence)
    }

    /// The same for somebody in this role, who may be able to do more about it than others.
    #[must_use]
    pub fn told_to(self, reader: Role) -> Self {
        match self {
            Self::Activity(error, _) => Self::Activity(error, reader),
            error => error,
        }
    }
}
