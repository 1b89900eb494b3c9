//! The registry: names, versions, and the one version of each name that is active.

mod audit;
mod calls;
mod resting;
mod rollback;
mod storing;
mod watched;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use hezi_plugin::{CodeCache, Engine};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::resting::Resting;
pub(super) use self::storing::Origin;
use super::compiler::Compiler;
use super::signature::TrustedKeys;
use super::{Loaded, PluginError, PluginStatus, PluginSummary, PluginVersion};
use crate::access::AdminProof;
use crate::clock::{SharedClock, SharedRng};
use crate::config::{CompileLimits, QuarantineLimits};
use crate::domain::activity::PluginRef;
use crate::store::{Store, StoredPlugin};

/// The active version of each name.
type Active = HashMap<String, Arc<Loaded>>;
/// All versions, by name and version.
type Versions = BTreeMap<(String, String), StoredPlugin>;

/// What the registry needs.
pub struct Start {
    /// The engine.
    pub engine: Engine,
    /// Compiled code on disk.
    pub cache: Option<CodeCache>,
    /// The store.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
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

struct Inner {
    compiler: Compiler,
    trusted_keys: Arc<TrustedKeys>,
    quarantine: QuarantineLimits,
    store: Store,
    clock: SharedClock,
    active: ArcSwap<Active>,
    /// Versions in memory, by hash; a mutex because it is held for a look-up only.
    loaded: Mutex<HashMap<String, Arc<Loaded>>>,
    /// All versions, as the store has them.
    versions: Mutex<Versions>,
    /// What did not load a moment ago.
    resting: Mutex<Resting>,
    /// One change is made at a time. Nothing is compiled meanwhile: that can take minutes, and a plugin must be switched
    /// off within moments.
    one_at_a_time: Semaphore,
    /// Changes under way: whoever asked for one may go away, but half a change must not stay.
    changes: TaskTracker,
}

/// The plugins of this server. Cheap to clone.
#[derive(Clone)]
pub struct Plugins(Arc<Inner>);

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn mark_inactive(name: &str, versions: &mut Versions) {
    versions.values_mut().filter(|stored| stored.name == name).for_each(|stored| stored.active = false);
}

impl Plugins {
    /// Loads the active versions that the store has.
    ///
    /// # Errors
    /// [`PluginError`] when the store fails. A version that does not load is reported and left out.
    pub async fn start(start: Start) -> Result<Self, PluginError> {
        let plugins = Self(Arc::new(Inner {
            compiler: Compiler::new(start.engine, start.cache, start.compile, start.rng, start.stop),
            trusted_keys: Arc::new(start.trusted_keys),
            quarantine: start.quarantine,
            store: start.store,
            clock: start.clock,
            active: ArcSwap::default(),
            loaded: Mutex::default(),
            versions: Mutex::default(),
            resting: Mutex::default(),
            one_at_a_time: Semaphore::new(1),
            changes: TaskTracker::new(),
        }));
        for stored in plugins.0.store.plugins().await? {
            if stored.active {
                plugins.bring_back(&stored).await?;
            }
            locked(&plugins.0.versions).insert((stored.name.clone(), stored.version.clone()), stored);
        }
        Ok(plugins)
    }

    async fn bring_back(&self, stored: &StoredPlugin) -> Result<(), PluginError> {
        match self.load_stored(&stored.hash).await {
            Ok(Some(loaded)) => self.switch(&stored.name, Some(loaded)),
            Ok(None) => tracing::error!(plugin.name = %stored.name, "the stored component is missing"),
            Err(PluginError::Store(error)) => return Err(error.into()),
            Err(error) => tracing::error!(plugin.name = %stored.name, error = ?error.to_string(),
                "the stored component does not load"),
        }
        Ok(())
    }

    /// The active version of a plugin; none when there is none or it is switched off.
    pub fn active(&self, name: &str) -> Option<Arc<Loaded>> {
        self.0.active.load().get(name).cloned()
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
        let hash =
            locked(&self.0.versions).get(&(name.to_owned(), version.to_owned())).map(|stored| stored.hash.clone());
        match hash {
            Some(hash) => self.by_hash(&hash).await,
            None => Ok(None),
        }
    }

