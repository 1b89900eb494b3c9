//! What a scrape gets: everything that was recorded, of versions of plugins only those that are still here, and the process.

use std::fmt::Write;

use metrics_exporter_prometheus::PrometheusHandle;

use super::process;

/// What renders the metrics. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    pub(super) fn new(recorder: PrometheusHandle) -> Self {
        Self(recorder)
    }

    /// All metrics in the text format of Prometheus. The recorder keeps what it once had; series of a version of a
    /// plugin that `is_here` does not know, by name and version, are left out.
    pub fn render(&self, is_here: impl Fn(&str, &str) -> bool) -> String {
        let mut text = String::new();
        for line in self.0.render().lines().filter(|line| stays(line, &is_here)) {
            text.push_str(line);
            text.push('\n');
        }
        let version = env!("CARGO_PKG_VERSION");
        // Writing to a text does not fail.
        let _ = write!(
            text,
            "# HELP hezi_build_info The version of this program, as a label of a metric that is always 1.\n\
             # TYPE hezi_build_info gauge\nhezi_build_info{{version=\"{version}\"}} 1\n\n"
        );
        text.push_str(&process::render());
        text
    }

    /// Moves samples of times into their buckets: until then they take up memory.
    pub fn run_upkeep(&self) {
        self.0.run_upkeep();
    }
}

/// Whether a line is of no version of a plugin, or of one that is here.
fn stays(line: &str, is_here: impl Fn(&str, &str) -> bool) -> bool {
    if line.starts_with('#') {
        return true;
    }
    match (label(line, "plugin"), label(line, "version")) {
        (Some(plugin), Some(version)) => is_here(plugin, version),
        _ => true,
    }
}

/// The value of a label. Names and versions of plugins have no characters that would be written in another way.
fn label<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_of_versions_that_are_gone_are_left_out() {
        let is_here = |plugin: &str, version: &str| (plugin, version) == ("vote", "0.2.0");
        for (line, expected) in [
            (r#"hezi_plugin_calls_total{plugin="vote",version="0.2.0",export="act"} 1"#, true),
            (r#"hezi_plugin_calls_total{plugin="vote",version="0.1.0",export="act"} 1"#, false),
            (r#"hezi_plugin_call_seconds_bucket{plugin="quiz",version="0.2.0",le="0.1"} 1"#, false),
            ("# TYPE hezi_plugin_calls_total counter", true),
            ("hezi_sockets_open 3", true),
            (r#"hezi_http_requests_total{method="GET",route="/c",status="200"} 3"#, true),
        ] {
            assert_eq!(stays(line, is_here), expected, "{line}");
        }
    }
}
