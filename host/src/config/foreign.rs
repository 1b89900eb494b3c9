//! Environment variables that begin like settings and are somebody else's.
//!
//! Kubernetes tells every process where the services of its namespace are. Beside a service that is called `hezi`, or
//! `hezi-something`, those variables begin with `HEZI_`.
//!
//! # Invariants
//! * Only names that Kubernetes makes are left alone, with values that it gives: `HEZI_PORT=8080` is a mistake of
//!   somebody's and stays one.

use std::ffi::OsString;

/// Variables that steer this program or its tests, and are no settings.
const NOT_SETTINGS: &[&str] =
    &["config", "bin", "plugins_dir", "guests_dir", "examples_dir", "disk_shim", "bench_entries"];

/// Protocols that a service's port may have.
const PROTOCOLS: &[&str] = &["tcp", "udp", "sctp"];

/// Whether a variable of the environment that begins with `HEZI_` is none of ours. `key` is the rest of its name.
pub(super) fn is_foreign_now(key: &str) -> bool {
    let name = key.to_lowercase();
    let of_this_name = |(full, _): &(OsString, OsString)| {
        let full = full.to_string_lossy().to_lowercase();
        full.strip_prefix("hezi_") == Some(name.as_str())
    };
    let value = std::env::vars_os().find(of_this_name).map(|(_, value)| value.to_string_lossy().into_owned());
    is_foreign(&name, &value.unwrap_or_default())
}

/// Whether a variable is none of ours. `name` is what follows `HEZI_`, in lower case.
fn is_foreign(name: &str, value: &str) -> bool {
    NOT_SETTINGS.contains(&name) || is_of_kubernetes(name, value)
}

fn is_of_kubernetes(name: &str, value: &str) -> bool {
    // A service `hezi-x` puts its own name in front: `HEZI_X_PORT`.
    let is_named = |word: &str| name == word || name.ends_with(&format!("_{word}"));
    let after =
        |mark: &str| name.strip_prefix(mark).or_else(|| name.split_once(&format!("_{mark}")).map(|(_, rest)| rest));
    if let Some(rest) = after("service_port") {
        return (rest.is_empty() || rest.starts_with('_')) && value.parse::<u16>().is_ok();
    }
    is_named("service_host") || after("port_").is_some_and(is_port) || (is_named("port") && is_address(value))
}

/// `4000_tcp`, `4000_tcp_addr` and the like.
fn is_port(text: &str) -> bool {
    let mut parts = text.split('_');
    let number = parts.next().is_some_and(|part| part.parse::<u16>().is_ok());
    let protocol = parts.next().is_some_and(|part| PROTOCOLS.contains(&part));
    let what = parts.next().is_none_or(|part| ["proto", "port", "addr"].contains(&part));
    number && protocol && what && parts.next().is_none()
}

/// `tcp://10.0.0.1:4000`.
fn is_address(value: &str) -> bool {
    value.split_once("://").is_some_and(|(protocol, _)| PROTOCOLS.contains(&protocol))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubernetes_tells_is_left_alone_and_what_people_mistype_is_not() {
        for (name, value, foreign) in [
            ("port", "tcp://10.0.0.1:4000", true),
            ("port_4000_tcp", "tcp://10.0.0.1:4000", true),
            ("port_4000_tcp_proto", "tcp", true),
            ("port_4000_tcp_port", "4000", true),
            ("port_4000_tcp_addr", "10.0.0.1", true),
            ("service_host", "10.0.0.1", true),
            ("service_port", "4000", true),
            ("service_port_http", "4000", true),
            ("metrics_port", "udp://10.0.0.1:9000", true),
            ("metrics_service_host", "10.0.0.1", true),
            ("metrics_service_port_web", "9000", true),
            ("metrics_port_9000_udp_addr", "10.0.0.1", true),
            ("config", "x", true),
            ("port", "4000", false),
            ("port", "", false),
            ("port_4000", "4000", false),
            ("port_4000_tcp_name", "x", false),
            ("port_x_tcp", "x", false),
            ("service", "x", false),
            ("service_port", "http", false),
            ("service_ports", "4000", false),
            ("listen", "tcp://10.0.0.1:4000", false),
            ("conference__colour", "red", false),
        ] {
            assert_eq!(is_foreign(name, value), foreign, "{name}={value}");
        }
    }
}
