//! What is counted of a plugin version: its calls and what they cost, the state that activities keep on it.
//!
//! The same numbers are told twice: to administrators as [`Counters`], which begin with the server, and as metrics. Log
//! lines and quarantine are `loaded`'s business.
//!
//! # Invariants
//! * Counting a call takes no lock and makes no text: it happens with every action.
//! * `state_bytes` and `activities` are sums over the shares that are alive.

use std::sync::atomic::{AtomicU64, Ordering};

use hezi_plugin::{CallReport, Export, Failure};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::activity::PluginRef;

/// Numbers of a version since the server started.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = PluginCounters)]
pub struct Counters {
    /// Calls that were made, whatever came of them.
    pub calls: u64,
    /// Calls that the plugin's rules refused.
    pub refusals: u64,
    /// Calls that trapped or exceeded a limit.
    pub faults: u64,
    /// Processor time of all calls, in microseconds.
    pub cpu_us: u64,
    /// Half of the calls took at most so much processor time, to a quarter of it, in microseconds.
    pub cpu_p50_us: u64,
    /// 99 of 100 calls took at most so much processor time, to a quarter of it, in microseconds.
    pub cpu_p99_us: u64,
    /// Log lines, those that were dropped among them.
    pub log_lines: u64,
    /// Activities in memory that run on it.
    pub activities: u64,
    /// Keys and values of these activities, in bytes.
    pub state_bytes: u64,
}

/// The counts of one version.
pub(super) struct Meter {
    /// In the order of [`Export::ALL`].
    exports: [ExportMeter; Export::ALL.len()],
    cpu_ns: AtomicU64,
    latency: Latency,
    call_seconds: Histogram,
    log_lines: Tally,
    /// Activities that run on the version.
    pub(super) activities: Level,
    /// Bytes of their states.
    pub(super) state_bytes: Level,
}

/// The calls of one export by what came of them.
struct ExportMeter {
    ok: Tally,
    refused: Tally,
    fault: Tally,
}

/// A sum over the activities that run on a version, told in both ways.
pub(super) struct Level {
    now: AtomicU64,
    metric: Gauge,
}

impl Level {
    fn new(metric: Gauge) -> Self {
        Self { now: AtomicU64::new(0), metric }
    }

    /// What one activity adds to the sum is another amount than before.
    pub(super) fn change(&self, before: u64, now: u64) {
        self.now.fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
        self.metric.increment(now as f64 - before as f64);
    }
}

/// A number that only grows, told in both ways.
struct Tally {
    since_start: AtomicU64,
    metric: Counter,
}

impl Tally {
    fn new(metric: Counter) -> Self {
        Self { since_start: AtomicU64::new(0), metric }
    }

    fn add(&self, count: u64) {
        self.since_start.fetch_add(count, Ordering::Relaxed);
        self.metric.increment(count);
    }

    fn get(&self) -> u64 {
        self.since_start.load(Ordering::Relaxed)
    }
}

impl ExportMeter {
    fn new(labels: &[(&'static str, String); 2], export: Export) -> Self {
        let tally = |outcome: &'static str| {
            let [(_, plugin), (_, version)] = labels.clone();
            Tally::new(counter!("hezi_plugin_calls_total", "plugin" => plugin, "version" => version,
                "export" => export.name(), "outcome" => outcome))
        };
        Self { ok: tally("ok"), refused: tally("refused"), fault: tally("fault") }
    }

    fn all(&self) -> u64 {
        self.ok.get() + self.refused.get() + self.fault.get()
    }
}

impl Meter {
    pub(super) fn new(reference: &PluginRef) -> Self {
        let labels = [("plugin", reference.name.clone()), ("version", reference.version.clone())];
        Self {
            exports: Export::ALL.map(|export| ExportMeter::new(&labels, export)),
            cpu_ns: AtomicU64::new(0),
            latency: Latency::default(),
            call_seconds: histogram!("hezi_plugin_call_seconds", &labels),
            log_lines: Tally::new(counter!("hezi_plugin_log_lines_total", &labels)),
            activities: Level::new(gauge!("hezi_plugin_activities", &labels)),
            state_bytes: Level::new(gauge!("hezi_plugin_state_bytes", &labels)),
        }
    }

