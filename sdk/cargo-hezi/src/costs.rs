//! What calls used, gathered for each export: the figures that are compared with the limits.
//!
//! A failed call counts like any other: what it used it used.

use hezi_plugin::{Answer, Call, CallReport, Export, Failure, Space};

/// What the calls of an activity used, by export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    exports: Vec<ExportCosts>,
}

/// What the calls of one export used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportCosts {
    export: &'static str,
    calls: u32,
    refused: u32,
    faults: u32,
    fuel_max: u64,
    host_fuel_max: u64,
    cpu_ns: Vec<u64>,
    memory_bytes_max: usize,
    state_bytes_max: usize,
    write_bytes_max: usize,
    host_calls_max: u32,
    events_max: usize,
    view_bytes_max: usize,
}

impl Costs {
    /// What one export used; none if it was never called.
    #[must_use]
    pub fn of(&self, export: &str) -> Option<&ExportCosts> {
        self.exports.iter().find(|costs| costs.export == export)
    }

    /// Every export that was called, in the order of an activity's life.
    pub fn exports(&self) -> impl Iterator<Item = &ExportCosts> {
        exports().filter_map(|export| self.of(export))
    }

    /// The exports that were never called.
    pub fn never_called(&self) -> impl Iterator<Item = &'static str> {
        exports().filter(|export| self.of(export).is_none())
    }

    /// Adds what another activity of the same plugin used.
    pub fn merge(&mut self, other: &Self) {
        for costs in &other.exports {
            let into = self.entry(costs.export);
            into.calls += costs.calls;
            into.refused += costs.refused;
            into.faults += costs.faults;
            into.fuel_max = into.fuel_max.max(costs.fuel_max);
            into.host_fuel_max = into.host_fuel_max.max(costs.host_fuel_max);
            into.cpu_ns.extend(&costs.cpu_ns);
            into.memory_bytes_max = into.memory_bytes_max.max(costs.memory_bytes_max);
            into.state_bytes_max = into.state_bytes_max.max(costs.state_bytes_max);
            into.write_bytes_max = into.write_bytes_max.max(costs.write_bytes_max);
            into.host_calls_max = into.host_calls_max.max(costs.host_calls_max);
            into.events_max = into.events_max.max(costs.events_max);
            into.view_bytes_max = into.view_bytes_max.max(costs.view_bytes_max);
        }
    }

    /// Counts a call that left the space as it is now.
    pub(crate) fn note(&mut self, call: &Call<'_>, report: &CallReport, space: &Space) {
        let costs = self.entry(call.export().name());
        costs.calls += 1;
        match &report.result {
            Ok(outcome) => {
                costs.events_max = costs.events_max.max(outcome.effects.emits.len());
                if let Answer::View(view) = &outcome.answer {
                    costs.view_bytes_max = costs.view_bytes_max.max(view.json_bytes);
                }
            }
            Err(Failure::Refused(_)) => costs.refused += 1,
            Err(Failure::Fault(_)) => costs.faults += 1,
        }
        costs.fuel_max = costs.fuel_max.max(report.cost.fuel);
        costs.host_fuel_max = costs.host_fuel_max.max(report.cost.host_fuel);
        costs.cpu_ns.push(report.cost.cpu_ns);
        costs.memory_bytes_max = costs.memory_bytes_max.max(report.cost.memory_bytes);
        costs.state_bytes_max = costs.state_bytes_max.max(space.bytes());
        costs.write_bytes_max = costs.write_bytes_max.max(report.cost.write_bytes);
        costs.host_calls_max = costs.host_calls_max.max(report.cost.host_calls);
    }

    fn entry(&mut self, export: &'static str) -> &mut ExportCosts {
        let at = self.exports.iter().position(|costs| costs.export == export).unwrap_or_else(|| {
            self.exports.push(ExportCosts { export, ..ExportCosts::default() });
            self.exports.len() - 1
        });
        &mut self.exports[at]
    }
}

/// The exports that have a budget, in the order of an activity's life: nothing is drafted here.
fn exports() -> impl Iterator<Item = &'static str> {
    Export::ALL.into_iter().filter(|export| *export != Export::Draft).map(Export::name)
}

