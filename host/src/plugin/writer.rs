//! The one task that changes the plugins of this server: what is stored, what is active, what is in memory, what rests.
//!
//! Each change is a message. The writer looks at the catalog as it is then, tells the store, and publishes the changed
//! catalog; the next message comes after that, so nothing that was decided is overtaken. Nothing is compiled here: that can
//! take minutes, and a plugin must be switched off within moments.
//!
//! # Invariants
//! * What is active stands in the store before anybody sees it, and so does the line about it in the audit log.
//! * A change that was begun is brought to its end, whether or not somebody still waits for the answer.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::audit::{self, Act, Audit};
use super::catalog::Target;
use super::compiler::Compiler;
use super::component::Component;
use super::origin::Origin;
use super::published::Publisher;
use super::signature::Signed;
use super::{Loaded, PluginError, PluginStatus, PluginVersion};
use crate::clock::SharedClock;
use crate::store::{Store, StoredPlugin};

/// Changes that wait. Administrators and authors make few; more wait where they come from.
pub(super) const MAILBOX: usize = 64;

/// Where the answer to a change goes. Nobody may wait for it any more.
pub(super) type Responder<T> = oneshot::Sender<Result<T, PluginError>>;

/// A component that was handed over, compiled, with what it says of itself.
pub(super) struct Offer {
    pub(super) loaded: Arc<Loaded>,
    pub(super) component: Component,
    pub(super) signed: Signed,
    pub(super) origin: Origin,
}

/// A message to the writer.
pub(super) enum PluginChange {
    /// A call needed a version that was not in memory. The answer is the one that is kept.
    Keep { loaded: Arc<Loaded>, answer: Responder<Arc<Loaded>> },
    /// A call needed a component that does not load.
    Rest { hash: String, pause_ms: u64, answer: Responder<()> },
    /// A component was handed over.
    Store { offer: Offer, answer: Responder<PluginVersion> },
    /// A version is to become active. The answer is none when another change came before and it is not in memory.
    Activate { who: String, name: String, target: Target, answer: Responder<Option<PluginStatus>> },
    /// A plugin is to be switched off.
    Disable { who: String, name: String, answer: Responder<PluginStatus> },
    /// A version is to be removed.
    Remove { who: String, name: String, version: String, answer: Responder<()> },
    /// A version went out of service by itself; for the audit log.
    Quarantined { act: Act },
    /// Everything that came before is done, and nothing comes after.
    Finish { answer: Responder<()> },
}

/// The task's own state.
pub(super) struct PluginWriter {
    pub(super) catalog: Publisher,
    pub(super) store: Store,
    pub(super) audit: Audit,
    pub(super) clock: SharedClock,
    /// For the machine code of what is removed.
    pub(super) compiler: Arc<Compiler>,
}

impl PluginWriter {
    /// Makes one change after the other, until it is told to finish or nobody can send any more.
    pub(super) async fn run(mut self, mut mailbox: mpsc::Receiver<PluginChange>) {
        while let Some(change) = mailbox.recv().await {
            match change {
                PluginChange::Keep { loaded, answer } => reply(answer, Ok(self.keep(loaded))),
                PluginChange::Rest { hash, pause_ms, answer } => {
                    self.rest(hash, pause_ms);
                    reply(answer, Ok(()));
                }
                PluginChange::Store { offer, answer } => reply(answer, self.store(offer).await),
                PluginChange::Activate { who, name, target, answer } => {
                    reply(answer, self.activate(&who, &name, &target).await);
                }
                PluginChange::Disable { who, name, answer } => reply(answer, self.disable(&who, &name).await),
                PluginChange::Remove { who, name, version, answer } => {
                    reply(answer, self.remove(&who, &name, &version).await);
                }
                PluginChange::Quarantined { act } => self.audit.write("server", act).await,
                PluginChange::Finish { answer } => return reply(answer, Ok(())),
            }
        }
    }

    fn keep(&mut self, loaded: Arc<Loaded>) -> Arc<Loaded> {
        let hash = loaded.reference().hash.clone();
        self.catalog.publish(|catalog| catalog.keep(&hash, loaded))
    }

