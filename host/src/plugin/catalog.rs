//! What is known of the plugins at one moment: which versions there are, which one of each name is active, which are in
//! memory, and which components rest.
//!
//! A catalog is a value. It says what is to be stored, and is changed when that is done; who does so is `writer`'s business,
//! and everybody else reads what is `published`.
//!
//! # Invariants
//! * A name has at most one active version, and that is one that is stored.
//! * What is active is in memory; at a start, a version that does not load is stored as active and offered to nobody.
//! * The versions of a plugin became active in the order of their times, whatever the clock said: no two times are alike.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::origin::{Decision, Origin};
use super::quarantine::Resting;
use super::{Loaded, PluginError, PluginStatus, PluginSummary, PluginVersion};
use crate::domain::activity::PluginRef;
use crate::domain::language::Languages;
use crate::store::StoredPlugin;

/// A version in memory. The catalogs of all moments share the outer reference, so that whoever counts the inner ones
/// finds this one and those of activities that run.
type InMemory<L> = Arc<Arc<L>>;

/// What is known at one moment.
pub(super) struct Catalog<L = Loaded> {
    /// All versions by name and number, as the store has them.
    versions: BTreeMap<(String, String), StoredPlugin>,
    /// The active version of each name.
    active: HashMap<String, InMemory<L>>,
    /// Versions in memory by hash; also those whose number has other bytes by now, while activities run on them.
    in_memory: HashMap<String, InMemory<L>>,
    resting: Resting,
}

/// Which version of a plugin is to become the active one.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// The one with this number.
    Version(String),
    /// The one that was active most recently, apart from the one that is.
    Earlier,
}

impl<L> Catalog<L> {
    /// The active version of a plugin.
    pub(super) fn active(&self, name: &str) -> Option<&Arc<L>> {
        self.active.get(name).map(AsRef::as_ref)
    }

    /// The version with this hash, if it is in memory.
    pub(super) fn loaded(&self, hash: &str) -> Option<&Arc<L>> {
        self.in_memory.get(hash).map(AsRef::as_ref)
    }

    /// Components that did not load a moment ago.
    pub(super) fn resting(&self) -> &Resting {
        &self.resting
    }

    /// The version with this number.
    pub(super) fn version(&self, name: &str, version: &str) -> Option<&StoredPlugin> {
        self.versions.get(&(name.to_owned(), version.to_owned()))
    }

    /// The version that is to become active.
    ///
    /// # Errors
    /// [`PluginError`] when there is no such plugin or version.
    pub(super) fn target(&self, name: &str, target: &Target) -> Result<&StoredPlugin, PluginError> {
        let versions = self.versions_of(name)?;
        match target {
            Target::Version(version) => versions
                .into_iter()
                .find(|stored| stored.version == *version)
                .ok_or_else(|| PluginError::UnknownVersion { name: name.to_owned(), version: version.to_owned() }),
            Target::Earlier => {
                let was_active =
                    versions.into_iter().filter(|stored| !stored.active && stored.activated_at_ms.is_some());
                let earlier = was_active.max_by_key(|stored| stored.activated_at_ms);
                earlier.ok_or_else(|| PluginError::NothingEarlier(name.to_owned()))
            }
        }
    }

    /// How a version is stored when it becomes active now.
    pub(super) fn activation(&self, stored: &StoredPlugin, now_ms: u64) -> StoredPlugin {
        let activated_at_ms = self.activated_at_ms(&stored.name, Some(stored), true, now_ms);
        StoredPlugin { active: true, activated_at_ms, ..stored.clone() }
    }

    /// How a component is stored that was handed over; none when it is here already and stays as it is.
    ///
    /// # Errors
    /// [`PluginError::VersionExists`] when its version has other bytes, [`PluginError::Downgrade`] when a later one is active.
    pub(super) fn storing(
        &self,
        reference: &PluginRef,
        size_bytes: u64,
        origin: &Origin,
        now_ms: u64,
    ) -> Result<Option<StoredPlugin>, PluginError> {
        let PluginRef { name, version, hash, .. } = reference.clone();
        let (known, others) = (self.version(&name, &version), self.versions_of(&name).unwrap_or_default());
        let active = match origin.decide(&hash, known, &others) {
            Decision::Stays => return Ok(None),
            Decision::Clashes => return Err(PluginError::VersionExists { name, version }),
            Decision::Stored { active } => active,
        };
        if active && let Some(later) = origin.in_the_way(&version, &others) {
            let active = later.to_owned();
            return Err(PluginError::Downgrade { name, version, active });
        }
        let activated_at_ms = self.activated_at_ms(&name, known, active, now_ms);
        let stored_at_ms = known.filter(|known| *known.hash == *hash).map_or(now_ms, |same| same.stored_at_ms);
        let hash = hash.to_string();
        Ok(Some(StoredPlugin { name, version, hash, size_bytes, active, stored_at_ms, activated_at_ms }))
    }

    /// The version to remove: one that is neither active nor held by an activity that runs.
    ///
    /// # Errors
    /// [`PluginError`] when there is no such version, and [`PluginError::InUse`].
    pub(super) fn removal(&self, name: &str, version: &str) -> Result<&StoredPlugin, PluginError> {
        let stored = self.target(name, &Target::Version(version.to_owned()))?;
        let is_held = self.in_memory.get(&stored.hash).is_some_and(is_held);
        if stored.active || is_held {
            Err(PluginError::InUse { name: name.to_owned(), version: version.to_owned() })
        } else {
            Ok(stored)
        }
    }

    /// Whether a version of the plugin is stored as active.
    ///
    /// # Errors
    /// [`PluginError::Unknown`] when there is no such plugin.
    pub(super) fn is_on(&self, name: &str) -> Result<bool, PluginError> {
        Ok(self.versions_of(name)?.iter().any(|stored| stored.active))
    }

