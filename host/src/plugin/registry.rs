//! The plugins of this server, for everybody who needs them: a handle that reads and asks for changes.
//!
//! Reads go to the published catalog. A change is prepared here, where several can be at the same time, and made by the
//! writer: checking signatures and compiling take long, and must keep nobody from switching a plugin off.
//!
//! # Invariants
//! * A component is compiled before the writer is asked; what is decided is decided by the writer.
//! * What was begun is brought to its end, also when whoever asked for it goes away meanwhile.

use std::sync::Arc;

use bytes::Bytes;
use hezi_plugin::{CodeCache, Engine, Export, Fault};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::audit::{self, Audit};
use super::catalog::Target;
use super::compiler::Compiler;
use super::component::Component;
use super::origin::{Downgrade, Origin};
use super::published::{Published, Publisher};
use super::quarantine::{Activation, CallSite, Resting, Verdict};
use super::signature::{GivenSignature, TrustedKeys};
use super::stored::{load_stored, read_catalog};
use super::writer::{MAILBOX, Offer, PluginChange, PluginWriter, Responder};
use super::{Loaded, PluginError, PluginStatus, PluginSummary, PluginVersion};
use crate::access::AdminProof;
use crate::clock::{SharedClock, SharedRng};
use crate::config::{CompileLimits, QuarantineLimits};
use crate::domain::activity::PluginRef;
use crate::domain::id::ActivityId;
use crate::domain::language::Languages;
use crate::store::{AuditId, AuditLine, AuditQuery, Store};

/// What the plugins of a server depend on.
pub struct Dependencies {
    /// Runs all plugins.
    pub engine: Engine,
    /// Compiled code on disk.
    pub cache: Option<CodeCache>,
    /// Has the versions and their components.
    pub store: Store,
    /// Dates what is stored, and says when a component that failed may be tried again.
    pub clock: SharedClock,
    /// Draws the keys that machine code is signed with on its way from the process that compiles.
    pub rng: SharedRng,
    /// Bounds of a compile.
    pub compile: CompileLimits,
    /// How often plugins may fail.
    pub quarantine: QuarantineLimits,
    /// Whose components are taken.
    pub trusted_keys: TrustedKeys,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

/// The plugins of this server. Cheap to clone.
#[derive(Clone)]
pub struct Plugins(Arc<Registry>);

struct Registry {
    published: Published,
    mailbox: mpsc::Sender<PluginChange>,
    store: Store,
    compiler: Arc<Compiler>,
    audit: Audit,
    clock: SharedClock,
    quarantine: QuarantineLimits,
    trusted_keys: Arc<TrustedKeys>,
    /// Changes that are being prepared.
    preparing: TaskTracker,
    /// The writer, which ends last.
    writing: TaskTracker,
}

impl Plugins {
    /// Loads the active versions that the store has, and starts the writer, a task of the runtime that this is called on.
    ///
    /// # Errors
    /// [`PluginError`] when the store fails. A version that does not load is reported and left out.
    pub async fn start(needed: Dependencies) -> Result<Self, PluginError> {
        let Dependencies { engine, cache, store, clock, rng, compile, quarantine, trusted_keys, stop } = needed;
        let compiler = Arc::new(Compiler::new(engine, cache, compile, rng, stop));
        let audit = Audit::new(store.clone(), Arc::clone(&clock));
        let catalog = Publisher::new(read_catalog(&store, &compiler).await?);
        let (published, (mailbox, changes)) = (catalog.published(), mpsc::channel(MAILBOX));
        let (trusted_keys, preparing, writing) = (Arc::new(trusted_keys), TaskTracker::new(), TaskTracker::new());
        let writer = PluginWriter {
            catalog,
            store: store.clone(),
            audit: audit.clone(),
            clock: Arc::clone(&clock),
            compiler: Arc::clone(&compiler),
        };
        writing.spawn(writer.run(changes));
        let registry = Registry {
            published,
            mailbox,
            store,
            compiler,
            audit,
            clock,
            quarantine,
            trusted_keys,
            preparing,
            writing,
        };
        Ok(Self(Arc::new(registry)))
    }