    async fn by_hash(&self, hash: &str) -> Result<Option<Arc<Loaded>>, PluginError> {
        if let Some(loaded) = locked(&self.0.loaded).get(hash) {
            return Ok(Some(Arc::clone(loaded)));
        }
        locked(&self.0.resting).check(hash, self.0.clock.monotonic_ms())?;
        let loaded = self.load_stored(hash).await;
        if let Err(error) = &loaded {
            locked(&self.0.resting).rest(hash, error, self.0.clock.monotonic_ms());
        }
        loaded
    }

    /// The active plugins, in order of their names.
    pub fn list(&self) -> Vec<PluginSummary> {
        let mut list: Vec<_> = self.0.active.load().values().map(|loaded| PluginSummary::of(loaded)).collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
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
        let (this, who, name, version) = (self.clone(), who.to_owned(), name.to_owned(), version.to_owned());
        self.to_its_end(async move { this.activate_now(&who, &name, &version).await }).await
    }

    async fn activate_now(&self, who: &str, name: &str, version: &str) -> Result<PluginStatus, PluginError> {
        self.load_stored(&self.stored(name, version)?.hash).await?;
        let _turn = self.turn().await?;
        let stored = self.stored(name, version)?;
        self.make_active(stored, who, "activated").await
    }

    /// Waits for the turn to make a change. What was read before may have changed meanwhile.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, PluginError> {
        self.0.one_at_a_time.acquire().await.map_err(|error| PluginError::Thread(error.to_string()))
    }

    /// Makes a stored version the active one. Only for who has the turn, and has loaded the version before.
    async fn make_active(&self, mut stored: StoredPlugin, who: &str, verb: &str) -> Result<PluginStatus, PluginError> {
        let loaded = self.load_stored(&stored.hash).await?;
        let loaded = loaded.ok_or_else(|| PluginError::Unknown(stored.name.clone()))?;
        stored.activated_at_ms = self.activated_at_ms(&stored.name, Some(&stored), true);
        stored.active = true;
        let audit = self.audit(who, format!("{verb} {} {}", stored.name, stored.version));
        self.0.store.activate_plugin(&stored, &audit).await?;
        self.keep(&stored);
        locked(&self.0.resting).forget(&stored.hash);
        loaded.release();
        self.switch(&stored.name, Some(loaded));
        self.status(&stored.name, false)
    }

    /// Switches a plugin off: no version is active.
    ///
    /// # Errors
    /// [`PluginError`] when there is no such plugin or the store fails.
    pub async fn disable(&self, _proof: AdminProof, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        let (this, who, name) = (self.clone(), who.to_owned(), name.to_owned());
        self.to_its_end(async move { this.disable_now(&who, &name).await }).await
    }

    async fn disable_now(&self, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        let _turn = self.turn().await?;
        let status = self.status(name, false)?;
        if !locked(&self.0.versions).values().any(|stored| stored.name == name && stored.active) {
            // It is off already: nothing is done, and so there is nothing to write into the audit.
            return Ok(status);
        }
        self.0.store.disable_plugin(name, &self.audit(who, format!("disabled {name}"))).await?;
        mark_inactive(name, &mut locked(&self.0.versions));
        self.switch(name, None);
        self.status(name, false)
    }

    /// Removes a version that nobody uses.
    ///
    /// # Errors
    /// [`PluginError::InUse`] when it is active or an activity stands on it.
    pub async fn remove(&self, _proof: AdminProof, who: &str, name: &str, version: &str) -> Result<(), PluginError> {
        let (this, who, name, version) = (self.clone(), who.to_owned(), name.to_owned(), version.to_owned());
        self.to_its_end(async move { this.remove_now(&who, &name, &version).await }).await
    }