    fn rest(&mut self, hash: String, pause_ms: u64) {
        let now_ms = self.clock.monotonic_ms();
        self.catalog.publish(|catalog| catalog.rest(hash, pause_ms, now_ms));
    }

    async fn store(&mut self, offer: Offer) -> Result<PluginVersion, PluginError> {
        let from_a_file = matches!(offer.origin, Origin::Folder | Origin::Watch);
        let stored = self.store_version(offer).await?;
        if from_a_file {
            for hash in self.catalog.publish(|catalog| catalog.sweep()) {
                self.compiler.forget(&hash).await;
            }
        }
        Ok(self.catalog.now().describe(&stored))
    }

    async fn store_version(&mut self, offer: Offer) -> Result<StoredPlugin, PluginError> {
        let Offer { loaded, component, signed, origin } = offer;
        let reference = loaded.reference();
        let catalog = self.catalog.now();
        let Some(stored) = catalog.storing(reference, component.bytes().len() as u64, &origin, self.clock.now_ms())?
        else {
            return catalog.target(&reference.name, &Target::Version(reference.version.clone())).cloned();
        };
        let is_out = |kept: &Arc<Loaded>| kept.is_quarantined();
        let is_so = catalog.version(&stored.name, &stored.version) == Some(&stored)
            && !catalog.loaded(&stored.hash).is_some_and(is_out);
        drop(catalog);
        let StoredPlugin { name, version, hash, active, .. } = &stored;
        if !is_so {
            let line = self.audit.line(origin.who(), audit::stored(&stored, &signed));
            self.store.put_plugin(&stored, component.bytes().clone(), &line).await?;
        }
        if let Some(key) = signed.by() {
            tracing::info!(plugin.name = %name, plugin.version = %version, plugin.signed_with = key,
                "the plugin's signature is good");
        }
        self.catalog.publish(|catalog| {
            let kept = catalog.keep(hash, loaded);
            if *active {
                kept.quarantine().lift();
            }
            catalog.put(stored.clone());
        });
        tracing::info!(plugin.name = %name, plugin.version = %version, plugin.active = active, "plugin stored");
        Ok(stored)
    }

    async fn activate(&mut self, who: &str, name: &str, target: &Target) -> Result<Option<PluginStatus>, PluginError> {
        let catalog = self.catalog.now();
        let version = catalog.target(name, target)?;
        let Some(loaded) = catalog.loaded(&version.hash).cloned() else { return Ok(None) };
        let is_so = version.active && !loaded.is_quarantined();
        let stored = catalog.activation(version, self.clock.now_ms());
        drop(catalog);
        // One that is active already stays so; activities that could not move to it are asked once more.
        if !is_so {
            let line = self.audit.line(who, audit::activated(name, &stored.version, target));
            self.store.activate_plugin(&stored, &line).await?;
        }
        loaded.quarantine().lift();
        self.catalog.publish(|catalog| catalog.put(stored));
        self.catalog.now().status(name).map(Some)
    }

    async fn disable(&mut self, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        // One that is off already stays so, and there is nothing to write into the audit log.
        if self.catalog.now().is_on(name)? {
            self.store.disable_plugin(name, &self.audit.line(who, audit::disabled(name))).await?;
            self.catalog.publish(|catalog| catalog.switch_off(name));
        }
        self.catalog.now().status(name)
    }

    async fn remove(&mut self, who: &str, name: &str, version: &str) -> Result<(), PluginError> {
        let stored = self.catalog.now().removal(name, version)?.clone();
        if self.store.is_component_in_use(&stored.hash).await? {
            return Err(PluginError::InUse { name: name.to_owned(), version: version.to_owned() });
        }
        self.store.remove_plugin(&stored, &self.audit.line(who, audit::removed(name, version))).await?;
        self.catalog.publish(|catalog| catalog.remove(&stored));
        self.compiler.forget(&stored.hash).await;
        Ok(())
    }
}

fn reply<T>(answer: Responder<T>, answered: Result<T, PluginError>) {
    // Whoever asked may have gone away.
    drop(answer.send(answered));
}
