//! Going back to the version that was active before.
//!
//! # Invariants
//! * The versions of a plugin became active in the order of their times, whatever the clock said: no two times are alike.

use super::{Plugins, locked};
use crate::access::AdminProof;
use crate::plugin::{PluginError, PluginStatus};
use crate::store::StoredPlugin;

impl Plugins {
    /// Makes the version active that was active most recently, apart from the one that is: the one before, or, when the
    /// plugin is switched off, the last one. Doing it twice leads back to the beginning.
    ///
    /// # Errors
    /// [`PluginError::NothingEarlier`] when no other version was ever active; otherwise as for activating.
    pub async fn roll_back(&self, _proof: AdminProof, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        let (this, who, name) = (self.clone(), who.to_owned(), name.to_owned());
        self.to_its_end(async move { this.roll_back_now(&who, &name).await }).await
    }

    async fn roll_back_now(&self, who: &str, name: &str) -> Result<PluginStatus, PluginError> {
        self.load_stored(&earlier(name, &self.versions_of(name))?.hash).await?;
        let _turn = self.turn().await?;
        let earlier = earlier(name, &self.versions_of(name))?;
        self.make_active(earlier, who, "rolled back to").await
    }

    pub(super) fn versions_of(&self, name: &str) -> Vec<StoredPlugin> {
        locked(&self.0.versions).values().filter(|stored| stored.name == name).cloned().collect()
    }

    /// When a version became active, given that from now on it is or is not.
    pub(super) fn activated_at_ms(&self, name: &str, known: Option<&StoredPlugin>, active: bool) -> Option<u64> {
        match known {
            Some(known) if known.active || !active => known.activated_at_ms,
            _ if active => Some(next_ms(self.0.clock.now_ms(), &self.versions_of(name))),
            _ => None,
        }
    }
}

/// The version that was active most recently, apart from the active one.
fn earlier(name: &str, versions: &[StoredPlugin]) -> Result<StoredPlugin, PluginError> {
    if versions.is_empty() {
        return Err(PluginError::Unknown(name.to_owned()));
    }
    let was_active = versions.iter().filter(|stored| !stored.active && stored.activated_at_ms.is_some());
    let earlier = was_active.max_by_key(|stored| stored.activated_at_ms).cloned();
    earlier.ok_or_else(|| PluginError::NothingEarlier(name.to_owned()))
}

/// Now, or just after the last time that a version became active: a clock may stand still or be set back.
fn next_ms(now_ms: u64, versions: &[StoredPlugin]) -> u64 {
    let last = versions.iter().filter_map(|stored| stored.activated_at_ms).max();
    last.map_or(now_ms, |last| now_ms.max(last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: &str, activated_at_ms: Option<u64>, active: bool) -> StoredPlugin {
        StoredPlugin {
            name: "vote".into(),
            version: version.into(),
            hash: version.into(),
            size_bytes: 1,
            active,
            stored_at_ms: 1,
            activated_at_ms,
        }
    }

    fn goes_back_to(versions: &[StoredPlugin]) -> Option<String> {
        earlier("vote", versions).ok().map(|stored| stored.version)
    }

    #[test]
    fn it_goes_back_to_the_one_that_was_active_last() {
        let [first, second] = [version("1", Some(10), false), version("2", Some(30), false)];
        let [third, waiting] = [version("3", Some(40), true), version("4", None, false)];
        let versions = [first.clone(), second.clone(), third.clone(), waiting.clone()];
        assert_eq!(goes_back_to(&versions).as_deref(), Some("2"));
        let switched_off = [first, second, StoredPlugin { active: false, ..third.clone() }, waiting.clone()];
        assert_eq!(goes_back_to(&switched_off).as_deref(), Some("3"), "the last one itself");
        assert_eq!(goes_back_to(&[third, waiting]), None);
        assert!(matches!(earlier("vote", &[]), Err(PluginError::Unknown(_))));
    }

    #[test]
    fn times_of_activation_only_grow() {
        let versions = [version("1", Some(10), false), version("2", Some(30), true)];
        assert_eq!(next_ms(31, &versions), 31);
        assert_eq!(next_ms(30, &versions), 31, "within one millisecond");
        assert_eq!(next_ms(5, &versions), 31, "after the clock was set back");
        assert_eq!(next_ms(5, &[]), 5);
    }
}
