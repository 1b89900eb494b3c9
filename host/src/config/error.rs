//! Why the settings cannot be used: each error names the setting that is to blame.

use std::path::PathBuf;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there.
    #[error("the configuration file {0} cannot be read")]
    NoFile(PathBuf),
    /// A key is unknown or a value is of the wrong kind.
    #[error("setting {0}")]
    Wrong(String),
    /// A value is out of range, or two settings contradict each other.
    #[error("setting `{key}`: {reason}")]
    Refused {
        /// The setting, by its dotted name.
        key: &'static str,
        /// Why, and what to do.
        reason: String,
    },
}

/// Refuses a setting, and says why and what to do.
pub(super) fn refuse<T>(key: &'static str, reason: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError::Refused { key, reason: reason.into() })
}
