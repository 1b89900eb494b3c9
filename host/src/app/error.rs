//! Why the server does not start, or ends: each in words that say what to do.

use std::net::SocketAddr;

use crate::config::ConfigError;
use crate::telemetry::TelemetryError;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The log or the metrics cannot be started.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address} (setting `{setting}`): {source}; another program may have the port")]
    Listen {
        /// The setting that names the address.
        setting: &'static str,
        /// What that setting says, with the port.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The data folder cannot be used.
    #[error("cannot use the folder {folder}: {source}")]
    Folder {
        /// The folder, as the settings have it.
        folder: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(std::io::Error),
    /// A part does not start, and says why.
    #[error("{0}")]
    Part(String),
    /// The log of the store failed while the server ran, or another server took the store.
    #[error(
        "the store cannot keep what it is given, so the server has ended: {0}; what was acknowledged is safe, and the next \
         start goes on from there once that is in order"
    )]
    StoreBroken(String),
    /// A mistake in the server.
    #[error("a mistake in the server: {0}")]
    Broken(String),
}

impl StartError {
    /// What a part says for itself.
    pub(super) fn part(error: impl ToString) -> Self {
        Self::Part(error.to_string())
    }
}
