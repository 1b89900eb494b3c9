//! How a component becomes a version: from an administrator, from the folder of the configuration, from a watched folder.
//!
//! # Invariants
//! * A component is compiled before the turn to make changes is taken; what is decided is decided with the turn.
//! * Handing over what is here already changes nothing, unless it is to be activated: neither its times nor a quarantine.

use std::sync::Arc;

use super::{Plugins, audit, locked};
use crate::access::AdminProof;
use crate::domain::activity::PluginRef;
use crate::plugin::signature::{Signed, TrustedKeys};
use crate::plugin::{Loaded, PluginError, PluginVersion};
use crate::store::StoredPlugin;

/// Where a component comes from.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugin) enum Origin<'a> {
    /// The folder of the configuration.
    Folder,
    /// The folder that is watched.
    Watch,
    /// An administrator.
    Admin {
        /// Who.
        who: &'a str,
        /// Whether to make it the active version.
        activate: bool,
    },
}

/// What becomes of a component that was handed over.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It is here already, and stays as it is.
    Stays,
    /// It is stored, as the active version or not.
    Stored { active: bool },
    /// Its version is here with other bytes.
    Clashes,
}

impl Origin<'_> {
    /// `known` is the version that is here under this name and number, `others` are all that are here under this name.
    fn judge(self, hash: &str, known: Option<&StoredPlugin>, others: &[StoredPlugin]) -> Verdict {
        let is_same = known.is_some_and(|known| known.hash == hash);
        let was_active = known.is_some_and(|known| known.active);
        // A name that is new here, or in service: not one that an administrator switched off.
        let is_on = others.is_empty() || others.iter().any(|stored| stored.active);
        match self {
            Self::Folder if is_same => Verdict::Stays,
            Self::Folder => Verdict::Stored { active: if known.is_some() { was_active } else { is_on } },
            Self::Watch if is_same && was_active => Verdict::Stays,
            Self::Watch => Verdict::Stored { active: true },
            Self::Admin { .. } if known.is_some() && !is_same => Verdict::Clashes,
            Self::Admin { activate: false, .. } if is_same => Verdict::Stays,
            Self::Admin { activate, .. } => Verdict::Stored { active: activate },
        }
    }

    /// Who hands it over, as the log of administrators' acts names them.
    fn who(&self) -> &str {
        match self {
            Self::Folder => "folder",
            Self::Watch => "watch",
            Self::Admin { who, .. } => who,
        }
    }
}

impl Plugins {
    /// Stores a component that an administrator hands over, and activates it unless told not to. `signature` is the
    /// base64 of a `.minisig` file, which only a server with trusted keys looks at.
    ///
    /// # Errors
    /// [`PluginError`] that says what is wrong with it.
    pub async fn upload(
        &self,
        _proof: AdminProof,
        who: &str,
        bytes: Vec<u8>,
        signature: Option<String>,
        activate: bool,
    ) -> Result<PluginVersion, PluginError> {
        let (this, who) = (self.clone(), who.to_owned());
        self.to_its_end(async move {
            let offer = audit::Offer::of(&bytes);
            let stored = this.store_signed(bytes, signature, Origin::Admin { who: &who, activate }).await;
            let stored = this.or_refused(stored, &who, &offer).await?;
            Ok(this.describe(&stored, false))
        })
        .await
    }

    async fn store_signed(
        &self,
        bytes: Vec<u8>,
        signature: Option<String>,
        origin: Origin<'_>,
    ) -> Result<StoredPlugin, PluginError> {
        let (bytes, signed) = self.0.trusted_keys.judge_upload(bytes, signature).await?;
        self.store_version(bytes, origin, &signed).await
    }

    /// The keys that components are signed with.
    pub(in crate::plugin) fn trusted_keys(&self) -> &TrustedKeys {
        &self.0.trusted_keys
    }