    /// The active version of a plugin; none when there is none or it is switched off.
    pub fn active(&self, name: &str) -> Option<Arc<Loaded>> {
        self.0.published.now().active(name).cloned()
    }

    /// Wakes whoever waits whenever something about plugins changes from now on.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.0.published.changes()
    }

    /// The version that an activity stands on, loaded if need be; none when it was removed.
    ///
    /// # Errors
    /// [`PluginError`] when the store fails or the component does not load. What failed is not tried again for a while:
    /// each act of a member asks for it.
    pub async fn version(&self, reference: &PluginRef) -> Result<Option<Arc<Loaded>>, PluginError> {
        self.by_hash(&reference.hash).await
    }

    /// The version with this number, active or not; none when there is none.
    ///
    /// # Errors
    /// [`PluginError`] when the store fails or the component does not load.
    pub async fn numbered(&self, name: &str, version: &str) -> Result<Option<Arc<Loaded>>, PluginError> {
        let hash = self.0.published.now().version(name, version).map(|stored| stored.hash.clone());
        match hash {
            Some(hash) => self.by_hash(&hash).await,
            None => Ok(None),
        }
    }

    async fn by_hash(&self, hash: &str) -> Result<Option<Arc<Loaded>>, PluginError> {
        if let Some(loaded) = self.0.published.now().loaded(hash) {
            return Ok(Some(Arc::clone(loaded)));
        }
        self.0.published.now().resting().check(hash, self.0.clock.monotonic_ms())?;
        let loaded = self.load(hash).await;
        if let Err(error) = &loaded {
            let (hash, pause_ms) = (hash.to_owned(), Resting::pause_ms(error));
            self.ask(|answer| PluginChange::Rest { hash, pause_ms, answer }).await?;
        }
        loaded
    }