    async fn remove_now(&self, who: &str, name: &str, version: &str) -> Result<(), PluginError> {
        let _turn = self.turn().await?;
        let stored = self.stored(name, version)?;
        // An activity that runs holds the version in memory: one reference here, one there.
        let held = locked(&self.0.loaded).get(&stored.hash).is_some_and(|loaded| Arc::strong_count(loaded) > 1);
        if stored.active || held || self.0.store.is_component_in_use(&stored.hash).await? {
            return Err(PluginError::InUse { name: name.to_owned(), version: version.to_owned() });
        }
        self.0.store.remove_plugin(&stored, &self.audit(who, format!("removed {name} {version}"))).await?;
        locked(&self.0.versions).remove(&(name.to_owned(), version.to_owned()));
        locked(&self.0.loaded).remove(&stored.hash);
        self.0.compiler.forget(&stored.hash).await;
        Ok(())
    }

    /// Runs a change to its end, also when whoever asked for it goes away meanwhile.
    async fn to_its_end<T: Send + 'static>(
        &self,
        change: impl Future<Output = Result<T, PluginError>> + Send + 'static,
    ) -> Result<T, PluginError> {
        self.0.changes.spawn(change).await.map_err(|error| PluginError::Thread(error.to_string()))?
    }

    /// All plugins with all their versions.
    pub fn admin_list(&self, _proof: AdminProof) -> Vec<PluginStatus> {
        let mut names: Vec<String> = locked(&self.0.versions).keys().map(|(name, _)| name.clone()).collect();
        names.dedup();
        names.iter().filter_map(|name| self.status(name, false).ok()).collect()
    }

    /// A plugin with all its versions, counters and log lines.
    ///
    /// # Errors
    /// [`PluginError::Unknown`] when there is no such plugin.
    pub fn admin_show(&self, _proof: AdminProof, name: &str) -> Result<PluginStatus, PluginError> {
        self.status(name, true)
    }

    /// Checks and compiles a component, and gives its bytes back.
    async fn compile(&self, bytes: Vec<u8>) -> Result<(Arc<Loaded>, Vec<u8>), PluginError> {
        let (plugin, bytes) = self.0.compiler.load(bytes).await?;
        Ok((Arc::new(Loaded::new(plugin)), bytes))
    }

    async fn load_stored(&self, hash: &str) -> Result<Option<Arc<Loaded>>, PluginError> {
        if let Some(loaded) = locked(&self.0.loaded).get(hash) {
            return Ok(Some(Arc::clone(loaded)));
        }
        let Some(bytes) = self.0.store.component(hash).await? else { return Ok(None) };
        let (loaded, _) = self.compile(bytes).await?;
        Ok(Some(Arc::clone(locked(&self.0.loaded).entry(hash.to_owned()).or_insert(loaded))))
    }

    fn switch(&self, name: &str, loaded: Option<Arc<Loaded>>) {
        self.0.active.rcu(|active| {
            let mut next = Active::clone(active);
            match &loaded {
                Some(loaded) => next.insert(name.to_owned(), Arc::clone(loaded)),
                None => next.remove(name),
            };
            next
        });
    }

    /// Keeps in memory what the store has been told.
    fn keep(&self, stored: &StoredPlugin) {
        let mut versions = locked(&self.0.versions);
        if stored.active {
            mark_inactive(&stored.name, &mut versions);
        }
        versions.insert((stored.name.clone(), stored.version.clone()), stored.clone());
    }

    fn stored(&self, name: &str, version: &str) -> Result<StoredPlugin, PluginError> {
        let versions = locked(&self.0.versions);
        if !versions.values().any(|stored| stored.name == name) {
            return Err(PluginError::Unknown(name.to_owned()));
        }
        let stored = versions.get(&(name.to_owned(), version.to_owned()));
        stored
            .cloned()
            .ok_or_else(|| PluginError::UnknownVersion { name: name.to_owned(), version: version.to_owned() })
    }

    fn describe(&self, stored: &StoredPlugin, with_log: bool) -> PluginVersion {
        let loaded = locked(&self.0.loaded).get(&stored.hash).cloned();
        PluginVersion::of(stored, loaded.as_deref(), with_log)
    }

    fn status(&self, name: &str, with_log: bool) -> Result<PluginStatus, PluginError> {
        let stored: Vec<_> = locked(&self.0.versions).values().filter(|s| s.name == name).cloned().collect();
        PluginStatus::of(name, stored.iter().map(|stored| self.describe(stored, with_log)).collect())
    }
}
