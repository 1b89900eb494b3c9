//! What the server says of itself: log lines and metrics.
//!
//! Log lines go to standard error, one for each thing that a person should know, with dotted field names and units.
//! Metrics are in the text format of Prometheus: what is recorded where it happens (`described` says what it is), and what the
//! system knows of the process (`process`); `scrape` puts both together.
//! Never logged: session tokens, bearer tokens, secrets, chat texts, actions.
//!
//! # Invariants
//! * A log that cannot be written costs log lines only (`sink`).

mod counted;
mod described;
mod process;
mod scrape;
mod sink;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing_subscriber::EnvFilter;

pub use self::counted::Counted;
pub use self::scrape::Metrics;
use self::sink::Sink;
use crate::config::LogFormat;

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

/// Starts the log with this filter, its lines in this format, and gives what renders the metrics.
///
/// # Errors
/// [`TelemetryError`] when the filter cannot be read or another recorder is installed.
pub fn start(filter: &str, format: LogFormat) -> Result<Metrics, TelemetryError> {
    let filter = EnvFilter::try_new(filter).map_err(|error| TelemetryError::Filter(error.to_string()))?;
    // The subscriber's own complaints about a line go to standard error by a macro that panics when it is closed or full.
    let log = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false);
    let log = log.with_writer(Sink::stderr());
    match format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    let recorder_error = |error: metrics_exporter_prometheus::BuildError| TelemetryError::Recorder(error.to_string());
    let mut recorder = PrometheusBuilder::new();
    for (name, ends) in described::BUCKETS {
        recorder = recorder.set_buckets_for_metric(Matcher::Full(name.to_owned()), ends).map_err(recorder_error)?;
    }
    let recorder = recorder.install_recorder().map_err(recorder_error)?;
    described::describe_all();
    Ok(Metrics::new(recorder))
}

/// A line that is said without the log, in its format: as it is, or as an object with the same fields as a line of the log.
pub fn line(format: LogFormat, at_ms: u64, level: &'static str, message: &str) -> String {
    match format {
        LogFormat::Text => message.to_owned(),
        LogFormat::Json => {
            let at = i64::try_from(at_ms).ok().and_then(|at_ms| jiff::Timestamp::from_millisecond(at_ms).ok());
            let timestamp = at.map(|at| format!("{at:.6}"));
            serde_json::json!({ "timestamp": timestamp, "level": level, "message": message, "target": "hezi" })
                .to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_beside_the_log_has_its_format() {
        assert_eq!(line(LogFormat::Text, 0, "INFO", "ready"), "ready");
        let said = line(LogFormat::Json, 1_000, "INFO", "a \"b\"");
        let read: serde_json::Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!((read["level"].as_str(), read["message"].as_str()), (Some("INFO"), Some("a \"b\"")));
        assert_eq!(read["timestamp"], "1970-01-01T00:00:01.000000Z");
    }
}
