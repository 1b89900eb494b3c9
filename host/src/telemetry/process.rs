//! What the system knows of this process, under the names that Prometheus' own clients use.
//!
//! # Invariants
//! * What the system does not tell is left out: a number that nobody knows is not 0.

use std::fmt::Write;
use std::fs;

/// Ticks of the kernel's clock in a second, as it tells them to programs on every machine that we build for.
const TICKS_PER_S: f64 = 100.0;

/// The metrics of this process, as a scrape shows them.
pub(super) fn render() -> String {
    let read = |path| fs::read_to_string(path).ok();
    let readings = Readings {
        stat: read("/proc/self/stat"),
        status: read("/proc/self/status"),
        limits: read("/proc/self/limits"),
        boot: read("/proc/stat"),
        open_files: fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
    };
    readings.rendered()
}

/// What the system tells, as texts.
#[derive(Default)]
struct Readings {
    /// `/proc/self/stat`.
    stat: Option<String>,
    /// `/proc/self/status`.
    status: Option<String>,
    /// `/proc/self/limits`.
    limits: Option<String>,
    /// `/proc/stat`.
    boot: Option<String>,
    open_files: Option<usize>,
}

impl Readings {
    fn rendered(&self) -> String {
        let (status, limits) = (self.status.as_deref(), self.limits.as_deref());
        let open_files_max = number_after(limits, "Max open files");
        let mut text = String::new();
        let mut tell = |name: &str, kind: &str, help: &str, value: Option<f64>| {
            if let Some(value) = value {
                // Writing to a text does not fail.
                let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n\n");
            }
        };
        tell("process_cpu_seconds_total", "counter", "Processor time of this process, in seconds.", self.cpu_s());
        tell("process_start_time_seconds", "gauge", "When this process began, in seconds since 1970.", self.start_s());
        let resident = number_after(status, "VmRSS:").map(|kib| kib * 1_024.0);
        tell("process_resident_memory_bytes", "gauge", "Memory of this process that is in RAM.", resident);
        let virtual_memory = number_after(status, "VmSize:").map(|kib| kib * 1_024.0);
        tell("process_virtual_memory_bytes", "gauge", "Address space that this process has taken.", virtual_memory);
        tell("process_threads", "gauge", "Threads of this process.", number_after(status, "Threads:"));
        let open_files = self.open_files.map(|count| count as f64);
        tell("process_open_fds", "gauge", "Files, connections among them, that this process has open.", open_files);
        tell("process_max_fds", "gauge", "Files that the system lets this process have open.", open_files_max);
        text
    }

    /// A field of `/proc/self/stat` by its number in the kernel's documentation, in seconds. The second one, the name,
    /// may have spaces and brackets in it, so what counts begins behind its last bracket.
    fn stat_s(&self, field: usize) -> Option<f64> {
        let (_, fields) = self.stat.as_deref()?.rsplit_once(')')?;
        fields.split_whitespace().nth(field.checked_sub(3)?)?.parse::<f64>().ok().map(|ticks| ticks / TICKS_PER_S)
    }

    fn cpu_s(&self) -> Option<f64> {
        Some(self.stat_s(14)? + self.stat_s(15)?)
    }

    fn start_s(&self) -> Option<f64> {
        Some(number_after(self.boot.as_deref(), "btime")? + self.stat_s(22)?)
    }
}

/// The first number on the line that begins with this word.
fn number_after(text: Option<&str>, word: &str) -> Option<f64> {
    let rest = text?.lines().find_map(|line| line.strip_prefix(word))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_tells_becomes_seconds_and_bytes() {
        let readings = Readings {
            stat: Some("7 (a) b) S 1 7 7 0 -1 4 0 0 0 0 250 50 0 0 20 0 9 0 1200 0 0".into()),
            status: Some("Name:\tx\nVmSize:\t  20 kB\nVmRSS:\t     10 kB\nThreads:\t9\n".into()),
            limits: Some("Max open files            1024                 4096                 files\n".into()),
            boot: Some("cpu 1 2\nbtime 1000\n".into()),
            open_files: Some(12),
        };
        let text = readings.rendered();
        for line in [
            "process_cpu_seconds_total 3",
            "process_start_time_seconds 1012",
            "process_resident_memory_bytes 10240",
            "process_virtual_memory_bytes 20480",
            "process_threads 9",
            "process_open_fds 12",
            "process_max_fds 1024",
        ] {
            assert!(text.lines().any(|told| told == line), "no `{line}` in\n{text}");
        }
        assert_eq!(Readings::default().rendered(), "", "what is not known is left out");
        assert!(text.contains("# TYPE process_cpu_seconds_total counter\n"), "{text}");
    }
}
