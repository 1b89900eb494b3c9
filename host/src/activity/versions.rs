//! Which version of its plugin an activity runs on, and how it moves to another.
//!
//! # Invariants
//! * An activity moves between two calls, never within one; when the layout of the state differs it moves only if `migrate`
//!   succeeds, and the move and what `migrate` wrote are one outcome.
//! * No activity moves to a version in quarantine: those that run on another one go on with it.

use std::sync::Arc;

use hezi_plugin::{Call, Failure};

use super::machine::{Inputs, Machine};
use super::seats::Seat;
use super::{Done, Product, Surroundings};
use crate::domain::activity::Phase;
use crate::plugin::{Loaded, Share};

/// A version at work.
pub(super) struct Running {
    pub(super) loaded: Arc<Loaded>,
    pub(super) seat: Arc<Seat>,
    /// What the activity adds to the version's figures.
    pub(super) share: Share,
}

impl Running {
    fn new(loaded: Arc<Loaded>, around: &Surroundings) -> Self {
        let seat = around.seats.seat(loaded.plugin(), &around.owner);
        let share = Share::new(Arc::clone(&loaded));
        Self { loaded, seat, share }
    }
}

impl Machine {
    /// Finds the version of the plugin to run on: the active one, else the one that the state stands on. What is closed
    /// stays on the version that it was closed on, as long as that is there and not in quarantine. What tries a version
    /// stays on that one.
    pub(super) async fn follow_plugin(&mut self) {
        if self.activity.trial {
            return self.keep_version().await;
        }
        if self.activity.phase == Phase::Closed {
            self.keep_version().await;
            if self.running.as_ref().is_some_and(|running| !running.loaded.is_quarantined()) {
                return;
            }
        }
        let active = self.around.plugins.active(&self.activity.plugin.name).filter(|active| !active.is_quarantined());
        let current = self.running.as_ref().map(|running| running.loaded.reference().hash.clone());
        if let Some(active) = active
            && self.rejected.as_ref() != Some(&attempt(&active))
        {
            let hash = &active.reference().hash;
            if current.as_ref() == Some(hash) {
                return;
            }
            let same_layout = active.reference().state_version == self.activity.plugin.state_version;
            if same_layout || self.activity.phase == Phase::Draft {
                self.move_to(active);
                return;
            }
            self.candidate = Some(active);
        }
        self.keep_version().await;
    }

    /// Loads the version that the state stands on, if none is loaded.
    async fn keep_version(&mut self) {
        if self.running.is_some() {
            return;
        }
        match self.around.plugins.version(&self.activity.plugin).await {
            Ok(loaded) => {
                self.running = loaded.map(|loaded| Running::new(loaded, &self.around));
                self.is_unloaded = false;
            }
            Err(error) => {
                // Each act asks again: one line is enough.
                if !std::mem::replace(&mut self.is_unloaded, true) {
                    tracing::warn!(activity.id = %self.activity.id, error = ?error.to_string(),
                        "its plugin cannot be loaded");
                }
            }
        }
    }

    fn move_to(&mut self, loaded: Arc<Loaded>) {
        if loaded.reference() != &self.activity.plugin {
            self.activity.plugin = loaded.reference().clone();
            self.moved = Some(self.activity.plugin.clone());
        }
        self.retries.clear();
        self.is_unloaded = false;
        self.running = Some(Running::new(loaded, &self.around));
    }

    /// Lets a waiting version take over, if the state can be brought to its layout.
    pub(super) fn settle(&mut self) -> Vec<Done> {
        // It may have come into quarantine since it was found.
        let candidate = self.candidate.take().filter(|candidate| !candidate.is_quarantined());
        let Some(candidate) = candidate else { return Vec::new() };
        // Before the call: an activation that comes while it runs is one that was not tried.
        let attempt = attempt(&candidate);
        let from = self.activity.plugin.state_version;
        let next = Running::new(Arc::clone(&candidate), &self.around);
        let (context, as_of) = self.context();
        let inputs = Inputs::of(&context, as_of, &candidate);
        let report = next.seat.take().call(&mut self.space, context, Call::Migrate { from });
        // A failure does not count toward quarantine: the activity stays where it is, and nobody notices.
        self.around.plugins.count(&candidate, "migrate", &self.place(), &report);
        match report.result {
            Ok(outcome) => {
                self.move_to(candidate);
                let mut changed = inputs.changed("migrate", from.to_string(), outcome.effects);
                changed.plugin = self.moved.take();
                vec![self.done(None, Ok(Product::Changed(Box::new(changed))), false)]
            }
            Err(failure) => {
                let (reference, why) = (candidate.reference(), reason(&failure));
                tracing::warn!(activity.id = %self.activity.id, plugin.name = %reference.name,
                    plugin.version = %reference.version, error = ?why, "the activity stays on its version: migrate failed");
                self.around.plugins.note_rejected(&candidate, &self.activity.id, &why);
                if !matches!(&failure, Failure::Fault(fault) if !fault.is_plugins_fault()) {
                    self.rejected = Some(attempt);
                }
                Vec::new()
            }
        }
    }
}

/// Why a migration failed, for the administrator: a fault with its stable name in front.
fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Fault(fault) => format!("{}: {fault}", fault.code()),
        Failure::Refused(refusal) => refusal.to_string(),
    }
}

/// A component, and which of its activations this is: what failed under one may be tried again under the next.
pub(super) type Attempt = (String, u64);

/// What is remembered of a version that failed.
pub(super) fn attempt(loaded: &Loaded) -> Attempt {
    (loaded.reference().hash.clone(), loaded.activations())
}
