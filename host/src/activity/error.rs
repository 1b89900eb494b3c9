//! Why an activity did not do what it was asked to.

use hezi_plugin::{Failure, Fault, Refusal, RefusalKind};

use crate::domain::activity::Phase;
use crate::domain::member::Role;
use crate::domain::sentence::{Misfits, Sentence};
use crate::protocol::code::{Code, Problem};

/// An error of an activity. The state is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.problem(Role::Organizer).sentence)]
pub enum ActivityError {
    /// It is not in the phase for this.
    WrongPhase {
        /// Where it stands.
        found: Phase,
        /// Where it would have to stand.
        needed: Phase,
    },
    /// It cannot open or close by itself at these times.
    Schedule(Sentence),
    /// The configuration or the action does not fit the plugin's schema.
    Schema(Misfits),
    /// The plugin has to know who acts.
    NeedsNames {
        /// The plugin's name.
        plugin: String,
    },
    /// An organizer wants to act for somebody in an anonymous activity, and would know what they chose.
    ForThemselves,
    /// The plugin's rules said no.
    Refused(Refusal),
    /// The plugin's rules do not take the configuration.
    Unsuited(Refusal),
    /// The plugin failed.
    #[error("the plugin failed ({code}): {detail}")]
    Fault {
        /// Stable name of the fault.
        code: &'static str,
        /// What it did.
        detail: String,
    },
    /// Too many events to everyone at once.
    TooLoud,
    /// The activity keeps failing and is out of service. Others that run on the same plugin go on.
    Faulted {
        /// Name of its plugin.
        plugin: String,
    },
    /// The plugin kept failing with the configurations that were tried in this conference.
    DraftsFail {
        /// The plugin's name.
        plugin: String,
    },
    /// The plugin keeps failing and is out of service.
    Quarantined {
        /// The plugin's name.
        plugin: String,
    },
    /// The plugin is switched off, or was never there.
    NoPlugin {
        /// The plugin's name.
        plugin: String,
    },
    /// The version that the activity stands on is there and cannot be loaded just now.
    NotLoaded {
        /// The plugin's name.
        plugin: String,
    },
    /// Too many jobs wait already.
    Busy,
    /// The activity's task has ended; the room starts again.
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
    /// The same where the plugin was given a configuration: what it refuses is in that.
    #[must_use]
    pub(super) fn of_a_configuration(self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Unsuited(refusal),
            error => error,
        }
    }

    /// Whether the plugin failed, now or so often that it is not asked any more.
    pub fn is_plugins_fault(&self) -> bool {
        self.fault().is_some()
    }

    /// Whether the same command always gives the same answer, so that the answer may be remembered.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unsuited(_) | Self::Schema(_))
    }

    /// What somebody is told who reads it in this role: a member what they can do, an organizer what else.
    pub fn problem(&self, reader: Role) -> Problem {
        let (code, sentence) = match (self.clone(), reader) {
            (Self::WrongPhase { found, needed }, _) => (Code::WrongPhase, Sentence::WrongPhase { found, needed }),
            (Self::Schema(problems), _) => (Code::Invalid, Sentence::Unfit { problems }),
            (Self::Schedule(why), _) => (Code::Invalid, why),
            (Self::NeedsNames { plugin }, _) => (Code::Invalid, Sentence::NeedsNames { plugin }),
            (Self::ForThemselves, _) => (Code::Invalid, Sentence::ForThemselves {}),
            (Self::Refused(refusal) | Self::Unsuited(refusal), _) => {
                (code_of(refusal.kind), Sentence::said(refusal.text))
            }
            (Self::Fault { .. }, Role::Participant) => (Code::PluginFault, Sentence::Failed {}),
            (Self::Fault { code, .. }, Role::Organizer) => {
                (Code::PluginFault, Sentence::FailedForOrganizer { fault: code })
            }
            (Self::TooLoud, _) => (Code::RateLimited, Sentence::TooLoud {}),
            (Self::Faulted { .. }, Role::Participant) => (Code::PluginFault, Sentence::Faulted {}),
            (Self::Faulted { plugin }, Role::Organizer) => {
                (Code::PluginFault, Sentence::FaultedForOrganizer { plugin })
            }
            (Self::DraftsFail { plugin }, _) => (Code::PluginFault, Sentence::DraftsFail { plugin }),
            (Self::Quarantined { .. }, Role::Participant) => (Code::PluginFault, Sentence::Quarantined {}),
            (Self::Quarantined { plugin }, Role::Organizer) => {
                (Code::PluginFault, Sentence::QuarantinedForOrganizer { plugin })
            }
            (Self::NoPlugin { plugin }, _) => (Code::UnknownPlugin, Sentence::NoPlugin { plugin }),
            (Self::NotLoaded { .. }, _) => (Code::Unavailable, Sentence::NotLoaded {}),
            (Self::Busy, _) => (Code::RateLimited, Sentence::Busy {}),
            (Self::Gone, _) => (Code::Unavailable, Sentence::Restarting {}),
        };
        let retry_after_ms = match self {
            Self::TooLoud => Some(1_000),
            Self::Busy | Self::Gone => Some(200),
            Self::NotLoaded { .. } => Some(5_000),
            _ => None,
        };
        let said_of = if matches!(self, Self::Unsuited(_)) { "/config" } else { "" };
        Problem { retry_after_ms, fault: self.fault(), said_of, ..Problem::new(code, sentence) }
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

fn code_of(refusal: RefusalKind) -> Code {
    match refusal {
        RefusalKind::Invalid => Code::Invalid,
        RefusalKind::Denied => Code::Denied,
        RefusalKind::Conflict => Code::Conflict,
        RefusalKind::Exhausted => Code::Exhausted,
    }
}
