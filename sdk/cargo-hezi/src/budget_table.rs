//! The table at the end of `cargo hezi test`: what each export used, beside what it may use.
//!
//! Each figure has its share of the limit behind it, rounded up, so that 0 % is nothing at all. Work is what the limit is
//! about and the same on every machine; the time beside it is this machine's, and only to be looked at.

use hezi_plugin::{Limits, limits::VIEW_BYTES_MAX};

use crate::costs::{Costs, ExportCosts};

/// From this share of a limit on a figure is worth a look before it grows.
const WARN_PERCENT: u64 = 50;
const HEADS: &str = "export|calls|refused|time median|time max|work|memory|state|written|host calls|events|view";

/// The table, a line each row, and a sentence for each figure that comes close to its limit.
pub(crate) fn lines(costs: &Costs, limits: &Limits) -> Vec<String> {
    let mut rows = vec![heads(), budget(limits)];
    rows.extend(costs.exports().map(|export| row(export, limits)));
    let mut lines = aligned(&rows);
    lines.extend(costs.exports().flat_map(|export| warnings(export, limits)));
    let optional = ["migrate", "joined", "left"];
    let never: Vec<_> = costs.never_called().filter(|export| !optional.contains(export)).collect();
    if !never.is_empty() {
        lines.push(format!("never called: {}", never.join(", ")));
    }
    lines
}

fn heads() -> Vec<String> {
    HEADS.split('|').map(str::to_owned).collect()
}

fn budget(limits: &Limits) -> Vec<String> {
    let mut row = vec!["budget".to_owned(), String::new(), String::new(), String::new(), String::new()];
    row.push(millions(limits.call_fuel));
    row.extend([limits.memory_bytes, limits.state_bytes, limits.write_bytes].map(bytes));
    row.extend([limits.host_calls.to_string(), limits.events.to_string(), bytes(VIEW_BYTES_MAX)]);
    row
}

fn row(export: &ExportCosts, limits: &Limits) -> Vec<String> {
    let mut row = vec![export.export().to_owned(), export.calls().to_string(), export.refused().to_string()];
    row.extend([export.cpu_ns_median(), export.cpu_ns_max()].map(milliseconds));
    row.extend(shares(export, limits).map(|share| format!("{} {:>3} %", share.text, share.percent)));
    row
}

fn warnings(export: &ExportCosts, limits: &Limits) -> Vec<String> {
    let close = shares(export, limits).into_iter().filter(|share| share.percent >= WARN_PERCENT);
    let name = export.export();
    close.map(|share| format!("note: `{name}` used {} % of its {}", share.percent, share.what)).collect()
}

/// A figure and how much of its limit it is.
struct Share {
    what: &'static str,
    text: String,
    percent: u64,
}

fn shares(export: &ExportCosts, limits: &Limits) -> [Share; 7] {
    let share = |what, text, used: u64, limit: u64| Share { what, text, percent: percent(used, limit) };
    let size = |what, used: usize, limit: usize| share(what, bytes(used), wide(used), wide(limit));
    let (host_calls, events) = (export.host_calls_max(), export.events_max());
    // Each has the limit for itself: the one that is nearer to it counts.
    let fuel = export.fuel_max().max(export.host_fuel_max());
    [
        share("work", millions(fuel), fuel, limits.call_fuel),
        size("memory", export.memory_bytes_max(), limits.memory_bytes),
        size("state", export.state_bytes_max(), limits.state_bytes),
        size("writes", export.write_bytes_max(), limits.write_bytes),
        share("host calls", host_calls.to_string(), host_calls.into(), limits.host_calls.into()),
        share("events", events.to_string(), wide(events), wide(limits.events)),
        size("view", export.view_bytes_max(), VIEW_BYTES_MAX),
    ]
}

fn percent(used: u64, limit: u64) -> u64 {
    used.saturating_mul(100).div_ceil(limit.max(1))
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn millions(fuel: u64) -> String {
    let thousands = fuel.div_ceil(1_000);
    match (thousands / 1_000, thousands % 1_000) {
        (whole, 0) => format!("{whole} M"),
        (whole, part) => format!("{whole}.{part:03} M"),
    }
}

fn milliseconds(ns: u64) -> String {
    let us = ns.div_ceil(1_000);
    format!("{}.{:03} ms", us / 1_000, us % 1_000)
}

fn bytes(bytes: usize) -> String {
    let tenths = |unit: usize| (bytes.saturating_mul(10)).div_ceil(unit);
    let shown = |unit: usize, name: &str| match tenths(unit) {
        whole if whole.is_multiple_of(10) => format!("{} {name}", whole / 10),
        tenths => format!("{}.{} {name}", tenths / 10, tenths % 10),
    };
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => shown(1 << 10, "KiB"),
        _ => shown(1 << 20, "MiB"),
    }
}

/// Rows with the same number of cells, the first column to the left and the others to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let cell = |(at, cell): (usize, &String)| match at {
        0 => format!("{cell:<width$}", width = widths[at]),
        _ => format!("{cell:>width$}", width = widths[at]),
    };
    rows.iter()
        .map(|row| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use hezi_plugin::{Call, CallReport, Cost, Failure, Fault, Space};

    use super::*;

    fn costs(fuel: u64) -> Costs {
        let mut costs = Costs::default();
        let used = Cost { fuel, host_fuel: 7, cpu_ns: 250_400, ..Cost::default() };
        let cost = Cost { memory_bytes: 1_114_112, host_calls: 12, write_bytes: 100, fresh: true, ..used };
        let result = Err(Failure::Fault(Fault::StackOverflow));
        let report = CallReport { result, logs: Vec::new(), logs_dropped: 0, cost };
        costs.note(&Call::Close, &report, &Space::new());
        costs
    }

    #[test]
    fn figures_stand_beside_their_budget() {
        let lines = lines(&costs(1_234_567), &Limits { call_fuel: 100_000_000, ..Limits::default() });
        assert!(lines[1].contains("100 M") && lines[1].contains("64 MiB") && lines[1].contains("256 KiB"), "{lines:?}");
        assert!(lines[2].starts_with("close "), "{lines:?}");
        for figure in ["0.251 ms  0.251 ms", "1.235 M   2 %", "1.1 MiB   2 %", "0 B   0 %", "100 B   1 %", "12   1 %"] {
            assert!(lines[2].contains(figure), "{figure}: {lines:?}");
        }
        assert_eq!(lines[3], "never called: open, act, view, tick, report");
        assert_eq!(lines.len(), 4);
        let ends: Vec<usize> = lines[..3].iter().map(|line| line.chars().count()).collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{lines:?}");
    }

    #[test]
    fn a_figure_that_comes_close_is_named() {
        let lines = lines(&costs(80_000_000), &Limits { call_fuel: 100_000_000, ..Limits::default() });
        assert!(lines.contains(&"note: `close` used 80 % of its work".to_owned()), "{lines:?}");
    }

    #[test]
    fn sizes_are_read_by_people() {
        assert_eq!([bytes(0), bytes(1_023), bytes(1_024), bytes(1_500)], ["0 B", "1023 B", "1 KiB", "1.5 KiB"]);
        assert_eq!(bytes(64 << 20), "64 MiB");
    }
}
