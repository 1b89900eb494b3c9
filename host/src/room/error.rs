//! Why a room did not do what it was asked to.

use std::sync::Arc;

use super::rule::RuleError;
use crate::activity::ActivityError;
use crate::domain::id::{ActivityId, UserId};
use crate::plugin::PluginError;
use crate::protocol::code::{Code, Problem};
use crate::store::StoreError;

/// An error of a room. Nothing was changed, unless it says that this is not known.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// No open conference has this number, and none that rests.
    #[error("no conference has this number; it may have ended")]
    UnknownConference,
    /// The conference has no such activity.
    #[error("no activity has the id `{0}`")]
    UnknownActivity(ActivityId),
    /// Nobody with this id is a member.
    #[error("`{0}` is not a member of this conference")]
    UnknownMember(UserId),
    /// Only members may do this.
    #[error("join the conference first")]
    NotMember,
    /// Only organizers may do this.
    #[error("only organizers of the conference may do this")]
    NotOrganizer,
    /// Only the owner may do this.
    #[error("only the owner of the conference may do this")]
    NotOwner,
    /// The person is a guest, and guests may not do this.
    #[error("guests may not do this: sign in as a member of the corp")]
    Guest,
    /// It has ended.
    #[error("the conference has ended")]
    Ended,
    /// Somebody uses it, so it does not end by itself.
    #[error("somebody uses the conference")]
    InUse,
    /// A value is not allowed.
    #[error("{0}")]
    Invalid(String),
    /// This command id was used for another command.
    #[error("this id was used for another command; give each command an id of its own")]
    IdReused,
    /// Too many at once.
    #[error("too many messages at once; come again in {retry_after_ms} ms")]
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
    /// The conference has taken as many commands as it may.
    #[error("a conference takes at most {limit} messages and actions in all its life; make a new one")]
    TooManyCommands {
        /// How many it may take.
        limit: usize,
    },
    /// The journal of the conference is not whole.
    #[error(
        "this conference is closed to writing, because its record on the server is damaged: {0}. What is left can be read; \
         an administrator can restore a backup, and `hezi verify` says what is wrong"
    )]
    Damaged(String),
    /// All numbers are in use.
    #[error("all conference numbers are in use or resting; end a conference that is over, or try again later")]
    NumbersExhausted,
    /// The command is new: the plugin has to judge the configuration first.
    #[error("the configuration was not judged yet")]
    NotJudged,
    /// The same command was refused before, for this.
    #[error("{}", .0.detail)]
    Again(Problem),
    /// A rule that organizers or the settings set said no.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The activity said no.
    #[error(transparent)]
    Activity(#[from] ActivityError),
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
    #[error("the room is out of service for the moment; send the same command again")]
    Unavailable,
}

impl RoomError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::UnknownConference => Code::UnknownConference,
            Self::UnknownActivity(_) => Code::UnknownActivity,
            Self::UnknownMember(_) => Code::UnknownMember,
            Self::NotMember => Code::NotMember,
            Self::NotOrganizer => Code::NotOrganizer,
            Self::NotOwner | Self::Guest => Code::Denied,
            Self::Ended => Code::ConferenceEnded,
            Self::InUse => Code::InUse,
            Self::Invalid(_) => Code::Invalid,
            Self::IdReused => Code::IdReused,
            Self::RateLimited { retry_after_ms } => {
                let retry_after_ms = Some(*retry_after_ms);
                return Problem { retry_after_ms, ..Problem::new(Code::RateLimited, self.to_string()) };
            }
            Self::TooManyActivities { .. } | Self::TooManyCommands { .. } => Code::TooMany,
            Self::Damaged(_) => Code::Damaged,
            Self::NumbersExhausted => {
                let retry_after_ms = Some(60_000);
                return Problem { retry_after_ms, ..Problem::new(Code::NumbersExhausted, self.to_string()) };
            }
            Self::Again(problem) => return problem.clone(),
            Self::Rule(error) => return error.problem(),
            Self::Activity(error) => return error.problem(),
            Self::Plugin(error) => return error.problem(),
            Self::NotOpened(error) => return error.problem(),
            Self::Store(error) => return error.problem(),
            Self::NotJudged | Self::Unavailable => return Problem::unavailable(),
        };
        Problem::new(code, self.to_string())
    }
}