    fn versions_of(&self, name: &str) -> Result<Vec<&StoredPlugin>, PluginError> {
        let versions: Vec<_> = self.versions.values().filter(|stored| stored.name == name).collect();
        if versions.is_empty() { Err(PluginError::Unknown(name.to_owned())) } else { Ok(versions) }
    }

    /// When a version became active, given that from now on it is or is not: now, or just after the last time that a
    /// version did, for a clock may stand still or be set back.
    fn activated_at_ms(&self, name: &str, known: Option<&StoredPlugin>, active: bool, now_ms: u64) -> Option<u64> {
        match known {
            Some(known) if known.active || !active => known.activated_at_ms,
            _ if active => {
                let last = self.versions_of(name).unwrap_or_default().iter().filter_map(|it| it.activated_at_ms).max();
                Some(last.map_or(now_ms, |last| now_ms.max(last.saturating_add(1))))
            }
            _ => None,
        }
    }

    /// Keeps a version in memory, and gives the one that is kept: it may have been there before.
    pub(super) fn keep(&mut self, hash: &str, loaded: Arc<L>) -> Arc<L> {
        Arc::clone(self.in_memory.entry(hash.to_owned()).or_insert_with(|| Arc::new(loaded)))
    }

    /// A version is stored like this. One that is active takes the place of any other of its name.
    pub(super) fn put(&mut self, stored: StoredPlugin) {
        self.resting.forget(&stored.hash);
        if stored.active {
            self.switch_off(&stored.name);
            if let Some(kept) = self.in_memory.get(&stored.hash) {
                self.active.insert(stored.name.clone(), Arc::clone(kept));
            }
        }
        self.versions.insert((stored.name.clone(), stored.version.clone()), stored);
    }

    /// No version of the plugin is active.
    pub(super) fn switch_off(&mut self, name: &str) {
        self.versions.values_mut().filter(|stored| stored.name == name).for_each(|stored| stored.active = false);
        self.active.remove(name);
    }

    /// A version is removed.
    pub(super) fn remove(&mut self, stored: &StoredPlugin) {
        self.versions.remove(&(stored.name.clone(), stored.version.clone()));
        self.in_memory.remove(&stored.hash);
    }

    /// Lets go of versions in memory whose number has other bytes by now and that nothing runs on any more: an author's
    /// day has hundreds of them. Gives their hashes.
    pub(super) fn sweep(&mut self) -> Vec<String> {
        let stored: HashSet<&str> = self.versions.values().map(|stored| stored.hash.as_str()).collect();
        let gone = |(hash, kept): &(&String, &InMemory<L>)| !stored.contains(hash.as_str()) && !is_held(kept);
        let gone: Vec<String> = self.in_memory.iter().filter(gone).map(|(hash, _)| hash.clone()).collect();
        gone.iter().for_each(|hash| drop(self.in_memory.remove(hash)));
        gone
    }

    /// Has a component rest that did not load just now.
    pub(super) fn rest(&mut self, hash: String, pause_ms: u64, now_ms: u64) {
        self.resting.rest(hash, pause_ms, now_ms);
    }
}

impl Catalog {
    /// The active plugins, in order of their names, as far as they can in one of these languages.
    pub(super) fn summaries(&self, languages: &Languages) -> Vec<PluginSummary> {
        let mut summaries: Vec<_> = self.active.values().map(|kept| PluginSummary::of(kept, languages)).collect();
        summaries.sort_by(|a, b| a.name.cmp(&b.name));
        summaries
    }

    /// All plugins with all their versions, in order of their names.
    pub(super) fn statuses(&self) -> Vec<PluginStatus> {
        let mut names: Vec<&str> = self.versions.keys().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names.into_iter().filter_map(|name| self.status(name).ok()).collect()
    }

    /// A plugin with all its versions.
    ///
    /// # Errors
    /// [`PluginError::Unknown`] when there is no such plugin.
    pub(super) fn status(&self, name: &str) -> Result<PluginStatus, PluginError> {
        Ok(PluginStatus::of(name, self.versions_of(name)?.into_iter().map(|stored| self.describe(stored)).collect()))
    }

    /// The same, with the log lines of each version.
    ///
    /// # Errors
    /// [`PluginError::Unknown`] when there is no such plugin.
    pub(super) fn status_with_logs(&self, name: &str) -> Result<PluginStatus, PluginError> {
        let mut status = self.status(name)?;
        for version in &mut status.versions {
            version.log = self.loaded(&version.hash).map(|loaded| loaded.lines()).unwrap_or_default();
        }
        Ok(status)
    }

    /// A version as administrators see it, without its log lines.
    pub(super) fn describe(&self, stored: &StoredPlugin) -> PluginVersion {
        PluginVersion::of(stored, self.loaded(&stored.hash).map(AsRef::as_ref))
    }
}

/// Whether somebody else holds the version: one reference here, one there.
fn is_held<L>(kept: &InMemory<L>) -> bool {
    Arc::strong_count(&**kept) > 1
}

// By hand, since `L` itself is not cloned.
impl<L> Clone for Catalog<L> {
    fn clone(&self) -> Self {
        let Self { versions, active, in_memory, resting } = self;
        Self {
            versions: versions.clone(),
            active: active.clone(),
            in_memory: in_memory.clone(),
            resting: resting.clone(),
        }
    }
}

impl<L> Default for Catalog<L> {
    fn default() -> Self {
        let (versions, resting) = (BTreeMap::new(), Resting::default());
        Self { versions, active: HashMap::new(), in_memory: HashMap::new(), resting }
    }
}

#[cfg(test)]
mod tests;
