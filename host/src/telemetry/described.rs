//! What each metric counts, in the words that a scrape gives as `HELP`, with its unit; and the buckets of those that measure times.
//!
//! # Invariants
//! * Names end as Prometheus wants it: `_total` where a number only grows, `_seconds` and `_bytes` where it has that unit.
//! * Every metric that the code records stands here; a test reads the source and finds one that is missing.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// What a metric is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Grows only.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Times in buckets.
    Histogram,
}

use Kind::{Counter, Gauge, Histogram};

/// Upper ends of the buckets for calls of plugins: a fast one takes microseconds, the longest one a second of processor time.
const CALLS: &[f64] =
    &[10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 1.0];
/// For requests: from what memory answers to the longest one that is allowed.
const REQUESTS: &[f64] =
    &[100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// For commits: from a fast disk's sync to the deadline of a query.
const COMMITS: &[f64] =
    &[250e-6, 500e-6, 1e-3, 2e-3, 4e-3, 8e-3, 16e-3, 32e-3, 64e-3, 0.128, 0.256, 0.512, 1.0, 2.5, 10.0];

/// The metrics that measure times, with the upper ends of their buckets in seconds.
pub(super) const BUCKETS: [(&str, &[f64]); 3] =
    [("hezi_plugin_call_seconds", CALLS), ("hezi_http_request_seconds", REQUESTS), ("hezi_commit_seconds", COMMITS)];

/// Every metric.
const ALL: &[(Kind, &str, &str)] = &[
    (
        Counter,
        "hezi_commit_failures_total",
        "Tries to make a record durable that failed, or were not answered and made again.",
    ),
    (Histogram, "hezi_commit_seconds", "Time from handing a record of a room to the store until it is durable."),
    (Counter, "hezi_commits_total", "Records that became durable."),
    (
        Counter,
        "hezi_connections_dismissed_total",
        "Connections without a request that were closed to make room for others.",
    ),
    (Counter, "hezi_damaged_conferences_total", "Conferences whose journal was found damaged when they were opened."),
    (Counter, "hezi_entries_total", "Entries of journals that became durable."),
    (Histogram, "hezi_http_request_seconds", "Time to answer a request, up to the first byte of the answer, by route."),
    (Counter, "hezi_http_requests_total", "Requests that were answered, by method, route and status."),
    (Counter, "hezi_log_lines_lost_total", "Log lines that could not be written."),
    (
        Gauge,
        "hezi_members_online",
        "Members with at least one open socket; one who is in two conferences counts twice.",
    ),
    (Gauge, "hezi_plugin_activities", "Activities in memory that run on a version of a plugin."),
    (Histogram, "hezi_plugin_call_seconds", "Processor time of a call of a plugin."),
    (Counter, "hezi_plugin_calls_total", "Calls of plugins, by version, export and what came of them."),
    (Counter, "hezi_plugin_faults_total", "Calls of plugins that trapped or exceeded a limit, by version and fault."),
    (Counter, "hezi_plugin_log_lines_total", "Lines that plugins logged, those that were dropped among them."),
    (
        Gauge,
        "hezi_plugin_state_bytes",
        "Keys and values of the activities in memory that run on a version of a plugin.",
    ),
    (Gauge, "hezi_rooms_online", "Conferences with at least one open socket."),
    (Counter, "hezi_socket_frames_sent_total", "Frames that were sent over sockets."),
    (Counter, "hezi_socket_messages_received_total", "Messages that came over sockets."),
    (Gauge, "hezi_sockets_open", "Open sockets."),
    (Gauge, "hezi_wecom_breaker_open", "1 while WeCom is not asked because it kept failing, otherwise 0."),
    (Counter, "hezi_wecom_calls_total", "Calls of WeCom, by endpoint and what came of them."),
    (Counter, "hezi_wecom_fetches_total", "Tokens of WeCom, by kind and by where they were taken from."),
    (Gauge, "hezi_wecom_names_waiting", "People whose names are still to be asked for."),
];

/// Tells the recorder what each metric is.
pub(super) fn describe_all() {
    for (kind, name, help) in ALL {
        let unit = match name {
            name if name.ends_with("_seconds") => Unit::Seconds,
            name if name.ends_with("_bytes") => Unit::Bytes,
            _ => Unit::Count,
        };
        match kind {
            Counter => describe_counter!(*name, unit, *help),
            Gauge => describe_gauge!(*name, unit, *help),
            Histogram => describe_histogram!(*name, unit, *help),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The names that the source below a folder records under.
    fn recorded(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("a folder of the source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                recorded(&path, names);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("telemetry/described.rs") {
                let text = fs::read_to_string(&path).expect("a file of the source");
                names.extend(
                    text.split("\"hezi_")
                        .skip(1)
                        .filter_map(|rest| rest.split_once('"'))
                        .map(|(name, _)| name.to_owned()),
                );
            }
        }
    }

    #[test]
    fn every_metric_that_is_recorded_is_described_and_no_other() {
        let mut names = BTreeSet::new();
        recorded(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut names);
        // A cookie, and what the environment may hold, are no metrics.
        let known: BTreeSet<String> =
            ALL.iter().map(|(_, name, _)| name.trim_start_matches("hezi_").to_owned()).collect();
        let missing: Vec<_> = names.iter().filter(|name| !known.contains(*name) && is_metric(name)).collect();
        assert!(missing.is_empty(), "recorded and not described: {missing:?}");
        let unused: Vec<_> = known.iter().filter(|name| !names.contains(*name)).collect();
        assert!(unused.is_empty(), "described and never recorded: {unused:?}");
    }

    /// Whether a text that begins with `hezi_` can be a metric's name.
    fn is_metric(name: &str) -> bool {
        let of_words = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        of_words && (name.contains('_') && !name.ends_with('_'))
    }

    #[test]
    fn names_end_as_prometheus_wants_it() {
        assert!(ALL.is_sorted_by_key(|(_, name, _)| *name));
        for (kind, name, help) in ALL {
            assert_eq!(name.ends_with("_total"), *kind == Counter, "{name}");
            assert_eq!(BUCKETS.iter().any(|(timed, _)| timed == name), *kind == Histogram, "{name}");
            assert!(
                !["_ms", "_us", "_ns", "_kb", "_count", "_sum", "_bucket"].iter().any(|end| name.ends_with(end)),
                "{name}"
            );
            assert!(help.ends_with('.') && help.len() > 12, "{name}: {help}");
        }
        assert!(BUCKETS.iter().all(|(_, ends)| ends.is_sorted() && ends.len() < 16));
    }
}
