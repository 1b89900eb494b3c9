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
pub enum RoomError {
    /// No open conference has this number, and none that rests.
    #[error("no conference has this number")]
    UnknownConference,
    /// The conference has no such activity.
    #[error("no activity has the id `{0}`")]
    UnknownActivity(ActivityId),
    /// Nobody with this id is a member.
    #[error("`{0}` is not a member of this conference")]
    UnknownMember(UserId),
    /// Only members may do this.
    #[error("only members may do this")]
    NotMember,
    /// Only organizers may do this.
    #[error("only organizers of the conference may do this")]
    NotOrganizer,
    /// Only the owner may do this.
    #[error("only the owner of the conference may do this")]
    NotOwner,
    /// The person is a guest, and guests may not do this.
    #[error("guests may not do this")]
    Guest,
    /// It has ended.
    #[error("the conference has ended")]
    Ended,
    /// Somebody uses it, so it does not end by itself.
    #[error("somebody uses the conference")]
    InUse,
    /// A text is no id.
    #[error(transparent)]
    BadId(#[from] BadId),
    /// This command id was used for another command.
    #[error("this id was used for another command")]
    IdReused,
    /// Too many at once.
    #[error("too many messages at once")]
    RateLimited {
        /// When to come again.
        retry_after_ms: u64,
    },
    /// The conference has as many activities as it may have.
    #[error("a conference has at most {limit} activities")]
    TooManyActivities {
        /// How many it may have.
        limit: usize,
    },
    /// The socket watches as many activities as it may.
    #[error("a socket watches at most {limit} activities")]
    TooManyWatches {
        /// How many it may watch.
        limit: usize,
    },
    /// The conference has taken as many commands as it may.
    #[error("a conference takes at most {limit} commands")]
    TooManyCommands {
        /// How many it may take.
        limit: usize,
    },
    /// The journal of the conference is not whole.
    #[error("the journal of the conference is damaged: {0}")]
    Damaged(String),
    /// All numbers are in use.
    #[error("all conference numbers are in use or resting")]
    NumbersExhausted,
    /// The command is new: the plugin has to judge the configuration first.
    #[error("the configuration was not judged yet")]
    NotJudged,
    /// The same command was refused before, for this.
    #[error("{}", .0.sentence)]
    Again(Problem),
    /// A rule that organizers or the settings set said no.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The activity said no.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// The activity said no to an organizer, who can do more about it than others.
    #[error(transparent)]
    ToOrganizer(ActivityError),
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

impl RoomError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::RateLimited { retry_after_ms } => self.said().for_ms(*retry_after_ms),
            Self::NumbersExhausted => self.said().for_ms(60_000),
            Self::Again(problem) => problem.clone(),
            Self::Rule(error) => error.problem(),
            Self::Activity(error) => error.problem(Role::Participant),
            Self::ToOrganizer(error) => error.problem(Role::Organizer),
            Self::Plugin(error) => error.problem(),
            Self::NotOpened(error) => error.problem(),
            Self::Store(error) => error.problem(),
            _ => self.said(),
        }
    }

    /// The same for somebody in this role, who may be able to do more about it than others.
    #[must_use]
    pub fn told_to(self, reader: Role) -> Self {
        match (self, reader) {
            (Self::Activity(error), Role::Organizer) => Self::ToOrganizer(error),
            (error, _) => error,
        }
    }

    /// The activity's error, if it is one.
    pub fn of_activity(&self) -> Option<&ActivityError> {
        match self {
            Self::Activity(error) | Self::ToOrganizer(error) => Some(error),
            _ => None,
        }
    }

    /// What the room itself says.
    fn said(&self) -> Problem {
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
                (Code::RateLimited, Sentence::TooFast { pause: Pause(*retry_after_ms) })
            }
            Self::TooManyActivities { limit } => (Code::TooMany, Sentence::TooManyActivities { limit: *limit }),
            Self::TooManyWatches { limit } => (Code::Invalid, Sentence::TooManyWatches { limit: *limit }),
            Self::TooManyCommands { limit } => (Code::TooMany, Sentence::TooManyCommands { limit: *limit }),
            Self::Damaged(why) => (Code::Damaged, Sentence::Damaged { why: why.clone() }),
            Self::NumbersExhausted => (Code::NumbersExhausted, Sentence::NumbersExhausted {}),
            _ => return Problem::unavailable(),
        };
        Problem::new(code, sentence)
    }
}
