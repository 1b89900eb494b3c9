//! What the server says of itself: log lines and metrics.
//!
//! Log lines go to standard error, one for each thing that a person should know, with dotted field names and units.
//! Never logged: session tokens, bearer tokens, secrets, chat texts, actions.
//!
//! # Invariants
//! * A log that cannot be written costs log lines only (`sink`).

mod sink;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use self::sink::Sink;

/// Upper ends of the histograms' buckets, in seconds: from a fast plugin call to the longest request.
const SECONDS_BUCKETS: [f64; 14] =
    [10e-6, 20e-6, 50e-6, 100e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 1.0, 10.0];

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
    // The subscriber's own complaints about a line go to standard error by a macro that panics when it is closed or full.
    let log = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false);
    let log = log.with_writer(Sink::stderr());
    match lines {
        Lines::Text => log.with_ansi(false).init(),
        Lines::Json => log.json().flatten_event(true).init(),
    }
    let recorder_error = |error: metrics_exporter_prometheus::BuildError| TelemetryError::Recorder(error.to_string());
    let metrics = PrometheusBuilder::new().set_buckets(&SECONDS_BUCKETS).map_err(recorder_error)?;
    metrics.install_recorder().map_err(recorder_error)
}
