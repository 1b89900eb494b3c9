//! Whether an activity is out of service: because it keeps failing itself, or because its version does.
//!
//! What counts as failing, and how often is too often, is said in `plugin`'s file of the same name; here is what comes of
//! it for one activity, which goes on as soon as its version is activated again or another one takes over.
//!
//! # Invariants
//! * That an activity is out of service is told once for each activation of the component that it is out of service on.

use hezi_plugin::{Export, Fault};

use super::error::ActivityError;
use crate::plugin::{Activation, CallSite, Loaded, Plugins, Verdict};

/// What puts one activity out of service.
#[derive(Default)]
pub(super) struct ActivityQuarantine {
    /// The component on which it keeps failing: its calls are not tried any more.
    faulted: Option<Activation>,
    /// The component on which it was found out of service last.
    noticed: Option<Activation>,
    /// The same, if nobody was told yet.
    news: Option<Activation>,
}

impl ActivityQuarantine {
    /// Whether this version may be called for the activity.
    ///
    /// # Errors
    /// [`ActivityError::Quarantined`] where the version is out of service, [`ActivityError::Faulted`] where the activity is
    /// on it.
    pub(super) fn check(&mut self, loaded: &Loaded) -> Result<(), ActivityError> {
        // Asked before each call: an activation is made only where there is one to compare it with.
        let is_faulted = self.faulted.as_ref().is_some_and(|faulted| *faulted == loaded.activation());
        let plugin = || loaded.reference().name.clone();
        let refused = match (loaded.is_quarantined(), is_faulted) {
            (false, false) => return Ok(()),
            (true, _) => ActivityError::Quarantined { plugin: plugin() },
            (false, true) => ActivityError::Faulted { plugin: plugin() },
        };
        self.notice(loaded.activation());
        Err(refused)
    }

    /// Learns from a call's fault whether the activity is out of service.
    pub(super) fn note_fault(
        &mut self,
        loaded: &Loaded,
        export: Export,
        site: &CallSite,
        fault: &Fault,
        plugins: &Plugins,
    ) {
        let verdict = plugins.note_fault(loaded, export, site, fault);
        if verdict == Verdict::SiteOut {
            self.faulted = Some(loaded.activation());
        }
        if verdict != Verdict::Goes {
            self.notice(loaded.activation());
        }
    }

    /// The component on which it was found out of service, if that was not asked for since.
    pub(super) fn take_news(&mut self) -> Option<Activation> {
        self.news.take()
    }

    fn notice(&mut self, attempt: Activation) {
        if self.noticed.as_ref() != Some(&attempt) {
            self.news = Some(attempt.clone());
            self.noticed = Some(attempt);
        }
    }
}
