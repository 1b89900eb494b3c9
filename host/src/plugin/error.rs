//! Why a plugin was not loaded, activated or removed.

use crate::domain::sentence::Sentence;
use crate::protocol::code::{Code, Problem};
use crate::store::StoreError;

/// An error of the plugin registry. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
#[error("{}", self.problem().sentence)]
pub enum PluginError {
    /// The component did not pass the gate.
    Refused {
        /// Stable name of what is wrong with it.
        reason: String,
        message: String,
    },
    /// Uploads need a signature, and there is none.
    #[error("the component has no signature, and this server takes signed ones only: {0}")]
    SignatureMissing(&'static str),
    /// The signature is not one of a trusted key over these bytes.
    SignatureInvalid(String),
    /// This version is here already with other bytes.
    VersionExists { name: String, version: String },
    /// A later version is active, and nobody said that an earlier one is to take its place.
    Downgrade { name: String, version: String, active: String },
    /// No plugin has this name.
    Unknown(String),
    /// The plugin has no such version.
    UnknownVersion { name: String, version: String },
    /// The version is active or activities stand on it.
    InUse { name: String, version: String },
    /// There is no version to go back to.
    NothingEarlier(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread or the process for compiling broke.
    #[error("the component could not be compiled: {0}")]
    Thread(String),
}

impl PluginError {
    /// The component is to blame; `reason` is a stable name for what is wrong with it.
    pub(super) fn refused(reason: &str, message: impl ToString) -> Self {
        Self::Refused { reason: reason.to_owned(), message: message.to_string() }
    }

    /// What a client is told.
    pub fn problem(&self) -> Problem {
        let (code, sentence) = match self.clone() {
            Self::Refused { reason, message } => {
                let problem = Problem::new(Code::PluginRefused, Sentence::ComponentRefused { why: message });
                return Problem { reason: Some(reason), ..problem };
            }
            Self::SignatureMissing(_) => (Code::SignatureMissing, Sentence::SignatureMissing {}),
            Self::SignatureInvalid(why) => (Code::SignatureInvalid, Sentence::SignatureInvalid { why }),
            Self::VersionExists { name, version } => (Code::VersionExists, Sentence::VersionExists { name, version }),
            Self::Unknown(name) => (Code::UnknownPlugin, Sentence::UnknownPlugin { name }),
            Self::UnknownVersion { name, version } => (Code::UnknownPlugin, Sentence::UnknownVersion { name, version }),
            Self::InUse { name, version } => (Code::InUse, Sentence::VersionInUse { name, version }),
            Self::NothingEarlier(name) => (Code::Conflict, Sentence::NothingEarlier { name }),
            Self::Downgrade { name, version, active } => {
                (Code::Conflict, Sentence::Downgrade { name, version, active })
            }
            Self::Store(error) => return error.problem(),
            Self::Thread(_) => return Problem::unavailable(),
        };
        Problem::new(code, sentence)
    }
}
