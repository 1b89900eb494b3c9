//! What did not load a moment ago: it rests, so that not each act of a member starts another compile.
//!
//! # Invariants
//! * At most [`RESTING_MAX`] components are remembered: beyond that the one that may be tried soonest is forgotten.

use std::collections::HashMap;

use crate::plugin::PluginError;

/// How long a component rests when the store or the compiler failed: that passes.
const PASSING_MS: u64 = 5_000;
/// How long one rests that was refused: its bytes do not change, only settings and versions of the server do.
const REFUSED_MS: u64 = 300_000;
/// Most components that are remembered.
const RESTING_MAX: usize = 64;

/// Components that are not tried again for a while.
#[derive(Default)]
pub(super) struct Resting {
    /// By hash, the time from which it may be tried again, on the clock that never goes back.
    until_ms: HashMap<String, u64>,
}

impl Resting {
    /// Whether the component may be tried now.
    ///
    /// # Errors
    /// [`PluginError::Thread`] while it rests.
    pub(super) fn check(&mut self, hash: &str, now_ms: u64) -> Result<(), PluginError> {
        match self.until_ms.get(hash) {
            Some(until_ms) if now_ms < *until_ms => {
                let rest_ms = until_ms - now_ms;
                Err(PluginError::Thread(format!("it failed a moment ago and is tried again in {rest_ms} ms")))
            }
            Some(_) => {
                self.until_ms.remove(hash);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Remembers that the component did not load.
    pub(super) fn rest(&mut self, hash: &str, error: &PluginError, now_ms: u64) {
        self.until_ms.retain(|_, until_ms| now_ms < *until_ms);
        let pause_ms = if matches!(error, PluginError::Refused { .. }) { REFUSED_MS } else { PASSING_MS };
        self.until_ms.insert(hash.to_owned(), now_ms.saturating_add(pause_ms));
        if self.until_ms.len() > RESTING_MAX
            && let Some(soonest) =
                self.until_ms.iter().min_by_key(|(_, until_ms)| **until_ms).map(|(hash, _)| hash.clone())
        {
            self.until_ms.remove(&soonest);
        }
    }

    /// Lets the component be tried at once: an administrator activated it.
    pub(super) fn forget(&mut self, hash: &str) {
        self.until_ms.remove(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_rests_as_long_as_fits_the_reason() {
        let mut resting = Resting::default();
        assert!(resting.check("a", 1_000).is_ok());
        resting.rest("a", &PluginError::Thread("no process".into()), 1_000);
        resting.rest("b", &PluginError::refused("component_too_costly", "too costly"), 1_000);

        assert!(matches!(resting.check("a", 5_999), Err(PluginError::Thread(why)) if why.contains("in 1 ms")));
        assert!(resting.check("a", 6_000).is_ok());
        assert!(resting.check("b", 300_999).is_err());
        assert!(resting.check("b", 301_000).is_ok());
        assert!(resting.until_ms.is_empty(), "what is over is forgotten");
    }

    #[test]
    fn an_activation_ends_the_rest() {
        let mut resting = Resting::default();
        resting.rest("a", &PluginError::refused("component_invalid", "broken"), 0);
        resting.forget("a");
        assert!(resting.check("a", 0).is_ok());
    }

    #[test]
    fn only_so_many_are_remembered_and_those_that_rest_longest() {
        let mut resting = Resting::default();
        resting.rest("long", &PluginError::refused("component_invalid", "broken"), 0);
        for n in 0..1_000 {
            resting.rest(&n.to_string(), &PluginError::Thread("no process".into()), 0);
        }
        assert_eq!(resting.until_ms.len(), RESTING_MAX);
        assert!(resting.check("long", 0).is_err());
    }
}
