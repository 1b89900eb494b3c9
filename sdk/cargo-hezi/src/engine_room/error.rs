//! Why a call in an engine room gave nothing: a refusal, a fault, or a mistake of the test.

use hezi_plugin::{EngineError, Failure, Fault, GateError, Refusal, RefusalKind, SchemaProblem};
use thiserror::Error;

/// Why a call gave nothing. Nothing was changed.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum RoomError {
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The gate refuses the component.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The rules of the activity refuse, or the schema does.
    #[error("{}: {}", refusal_name(.0.kind), .0.text)]
    Refused(Refusal),
    /// The plugin failed: it trapped or exceeded a limit.
    #[error("`{export}` failed ({}): {fault}", fault.code())]
    Fault { export: &'static str, fault: Fault },
    /// A timer failed or refused; it stays armed.
    #[error("the timer `{timer}` failed: {failure}")]
    Timer { timer: String, failure: Failure },
    /// More than the server would take.
    #[error("{0}")]
    TooMuch(String),
    /// The activity is in another phase.
    #[error("the activity is {found}, and this needs one that is {needed}")]
    WrongPhase {
        found: &'static str,
        /// The phase that it would have to be in.
        needed: &'static str,
    },
    /// An argument cannot be written as JSON.
    #[error("the {what} is no JSON: {message}")]
    NotJson { what: &'static str, message: String },
}

impl RoomError {
    /// The refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// The word for a kind of refusal, as clients get it.
#[must_use]
pub fn refusal_name(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Invalid => "invalid",
        RefusalKind::Denied => "denied",
        RefusalKind::Conflict => "conflict",
        RefusalKind::Exhausted => "exhausted",
    }
}

/// What does not fit a schema is refused before the plugin is asked.
pub(super) fn unfit(what: &str, problems: &[SchemaProblem]) -> RoomError {
    let places: Vec<String> = problems.iter().map(|problem| format!("{what}{problem}")).collect();
    RoomError::Refused(Refusal { kind: RefusalKind::Invalid, text: places.join("; ") })
}