impl ExportCosts {
    /// The export's name.
    #[must_use]
    pub fn export(&self) -> &'static str {
        self.export
    }

    /// How often it was called.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// How many of the calls the plugin refused.
    #[must_use]
    pub fn refused(&self) -> u32 {
        self.refused
    }

    /// How many of the calls failed: traps, and limits that were passed.
    #[must_use]
    pub fn faults(&self) -> u32 {
        self.faults
    }

    /// Most work of a call, in units of the limit `call_fuel`: the same on every machine.
    #[must_use]
    pub fn fuel_max(&self) -> u64 {
        self.fuel_max
    }

    /// Most work that the host's functions did for a call, in the same units and with a limit of the same size.
    #[must_use]
    pub fn host_fuel_max(&self) -> u64 {
        self.host_fuel_max
    }

    /// Processor time of the slowest call, in nanoseconds. It depends on the machine.
    #[must_use]
    pub fn cpu_ns_max(&self) -> u64 {
        self.cpu_ns.iter().copied().max().unwrap_or(0)
    }

    /// Processor time of the call in the middle, in nanoseconds; the slower one of two.
    #[must_use]
    pub fn cpu_ns_median(&self) -> u64 {
        let mut sorted = self.cpu_ns.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    }

    /// Most linear memory, in bytes. Linear memory never shrinks, so this is the peak.
    #[must_use]
    pub fn memory_bytes_max(&self) -> usize {
        self.memory_bytes_max
    }

    /// Most bytes that the state had after a call.
    #[must_use]
    pub fn state_bytes_max(&self) -> usize {
        self.state_bytes_max
    }

    /// Most bytes of keys and values that a call wrote.
    #[must_use]
    pub fn write_bytes_max(&self) -> usize {
        self.write_bytes_max
    }

    /// Most host functions that a call used.
    #[must_use]
    pub fn host_calls_max(&self) -> u32 {
        self.host_calls_max
    }

    /// Most events that a call emitted.
    #[must_use]
    pub fn events_max(&self) -> usize {
        self.events_max
    }

    /// Most bytes of a view as JSON, which the server sends to each member whenever it changes.
    #[must_use]
    pub fn view_bytes_max(&self) -> usize {
        self.view_bytes_max
    }
}

#[cfg(test)]
mod tests {
    use hezi_plugin::{Cost, Fault};

    use super::*;

    fn report(cpu_ns: u64, memory_bytes: usize) -> CallReport {
        let (fuel, host_fuel) = (cpu_ns * 2, cpu_ns * 3);
        let cost = Cost { fuel, host_fuel, cpu_ns, memory_bytes, host_calls: 3, write_bytes: 7, fresh: false };
        CallReport { result: Err(Failure::Fault(Fault::StackOverflow)), logs: Vec::new(), logs_dropped: 0, cost }
    }

    #[test]
    fn figures_of_several_activities_come_together() {
        let mut space = Space::new();
        space.set("key", "12345");
        let (mut one, mut other) = (Costs::default(), Costs::default());
        one.note(&Call::View { viewer: None, query: None }, &report(30, 1), &space);
        one.note(&Call::View { viewer: None, query: None }, &report(10, 9), &space);
        other.note(&Call::Close, &report(1, 1), &Space::new());
        other.note(&Call::View { viewer: None, query: None }, &report(20, 2), &Space::new());
        one.merge(&other);
        let view = one.of("view").unwrap();
        assert_eq!((view.calls(), view.faults(), view.refused()), (3, 3, 0));
        assert_eq!((view.cpu_ns_median(), view.cpu_ns_max()), (20, 30));
        assert_eq!((view.fuel_max(), view.host_fuel_max()), (60, 90));
        assert_eq!((view.memory_bytes_max(), view.state_bytes_max(), view.write_bytes_max()), (9, 8, 7));
        assert_eq!(one.exports().map(ExportCosts::export).collect::<Vec<_>>(), ["view", "close"]);
        assert_eq!(
            one.never_called().collect::<Vec<_>>(),
            ["open", "act", "tick", "report", "migrate", "joined", "left"]
        );
    }
}
