//! How many connections fit among the files that the system lets this process open.
//!
//! Whoever runs out of files cannot write either: strangers who connect must not keep the store from a new file.
//!
//! # Invariants
//! * Connections, the store and everything else together stay below the system's limit.

use rlimit::Resource;

use super::StartError;
use crate::config::{Config, ConfigError};

/// Files beside connections and the store: the log, the listener, compilers with their pipes, WeCom, timers.
const OWN_FILES: u64 = 256;
/// Files of an embedded store beside those that `surrealdb.open_files` bounds: its logs, its lock, its list of files.
const STORE_FILES: u64 = 64;
/// With fewer connections than this a server is of no use to anybody.
const CONNECTIONS_MIN: u64 = 64;

/// How many connections there may be: what `limits.http.connections` says, or as many as fit.
///
/// # Errors
/// [`StartError::Config`] when next to none fit.
pub(super) fn connections(config: &Config) -> Result<usize, StartError> {
    let asked = config.limits.http.connections;
    // Up to what whoever started the process allows; more is not ours to take.
    let allowed = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(allowed) => allowed,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it is");
            Resource::NOFILE.get().map_or(u64::MAX, |(soft, _)| soft)
        }
    };
    let fitting = fit(asked, allowed, reserved(config))?;
    if fitting < asked {
        tracing::warn!(
            limits.http.connections = asked,
            files.allowed = allowed,
            "only {fitting} connections are taken at a time: the system allows too few open files. Raise its limit \
             (`ulimit -Hn`, `LimitNOFILE=` of systemd, `--ulimit nofile=` of Docker) or lower `limits.http.connections`"
        );
    }
    Ok(fitting)
}

/// Files that are not for connections.
fn reserved(config: &Config) -> u64 {
    let store = config.store_url();
    let elsewhere = ["mem://", "ws://", "wss://"].iter().any(|kind| store.starts_with(kind));
    OWN_FILES + if elsewhere { 0 } else { STORE_FILES + u64::from(config.surrealdb.open_files) }
}

fn fit(asked: usize, allowed: u64, reserved: u64) -> Result<usize, StartError> {
    let room = allowed.saturating_sub(reserved);
    let asked_for = u64::try_from(asked).unwrap_or(u64::MAX);
    if room < CONNECTIONS_MIN.min(asked_for) {
        let needed = reserved.saturating_add(CONNECTIONS_MIN);
        let reason = format!(
            "does not fit: the system allows {allowed} open files, of which {reserved} are kept for the store and the \
             server itself. Allow at least {needed} (`ulimit -Hn`, `LimitNOFILE=` of systemd, `--ulimit nofile=` of Docker)"
        );
        return Err(ConfigError::Refused { key: "limits.http.connections", reason }.into());
    }
    Ok(usize::try_from(room).unwrap_or(usize::MAX).min(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_beside_the_store_or_nothing_starts() {
        for (asked, allowed, reserved, fitting) in [
            (15_000, 1_048_576, 768, Some(15_000)),
            (15_000, 4_096, 768, Some(3_328)),
            (15_000, 832, 768, Some(64)),
            (15_000, 831, 768, None),
            (15_000, 256, 768, None),
            (10, 778, 768, Some(10)),
            (10, 777, 768, None),
            (15_000, u64::MAX, 768, Some(15_000)),
        ] {
            let fitted = fit(asked, allowed, reserved).map_err(|error| error.to_string());
            assert_eq!(fitted.as_ref().ok().copied(), fitting, "{asked} of {allowed}: {fitted:?}");
            assert!(fitted.err().is_none_or(|error| error.contains("limits.http.connections")));
        }
    }
}
