//! Which version of its plugin an activity runs on, and how it moves to another. When it is out of service `quarantine` says.
//!
//! # Invariants
//! * An activity moves between two calls, never within one; when the layout of the state differs it moves only if `migrate`
//!   succeeds, and the move and what `migrate` wrote are one outcome.
//! * No activity moves to a version in quarantine: those that run on another one go on with it.

use std::sync::Arc;

use hezi_plugin::Failure;
use tokio::sync::watch;

use super::environment::Environment;
use super::error::ActivityError;
use super::instances::KeptInstance;
use crate::domain::activity::{Activity, Phase};
use crate::domain::id::ActivityId;
use crate::plugin::{Activation, Loaded, Plugins, Share};

/// A version at work.
pub(super) struct Current {
    pub(super) loaded: Arc<Loaded>,
    pub(super) instance: Arc<KeptInstance>,
    /// What the activity adds to the version's figures.
    share: Share,
}

impl Current {
    pub(super) fn new(loaded: Arc<Loaded>, environment: &Environment) -> Self {
        let instance = environment.instances.keep(loaded.plugin(), &environment.owner);
        let share = Share::new(Arc::clone(&loaded));
        Self { loaded, instance, share }
    }

    /// It, to be called.
    pub(super) fn callee(&self) -> Callee {
        Callee { loaded: Arc::clone(&self.loaded), instance: Arc::clone(&self.instance) }
    }

    /// Tells the version how large the activity's state is.
    pub(super) fn weigh(&mut self, state_bytes: usize) {
        self.share.weigh(state_bytes);
    }
}

/// A version that may be called, and where.
pub(super) struct Callee {
    pub(super) loaded: Arc<Loaded>,
    pub(super) instance: Arc<KeptInstance>,
}

/// The versions of an activity.
pub(super) struct Versions {
    current: Option<Current>,
    /// Whether something about plugins has changed since the version at work was found.
    changes: watch::Receiver<()>,
    /// Whether the activity has moved to a version that no outcome has carried yet.
    has_moved: bool,
    /// A version waiting to take over after `migrate`.
    candidate: Option<Arc<Loaded>>,
    /// The component whose `migrate` failed: it is not tried again until an administrator activates it anew.
    failed: Option<Activation>,
    /// Whether the version that the state stands on is there and could not be loaded.
    is_unloaded: bool,
}

impl Versions {
    /// None found yet, of what there is on a server.
    pub(super) fn new(plugins: &Plugins) -> Self {
        Self {
            current: None,
            changes: plugins.changes(),
            has_moved: false,
            candidate: None,
            failed: None,
            is_unloaded: false,
        }
    }

    /// The version at work.
    pub(super) fn current(&self) -> Option<&Current> {
        self.current.as_ref()
    }

    /// The version at work.
    pub(super) fn current_mut(&mut self) -> Option<&mut Current> {
        self.current.as_mut()
    }

    /// Whether another version is to take over from the one at work.
    pub(super) fn is_to_move(&self, doc: &Activity, environment: &Environment) -> bool {
        self.current.is_some() && !doc.trial && self.successor(doc, environment).is_some()
    }

    /// The active version, if it is another one than that at work and may take over.
    fn successor(&self, doc: &Activity, environment: &Environment) -> Option<Arc<Loaded>> {
        let active = environment.plugins.active(&doc.plugin.name).filter(|active| !active.is_quarantined())?;
        let at_work = self.current.as_ref().map(|current| &current.loaded.reference().hash);
        let is_other = at_work != Some(&active.reference().hash);
        (is_other && self.failed.as_ref() != Some(&active.activation())).then_some(active)
    }

    /// Whether the activity has moved to a version that no outcome has carried yet.
    pub(super) fn has_moved(&self) -> bool {
        self.has_moved
    }

    /// Whether the activity moved to another version since this was asked last.
    pub(super) fn take_move(&mut self) -> bool {
        std::mem::take(&mut self.has_moved)
    }