    /// Counts a call of an export.
    pub(super) fn count(&self, export: Export, report: &CallReport) {
        let meter = &self.exports[export as usize];
        match &report.result {
            Ok(_) => meter.ok.add(1),
            Err(Failure::Refused(_)) => meter.refused.add(1),
            Err(Failure::Fault(_)) => meter.fault.add(1),
        }
        self.cpu_ns.fetch_add(report.cost.cpu_ns, Ordering::Relaxed);
        self.latency.record(report.cost.cpu_ns / 1_000);
        self.call_seconds.record(report.cost.cpu_ns as f64 / 1e9);
        let lines = report.logs.len() as u64 + u64::from(report.logs_dropped);
        if lines > 0 {
            self.log_lines.add(lines);
        }
    }

    /// The counts up to now.
    pub(super) fn counters(&self) -> Counters {
        let sum = |number: fn(&ExportMeter) -> u64| self.exports.iter().map(number).sum();
        Counters {
            calls: sum(ExportMeter::all),
            refusals: sum(|meter| meter.refused.get()),
            faults: sum(|meter| meter.fault.get()),
            cpu_us: self.cpu_ns.load(Ordering::Relaxed) / 1_000,
            cpu_p50_us: self.latency.quantile_us(0.5),
            cpu_p99_us: self.latency.quantile_us(0.99),
            log_lines: self.log_lines.get(),
            activities: self.activities.now.load(Ordering::Relaxed),
            state_bytes: self.state_bytes.now.load(Ordering::Relaxed),
        }
    }
}

/// Buckets an octave, as a power of two: each bucket is a quarter of its octave wide.
const SUBDIVISION_BITS: u32 = 2;
/// Up to 2^26 microseconds, a minute; longer calls count as that long, and no call may take longer.
const BUCKETS: usize = 100;

/// How long calls took, in buckets whose width grows with the time, so that quantiles are right to a quarter.
struct Latency([AtomicU64; BUCKETS]);

impl Default for Latency {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl Latency {
    fn record(&self, us: u64) {
        self.0[bucket(us)].fetch_add(1, Ordering::Relaxed);
    }

    /// The upper end of the bucket that this share of the calls lies in or below; 0 without a call.
    fn quantile_us(&self, share: f64) -> u64 {
        let counts: Vec<u64> = self.0.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let wanted = (counts.iter().sum::<u64>() as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (at, count) in counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return upper_us(at);
            }
        }
        0
    }
}

/// Short times have a bucket each; from there on an octave has `2^SUBDIVISION_BITS`.
fn bucket(us: u64) -> usize {
    let exact = 1 << SUBDIVISION_BITS;
    if us < exact {
        return us as usize;
    }
    let shift = us.ilog2() - SUBDIVISION_BITS;
    let within = (us >> shift) - exact;
    ((u64::from(shift + 1) << SUBDIVISION_BITS) + within).min(BUCKETS as u64 - 1) as usize
}

/// The longest time of a bucket, in microseconds.
fn upper_us(bucket: usize) -> u64 {
    let exact = 1_u64 << SUBDIVISION_BITS;
    let bucket = bucket as u64;
    if bucket < exact {
        return bucket;
    }
    let shift = (bucket >> SUBDIVISION_BITS) - 1;
    let within = bucket & (exact - 1);
    ((exact + within + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_are_those_of_the_calls() {
        let latency = Latency::default();
        assert_eq!(latency.quantile_us(0.5), 0, "no call yet");
        (1..=1_000).for_each(|us| latency.record(us));
        let (median, p99) = (latency.quantile_us(0.5), latency.quantile_us(0.99));
        assert!((500..=625).contains(&median) && (990..=1_238).contains(&p99), "{median} {p99}");
    }

    proptest! {
        #[test]
        fn a_time_lies_in_its_bucket_and_above_the_one_before(us in 0_u64..50_000_000) {
            let at = bucket(us);
            prop_assert!(us <= upper_us(at));
            prop_assert!(at == 0 || us > upper_us(at - 1));
            prop_assert!(upper_us(at) <= us + us / 4 + 1);
        }

        #[test]
        fn any_time_has_a_bucket(us in any::<u64>()) {
            prop_assert!(bucket(us) < BUCKETS);
        }
    }
}
