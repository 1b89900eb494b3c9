//! What happened in a run, line by line: what a failing seed prints, and what tells two runs apart.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::dice::VirtualClock;

/// The lines of a run. Cheap to clone; clones write into the same.
#[derive(Clone)]
pub(super) struct Trace {
    clock: Arc<VirtualClock>,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Trace {
    pub(super) fn new(clock: Arc<VirtualClock>) -> Self {
        Self { clock, lines: Arc::default() }
    }

    /// Notes what somebody did or was told, with the time.
    pub(super) fn note(&self, who: &str, what: impl std::fmt::Display) {
        let mut line = format!("{:>7} {who:<8} ", self.clock.passed_ms());
        let _ = write!(line, "{what}");
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// All lines so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A short text that is the same for the same lines.
pub(super) fn digest(lines: &[String]) -> String {
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    hex::encode(&hash.finalize()[..8])
}
