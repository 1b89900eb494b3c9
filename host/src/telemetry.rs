//! What the server says of itself: log lines and metrics.
//!
//! Log lines go to standard error, one for each thing that a person should know, with dotted field names and units.
//! Never logged: session tokens, bearer tokens, secrets, chat texts, actions.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Why telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("setting `log.filter`: {0}")]
    Filter(String),
    /// There is a recorder already.
    #[error("metrics cannot be recorded: {0}")]
    Recorder(String),
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts the log with this filter and gives what renders the metrics.
///
/// # Errors
/// [`TelemetryError`] when the filter cannot be read or another recorder is installed.
pub fn start(filter: &str, lines: Lines) -> Result<PrometheusHandle, TelemetryError> {
    let filter = EnvFilter::try_new(filter).map_err(|error| TelemetryError::Filter(error.to_string()))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match lines {
        Lines::Text => log.with_ansi(false).init(),
        Lines::Json => log.json().flatten_event(true).init(),
    }
    PrometheusBuilder::new().install_recorder().map_err(|error| TelemetryError::Recorder(error.to_string()))
}
