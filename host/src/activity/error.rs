//! Why an activity did not do what it was asked to.

use hezi_plugin::{Failure, Fault, Refusal, RefusalKind};

use crate::domain::activity::{BadSchedule, Phase};
use crate::domain::member::Role;
use crate::domain::sentence::{Misfits, Sentence};
use crate::protocol::code::{Code, Problem};

/// An error of an activity. The state is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActivityError {
    /// It is not in the phase for this.
    #[error("the activity is {} and must be {} for this", .found.as_str(), .needed.as_str())]
    WrongPhase {
        /// Where it stands.
        found: Phase,
        /// Where it would have to stand.
        needed: Phase,
    },
    /// It cannot open or close by itself at these times.
    #[error(transparent)]
    Schedule(#[from] BadSchedule),
    /// The configuration or the action does not fit the plugin's schema.
    #[error("{0}")]
    Schema(Misfits),
    /// The plugin has to know who acts.
    #[error("`anonymous`: the plugin `{plugin}` has to know who does what; make the activity without it")]
    NeedsNames {
        /// The plugin's name.
        plugin: String,
    },
    /// An organizer wants to act for somebody in an anonymous activity, and would know what they chose.
    #[error("`member`: in an anonymous activity everybody acts for themselves")]
    ForThemselves,
    /// The plugin's rules said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The plugin failed.
    #[error("the plugin failed ({code}): {detail}")]
    Fault {
        /// Stable name of the fault.
        code: &'static str,
        /// What it did.
        detail: String,
    },
    /// Too many events to everyone at once.
    #[error("the activity announces too much at once; try again in a second")]
    TooLoud,
    /// The activity keeps failing and is out of service. Others that run on the same plugin go on.
    #[error(
        "the activity keeps failing and is out of service: an organizer can close it and make another one, or ask an \
         administrator to activate the plugin `{plugin}` again"
    )]
    Faulted {
        /// Its plugin.
        plugin: String,
    },
    /// The plugin kept failing with the configurations that were tried in this conference.
    #[error(
        "the plugin `{plugin}` keeps failing with what it is given in this conference: try another configuration in a \
         minute"
    )]
    DraftsFail {
        /// The plugin's name.
        plugin: String,
    },
    /// The plugin keeps failing and is out of service.
    #[error(
        "the plugin `{plugin}` keeps failing and is out of service until an administrator activates it again, or another \
         version of it"
    )]
    Quarantined {
        /// The plugin's name.
        plugin: String,
    },
    /// The plugin is switched off, or was never there.
    #[error("the plugin `{plugin}` is not in service")]
    NoPlugin {
        /// The plugin's name.
        plugin: String,
    },
    /// The version that the activity stands on is there and cannot be loaded just now.
    #[error("the plugin `{plugin}` cannot be loaded at the moment; try again in a few seconds")]
    NotLoaded {
        /// The plugin's name.
        plugin: String,
    },
    /// Too many jobs wait already.
    #[error("the activity has too much to do; try again in a moment")]
    Busy,
    /// The activity's task has ended; the room starts again.
    #[error("the activity is being started again")]
    Gone,
}

impl From<Failure> for ActivityError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Fault(Fault::TooManyBroadcasts { .. }) => Self::TooLoud,
            Failure::Fault(fault @ Fault::NoInstance { .. }) => {
                tracing::warn!(fault.code = fault.code(), error = ?fault.to_string(), "no room for a plugin instance");
                Self::Busy
            }
            Failure::Fault(fault) => Self::Fault { code: fault.code(), detail: fault.to_string() },
        }
    }
}

impl ActivityError {
    /// Whether the plugin failed, now or so often that it is not asked any more.
    pub fn is_plugins_fault(&self) -> bool {
        self.fault().is_some()
    }

    /// Whether the same command always gives the same answer, so that the answer may be remembered.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Schema(_))
    }

    /// What somebody is told who reads it in this role: a member what they can do, an organizer what else.
    pub fn problem(&self, reader: Role) -> Problem {
        let (code, retry_after_ms) = match self {
            Self::WrongPhase { .. } => (Code::WrongPhase, None),
            Self::Schema(_) | Self::Schedule(_) | Self::NeedsNames { .. } | Self::ForThemselves => {
                (Code::Invalid, None)
            }
            Self::Refused(refusal) => match refusal.kind {
                RefusalKind::Invalid => (Code::Invalid, None),
                RefusalKind::Denied => (Code::Denied, None),
                RefusalKind::Conflict => (Code::Conflict, None),
                RefusalKind::Exhausted => (Code::Exhausted, None),
            },
            Self::Fault { .. } | Self::Faulted { .. } | Self::Quarantined { .. } | Self::DraftsFail { .. } => {
                (Code::PluginFault, None)
            }
            Self::NoPlugin { .. } => (Code::UnknownPlugin, None),
            Self::TooLoud => (Code::RateLimited, Some(1_000)),
            Self::Busy => (Code::RateLimited, Some(200)),
            Self::NotLoaded { .. } => (Code::Unavailable, Some(5_000)),
            Self::Gone => (Code::Unavailable, Some(200)),
        };
        Problem { retry_after_ms, fault: self.fault(), ..Problem::new(code, self.sentence(reader)) }
    }

    fn sentence(&self, reader: Role) -> Sentence {
        match (self.clone(), reader) {
            (Self::WrongPhase { found, needed }, _) => Sentence::WrongPhase { found, needed },
            (Self::Schema(problems), _) => Sentence::Unfit { problems },
            (Self::Schedule(bad), _) => of_schedule(bad),
            (Self::NeedsNames { plugin }, _) => Sentence::NeedsNames { plugin },
            (Self::ForThemselves, _) => Sentence::ForThemselves {},
            (Self::Refused(refusal), _) => Sentence::said(refusal.text),
            (Self::Fault { .. }, Role::Participant) => Sentence::Failed {},
            (Self::Fault { code, .. }, Role::Organizer) => Sentence::FailedForOrganizer { fault: code },
            (Self::TooLoud, _) => Sentence::TooLoud {},
            (Self::Faulted { .. }, Role::Participant) => Sentence::Faulted {},
            (Self::Faulted { plugin }, Role::Organizer) => Sentence::FaultedForOrganizer { plugin },
            (Self::DraftsFail { plugin }, _) => Sentence::DraftsFail { plugin },
            (Self::Quarantined { .. }, Role::Participant) => Sentence::Quarantined {},
            (Self::Quarantined { plugin }, Role::Organizer) => Sentence::QuarantinedForOrganizer { plugin },
            (Self::NoPlugin { plugin }, _) => Sentence::NoPlugin { plugin },
            (Self::NotLoaded { .. }, _) => Sentence::NotLoaded {},
            (Self::Busy, _) => Sentence::Busy {},
            (Self::Gone, _) => Sentence::Restarting {},
        }
    }

    /// The stable name of what the plugin did, where it is to blame.
    fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Fault { code, .. } => Some(code),
            Self::Faulted { .. } | Self::DraftsFail { .. } => Some("faulted"),
            Self::Quarantined { .. } => Some("quarantined"),
            _ => None,
        }
    }
}

/// Why a schedule cannot be kept.
fn of_schedule(bad: BadSchedule) -> Sentence {
    match bad {
        BadSchedule::Past(field) => Sentence::TimePast { field },
        BadSchedule::TooFar(field) => Sentence::TimeTooFar { field },
        BadSchedule::Backward => Sentence::ClosesBeforeOpening {},
        BadSchedule::TwoEnds => Sentence::TwoEnds {},
        BadSchedule::Opened => Sentence::OpenedAlready {},
    }
}