    /// The version with this hash, from memory or else from the store; none when the store does not have it.
    async fn load(&self, hash: &str) -> Result<Option<Arc<Loaded>>, PluginError> {
        if let Some(loaded) = self.0.published.now().loaded(hash) {
            return Ok(Some(Arc::clone(loaded)));
        }
        match load_stored(&self.0.store, &self.0.compiler, hash).await? {
            Some(loaded) => self.ask(|answer| PluginChange::Keep { loaded, answer }).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether there is such a version, active or not.
    pub fn has(&self, name: &str, version: &str) -> bool {
        self.0.published.now().version(name, version).is_some()
    }

    /// The active plugins, in order of their names, as far as they can in one of these languages.
    pub fn list(&self, languages: &Languages) -> Vec<PluginSummary> {
        self.0.published.now().summaries(languages)
    }

    /// All plugins with all their versions.
    pub fn admin_list(&self, _proof: AdminProof) -> Vec<PluginStatus> {
        self.0.published.now().statuses()
    }

    /// A plugin with all its versions, counters and log lines.
    ///
    /// # Errors
    /// [`PluginError::Unknown`] when there is no such plugin.
    pub fn admin_show(&self, _proof: AdminProof, name: &str) -> Result<PluginStatus, PluginError> {
        self.0.published.now().status_with_logs(name)
    }

    /// What administrators did, newest first: a page of the lines that fit. Gives also the line to ask on from, as long as the
    /// log goes on.
    ///
    /// # Errors
    /// [`PluginError`] when the store fails.
    pub async fn audit_log(
        &self,
        _proof: AdminProof,
        asked: &AuditQuery,
    ) -> Result<(Vec<AuditLine>, Option<AuditId>), PluginError> {
        Ok(self.0.store.audit_log(asked).await?)
    }

    /// Stores a component that an administrator hands over, and activates it unless told not to. `signature` is the
    /// base64 of a `.minisig` file, which only a server with trusted keys looks at.
    ///
    /// # Errors
    /// [`PluginError`] that says what is wrong with it.
    pub async fn upload(
        &self,
        _proof: AdminProof,
        who: &str,
        bytes: impl Into<Bytes>,
        signature: Option<String>,
        activate: bool,
        downgrade: Downgrade,
    ) -> Result<PluginVersion, PluginError> {
        let (this, who, component) = (self.clone(), who.to_owned(), Component::new(bytes.into()));
        self.to_its_end(async move {
            let origin = Origin::Admin { who: who.clone(), activate, downgrade };
            let stored = this.hand_over(component.clone(), GivenSignature::Header(signature), origin).await;
            if let Err(error) = &stored {
                this.0.audit.write(&who, audit::refused(&component, error)).await;
            }
            stored
        })
        .await
    }

    /// Writes down that an administrator sent a component that was not read to its end.
    pub async fn note_unread(&self, _proof: AdminProof, who: &str, why: &str) {
        let (audit, who, act) = (self.0.audit.clone(), who.to_owned(), audit::unread(why));
        // Whoever sent too much may be gone already; the line is written nevertheless.
        let noted = self.0.preparing.spawn(async move { audit.write(&who, act).await });
        if let Err(error) = noted.await {
            tracing::error!(%error, "a line of the audit log was lost");
        }
    }

    /// Where activities say on which component they stand.
    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Stores a component of a folder, with the signature file beside it, as the origin decides.
    pub(super) async fn take(
        &self,
        component: Component,
        signature: Option<Vec<u8>>,
        origin: Origin,
    ) -> Result<(), PluginError> {
        let (this, signature) = (self.clone(), GivenSignature::File(signature));
        self.to_its_end(async move { this.hand_over(component, signature, origin).await.map(drop) }).await
    }

    /// The way of every component into the server: its signature, the compiler, the writer.
    async fn hand_over(
        &self,
        component: Component,
        signature: GivenSignature,
        origin: Origin,
    ) -> Result<PluginVersion, PluginError> {
        let signed = self.0.trusted_keys.judge(&component, signature).await?;
        let loaded = self.0.compiler.load(&component).await?;
        let offer = Offer { loaded, component, signed, origin };
        self.ask(|answer| PluginChange::Store { offer, answer }).await
    }

    /// Makes another version the active one.
    ///
    /// # Errors
    /// [`PluginError`] when there is no such version, it does not load, or the store fails.
    pub async fn activate(
        &self,
        _proof: AdminProof,
        who: &str,
        name: &str,
        version: &str,
    ) -> Result<PluginStatus, PluginError> {
        self.make_active(who, name, Target::Version(version.to_owned())).await
    }

    /// Makes the version active that was active most recently, apart from the one that is: the one before, or, when the
    /// plugin is switched off, the last one. Doing it twice leads back to the beginning.
    ///
    /// # Errors
    /// [`PluginError::NothingEarlier`] when no other version was ever active; otherwise as for activating.
    pub async fn roll_back(&self, _proof: AdminProof, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        self.make_active(who, name, Target::Earlier).await
    }

    async fn make_active(&self, who: &str, name: &str, target: Target) -> Result<PluginStatus, PluginError> {
        let (this, who, name) = (self.clone(), who.to_owned(), name.to_owned());
        self.to_its_end(async move {
            loop {
                let hash = this.0.published.now().target(&name, &target)?.hash.clone();
                if this.load(&hash).await?.is_none() {
                    return Err(PluginError::Unknown(name));
                }
                let (who, name, target) = (who.clone(), name.clone(), target.clone());
                // None: another change came between, and the target is another version now.
                if let Some(status) = this.ask(|answer| PluginChange::Activate { who, name, target, answer }).await? {
                    return Ok(status);
                }
            }
        })
        .await
    }

    /// Switches a plugin off: no version is active.
    ///
    /// # Errors
    /// [`PluginError`] when there is no such plugin or the store fails.
    pub async fn disable(&self, _proof: AdminProof, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        let (who, name) = (who.to_owned(), name.to_owned());
        self.ask(|answer| PluginChange::Disable { who, name, answer }).await
    }

    /// Removes a version that nobody uses.
    ///
    /// # Errors
    /// [`PluginError::InUse`] when it is active or an activity stands on it.
    pub async fn remove(&self, _proof: AdminProof, who: &str, name: &str, version: &str) -> Result<(), PluginError> {
        let (who, name, version) = (who.to_owned(), name.to_owned(), version.to_owned());
        self.ask(|answer| PluginChange::Remove { who, name, version, answer }).await
    }

    /// Notes a call's fault, and says what it brings about.
    pub fn note_fault(&self, loaded: &Loaded, export: Export, site: &CallSite, fault: &Fault) -> Verdict {
        let verdict = loaded.note_fault(export, site, fault, self.0.clock.now_ms(), &self.0.quarantine);
        let version = loaded.reference();
        metrics::counter!("hezi_plugin_faults_total", "plugin" => version.name.clone(),
            "version" => version.version.clone(), "code" => fault.code())
        .increment(1);
        // As `Debug`, because the words may be the component's: a line break must not begin a line of the log.
        tracing::warn!(plugin.name = %version.name, plugin.version = %version.version, plugin.export = export.name(),
            conference.id = %site.conference, activity.id = ?site.activity.as_ref().map(ActivityId::as_str),
            fault.code = fault.code(), error = ?fault.to_string(), "a plugin call failed");
        verdict.log(version, site);
        if verdict == Verdict::VersionOut {
            let (mailbox, act) = (self.0.mailbox.clone(), audit::quarantined(version, fault));
            // From a thread that runs plugins, which does not wait for room in the mailbox.
            self.0.preparing.spawn(async move { drop(mailbox.send(PluginChange::Quarantined { act }).await) });
        }
        verdict
    }

    /// Whether so many calls failed there of late that another one is not tried.
    pub fn is_out(&self, loaded: &Loaded, site: &CallSite) -> bool {
        loaded.quarantine().is_out(self.0.clock.now_ms(), site, &self.0.quarantine)
    }

    /// A version, as it was activated last; none when it is not in memory.
    pub fn activation(&self, reference: &PluginRef) -> Option<Activation> {
        self.0.published.now().loaded(&reference.hash).map(|loaded| loaded.activation())
    }

    /// Whether a version is out of service everywhere, and no other one is there to take over.
    pub fn is_down(&self, reference: &PluginRef) -> bool {
        let catalog = self.0.published.now();
        let other = catalog.active(&reference.name).filter(|active| active.reference().hash != reference.hash);
        catalog.loaded(&reference.hash).is_some_and(|loaded| loaded.is_quarantined())
            && other.is_none_or(|loaded| loaded.is_quarantined())
    }

    /// Notes that an activity could not move to this version.
    pub fn note_failed_move(&self, loaded: &Loaded, activity: &ActivityId, why: &str) {
        loaded.note_failed_move(self.0.clock.now_ms(), activity, why);
    }

    /// Waits until every change that was begun is done, and ends the writer. Nothing can be changed after that.
    pub async fn shutdown(&self) {
        self.0.preparing.close();
        self.0.preparing.wait().await;
        // An error says that it has ended already.
        drop(self.ask(|answer| PluginChange::Finish { answer }).await);
        self.0.writing.close();
        self.0.writing.wait().await;
    }

    /// Has the writer make a change. What was sent is done, also when nobody waits for the answer any more.
    async fn ask<T>(&self, change: impl FnOnce(Responder<T>) -> PluginChange) -> Result<T, PluginError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || PluginError::Thread("the server stops".to_owned());
        self.0.mailbox.send(change(answer)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Prepares a change and has it made, also when whoever asked for it goes away meanwhile.
    async fn to_its_end<T: Send + 'static>(
        &self,
        change: impl Future<Output = Result<T, PluginError>> + Send + 'static,
    ) -> Result<T, PluginError> {
        self.0.preparing.spawn(change).await.map_err(|error| PluginError::Thread(error.to_string()))?
    }
}