    /// Finds the version of the plugin to run on: the active one, else the one that the state stands on. What is closed
    /// stays on the version that it was closed on, as long as that is there and not in quarantine. What tries a version
    /// stays on that one. As long as nothing about plugins changes, that is the version that was found before.
    pub(super) async fn follow(&mut self, doc: &mut Arc<Activity>, environment: &Environment) -> Followed {
        let is_at_work = self.current.as_ref().is_some_and(|current| !current.loaded.is_quarantined());
        if is_at_work && self.changes.has_changed().is_ok_and(|has_changed| !has_changed) {
            return Followed::Stayed;
        }
        // Before anything is looked at: what changes meanwhile is found the next time.
        self.changes.mark_unchanged();
        if doc.trial {
            return self.keep(doc, environment).await;
        }
        if doc.phase.is_over() {
            let followed = self.keep(doc, environment).await;
            if self.current.as_ref().is_some_and(|current| !current.loaded.is_quarantined()) {
                return followed;
            }
        }
        if let Some(active) = self.successor(doc, environment).and_then(|active| self.fit(active, doc, environment)) {
            let same_layout = active.reference().state_version == doc.plugin.state_version;
            if same_layout || doc.phase == Phase::Draft {
                self.move_to(Current::new(active, environment), doc);
                return Followed::Moved;
            }
            self.candidate = Some(active);
        }
        self.keep(doc, environment).await
    }

    /// The version, if it may take over: one that has to know who acts does not take over an anonymous activity.
    fn fit(&mut self, active: Arc<Loaded>, doc: &Activity, environment: &Environment) -> Option<Arc<Loaded>> {
        if !doc.anonymous || active.plugin().description().allows_anonymous {
            return Some(active);
        }
        let why = "the activity is anonymous, and this version has to know who acts";
        environment.plugins.note_failed_move(&active, &doc.id, why);
        self.failed = Some(active.activation());
        None
    }

    /// Loads the version that the state stands on, if none is loaded.
    async fn keep(&mut self, doc: &Activity, environment: &Environment) -> Followed {
        if self.current.is_some() {
            return Followed::Stayed;
        }
        match environment.plugins.version(&doc.plugin).await {
            Ok(loaded) => {
                self.current = loaded.map(|loaded| Current::new(loaded, environment));
                self.is_unloaded = false;
            }
            Err(error) => {
                // Each act asks again: one line is enough.
                if !std::mem::replace(&mut self.is_unloaded, true) {
                    tracing::warn!(activity.id = %doc.id, error = ?error.to_string(), "its plugin cannot be loaded");
                }
            }
        }
        Followed::Stayed
    }

    /// The activity runs on this version from now on.
    pub(super) fn move_to(&mut self, current: Current, doc: &mut Arc<Activity>) {
        let reference = current.loaded.reference();
        if *reference != doc.plugin {
            Arc::make_mut(doc).move_to(reference.clone());
            self.has_moved = true;
        }
        self.is_unloaded = false;
        self.current = Some(current);
    }

    /// A version that waits to take over, unless it has come into quarantine since it was found.
    pub(super) fn take_candidate(&mut self) -> Option<Candidate> {
        let loaded = self.candidate.take().filter(|candidate| !candidate.is_quarantined())?;
        // Before the call: an activation that comes while it runs is one that was not tried.
        let attempt = loaded.activation();
        Some(Candidate { loaded, attempt })
    }

    /// The version did not get to take over: `migrate` failed.
    pub(super) fn note_failed_move(
        &mut self,
        candidate: Candidate,
        failure: &Failure,
        of: &ActivityId,
        environment: &Environment,
    ) {
        let (reference, why) = (candidate.loaded.reference(), reason(failure));
        tracing::warn!(activity.id = %of, plugin.name = %reference.name, plugin.version = %reference.version,
            error = ?why, "the activity stays on its version: migrate failed");
        environment.plugins.note_failed_move(&candidate.loaded, of, &why);
        if matches!(failure, Failure::Fault(fault) if !fault.is_plugins_fault()) {
            // That is transient: the next batch looks again.
            self.changes.mark_changed();
        } else {
            self.failed = Some(candidate.attempt);
        }
    }

    /// The version at work, which may be out of service.
    ///
    /// # Errors
    /// [`ActivityError::NoPlugin`] when there is none, [`ActivityError::NotLoaded`] when it could not be loaded.
    pub(super) fn at_work(&self, doc: &Activity) -> Result<&Current, ActivityError> {
        let plugin = || doc.plugin.name.clone();
        self.current.as_ref().ok_or_else(|| match self.is_unloaded {
            true => ActivityError::NotLoaded { plugin: plugin() },
            false => ActivityError::NoPlugin { plugin: plugin() },
        })
    }
}

/// Whether looking for the version to run on has changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Followed {
    /// It is the one of before.
    Stayed,
    /// It is another one.
    Moved,
}

/// A version that is about to take over.
pub(super) struct Candidate {
    pub(super) loaded: Arc<Loaded>,
    attempt: Activation,
}

/// Why a migration failed, for the administrator: a fault with its stable name in front.
fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Fault(fault) => format!("{}: {fault}", fault.code()),
        Failure::Refused(refusal) => refusal.to_string(),
    }
}