    pub(in crate::plugin) async fn store_version(
        &self,
        bytes: Vec<u8>,
        origin: Origin<'_>,
        signed: &Signed,
    ) -> Result<StoredPlugin, PluginError> {
        let size_bytes = bytes.len() as u64;
        let (loaded, bytes) = self.compile(bytes).await?;
        let _turn = self.turn().await?;
        let PluginRef { name, version, hash, .. } = loaded.reference().clone();
        let known = locked(&self.0.versions).get(&(name.clone(), version.clone())).cloned();
        let active = match (origin.judge(&hash, known.as_ref(), &self.versions_of(&name)), &known) {
            (Verdict::Stays, Some(known)) => return Ok(known.clone()),
            (Verdict::Clashes, _) => return Err(PluginError::VersionExists { name, version }),
            (Verdict::Stored { active }, _) => active,
            (Verdict::Stays, None) => false,
        };
        let activated_at_ms = self.activated_at_ms(&name, known.as_ref(), active);
        let same = known.filter(|known| known.hash == hash);
        let stored_at_ms = same.map_or_else(|| self.0.clock.now_ms(), |same| same.stored_at_ms);
        let stored = StoredPlugin { name, version, hash, size_bytes, active, stored_at_ms, activated_at_ms };
        let verb = if active { "stored and activated" } else { "stored" };
        let what = format!("{verb} {} {} ({}){signed}", stored.name, stored.version, stored.hash);
        self.0.store.put_plugin(&stored, bytes, &self.audit(origin.who(), what)).await?;
        if let Some(key) = signed.by() {
            tracing::info!(plugin.name = %stored.name, plugin.version = %stored.version, plugin.signed_with = key,
                "the plugin's signature is good");
        }
        self.remember(&stored, loaded);
        Ok(stored)
    }

    fn remember(&self, stored: &StoredPlugin, loaded: Arc<Loaded>) {
        self.keep(stored);
        locked(&self.0.resting).forget(&stored.hash);
        let loaded = Arc::clone(locked(&self.0.loaded).entry(stored.hash.clone()).or_insert(loaded));
        if stored.active {
            loaded.release();
            self.switch(&stored.name, Some(loaded));
        }
        tracing::info!(plugin.name = %stored.name, plugin.version = %stored.version, plugin.active = stored.active,
            "plugin stored");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: &str, hash: &str, active: bool) -> StoredPlugin {
        StoredPlugin {
            name: "vote".into(),
            version: version.into(),
            hash: hash.into(),
            size_bytes: 1,
            active,
            stored_at_ms: 1,
            activated_at_ms: None,
        }
    }

    fn judged(origin: Origin<'_>, hash: &str, known: Option<usize>, others: &[StoredPlugin]) -> Verdict {
        origin.judge(hash, known.map(|at| &others[at]), others)
    }

    #[test]
    fn a_folder_puts_nothing_into_service_that_was_switched_off() {
        let off = [version("1", "a", false), version("2", "b", false)];
        assert_eq!(judged(Origin::Folder, "a", Some(0), &off), Verdict::Stays);
        assert_eq!(judged(Origin::Folder, "other", Some(0), &off), Verdict::Stored { active: false }, "other bytes");
        assert_eq!(judged(Origin::Folder, "c", None, &off), Verdict::Stored { active: false }, "another version");

        let on = [version("1", "a", true), version("2", "b", false)];
        assert_eq!(judged(Origin::Folder, "other", Some(0), &on), Verdict::Stored { active: true });
        assert_eq!(judged(Origin::Folder, "other", Some(1), &on), Verdict::Stored { active: false });
        assert_eq!(judged(Origin::Folder, "c", None, &on), Verdict::Stored { active: true });
        assert_eq!(judged(Origin::Folder, "a", None, &[]), Verdict::Stored { active: true }, "a name that is new");
    }

    #[test]
    fn what_is_here_already_stays_unless_it_is_to_be_activated() {
        let here = [version("1", "a", true), version("2", "b", false)];
        let admin = |activate| Origin::Admin { who: "token", activate };
        for at in [0, 1] {
            let hash = here[at].hash.clone();
            assert_eq!(judged(admin(false), &hash, Some(at), &here), Verdict::Stays);
            assert_eq!(judged(admin(true), &hash, Some(at), &here), Verdict::Stored { active: true });
            assert_eq!(judged(admin(true), "other", Some(at), &here), Verdict::Clashes);
        }
        assert_eq!(judged(admin(false), "c", None, &here), Verdict::Stored { active: false });
    }

    #[test]
    fn what_changes_in_a_watched_folder_becomes_active() {
        let here = [version("1", "a", true), version("2", "b", false)];
        assert_eq!(judged(Origin::Watch, "a", Some(0), &here), Verdict::Stays);
        assert_eq!(judged(Origin::Watch, "b", Some(1), &here), Verdict::Stored { active: true });
        assert_eq!(judged(Origin::Watch, "other", Some(0), &here), Verdict::Stored { active: true });
        assert_eq!(judged(Origin::Watch, "c", None, &[]), Verdict::Stored { active: true });
    }
}
