//! Where a component comes from, an administrator, the folder of the configuration or a watched folder, and what becomes
//! of it.
//!
//! # Invariants
//! * Handing over what is here already changes nothing, unless it is to be activated: neither its times nor a quarantine.

use semver::Version;

use crate::store::StoredPlugin;

/// Where a component comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// The folder of the configuration.
    Folder,
    /// The folder that is watched.
    Watch,
    /// Somebody with the right to administer the server.
    Admin {
        /// Who they are: a user's id, or `token`.
        who: String,
        /// Whether to make it the active version.
        activate: bool,
        /// What if a later version is active.
        downgrade: Downgrade,
    },
}

/// What if a version is to become active by an upload and a later one is: whoever pushes from an old checkout seldom means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Downgrade {
    /// Nothing happens, and whoever sent it is told.
    Refused,
    /// It becomes active.
    Wanted,
}

/// What becomes of a component that was handed over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// It is here already, and stays as it is.
    Stays,
    /// It is stored, as the active version or not.
    Stored { active: bool },
    /// Its version is here with other bytes.
    Clashes,
}

impl Origin {
    /// `known` is the version that is here under this name and number, `others` are all that are here under this name.
    pub(super) fn decide(&self, hash: &str, known: Option<&StoredPlugin>, others: &[&StoredPlugin]) -> Decision {
        let is_same = known.is_some_and(|known| known.hash == hash);
        let was_active = known.is_some_and(|known| known.active);
        // A name that is new here, or in service: not one that an administrator switched off.
        let is_on = others.is_empty() || others.iter().any(|stored| stored.active);
        match self {
            Self::Folder if is_same => Decision::Stays,
            Self::Folder => Decision::Stored { active: if known.is_some() { was_active } else { is_on } },
            Self::Watch if is_same && was_active => Decision::Stays,
            Self::Watch => Decision::Stored { active: true },
            Self::Admin { .. } if known.is_some() && !is_same => Decision::Clashes,
            Self::Admin { activate: false, .. } if is_same => Decision::Stays,
            Self::Admin { activate, .. } => Decision::Stored { active: *activate },
        }
    }

    /// The version that stands in the way: an active one that is later than the one that is to become active, where nobody
    /// said that this is meant. A folder is what its owner put there, whatever the numbers.
    pub(super) fn in_the_way<'a>(&self, version: &str, others: &[&'a StoredPlugin]) -> Option<&'a str> {
        let Self::Admin { downgrade: Downgrade::Refused, .. } = self else { return None };
        let active = others.iter().find(|stored| stored.active)?;
        let is_later = Version::parse(&active.version).ok()? > Version::parse(version).ok()?;
        is_later.then_some(active.version.as_str())
    }

    /// Who hands it over, as the log of administrators' acts names them.
    pub(super) fn who(&self) -> &str {
        match self {
            Self::Folder => "folder",
            Self::Watch => "watch",
            Self::Admin { who, .. } => who,
        }
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

    fn decided(origin: Origin, hash: &str, known: Option<usize>, others: &[StoredPlugin]) -> Decision {
        origin.decide(hash, known.map(|at| &others[at]), &others.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_folder_puts_nothing_into_service_that_was_switched_off() {
        let off = [version("1", "a", false), version("2", "b", false)];
        assert_eq!(decided(Origin::Folder, "a", Some(0), &off), Decision::Stays);
        assert_eq!(decided(Origin::Folder, "other", Some(0), &off), Decision::Stored { active: false }, "other bytes");
        assert_eq!(decided(Origin::Folder, "c", None, &off), Decision::Stored { active: false }, "another version");

        let on = [version("1", "a", true), version("2", "b", false)];
        assert_eq!(decided(Origin::Folder, "other", Some(0), &on), Decision::Stored { active: true });
        assert_eq!(decided(Origin::Folder, "other", Some(1), &on), Decision::Stored { active: false });
        assert_eq!(decided(Origin::Folder, "c", None, &on), Decision::Stored { active: true });
        assert_eq!(decided(Origin::Folder, "a", None, &[]), Decision::Stored { active: true }, "a name that is new");
    }

    #[test]
    fn what_is_here_already_stays_unless_it_is_to_be_activated() {
        let here = [version("1", "a", true), version("2", "b", false)];
        let admin = |activate| Origin::Admin { who: "token".into(), activate, downgrade: Downgrade::Refused };
        for at in [0, 1] {
            let hash = here[at].hash.clone();
            assert_eq!(decided(admin(false), &hash, Some(at), &here), Decision::Stays);
            assert_eq!(decided(admin(true), &hash, Some(at), &here), Decision::Stored { active: true });
            assert_eq!(decided(admin(true), "other", Some(at), &here), Decision::Clashes);
        }
        assert_eq!(decided(admin(false), "c", None, &here), Decision::Stored { active: false });
    }

    #[test]
    fn an_earlier_version_goes_over_a_later_one_only_if_somebody_says_so() {
        let on = [version("0.3.0", "c", true), version("0.1.0", "a", false)];
        let off = [version("0.3.0", "c", false)];
        let admin = |downgrade| Origin::Admin { who: "token".into(), activate: true, downgrade };
        let in_the_way = |origin: &Origin, version: &str, others: &[StoredPlugin]| {
            origin.in_the_way(version, &others.iter().collect::<Vec<_>>()).map(str::to_owned)
        };
        let refused = admin(Downgrade::Refused);
        for (version, later) in
            [("0.1.0", true), ("0.3.0-rc.1", true), ("0.3.0", false), ("0.3.1", false), ("0.10.0", false)]
        {
            assert_eq!(in_the_way(&refused, version, &on).is_some(), later, "{version}");
        }
        assert_eq!(in_the_way(&refused, "0.1.0", &off), None, "nothing is active");
        for origin in [admin(Downgrade::Wanted), Origin::Folder, Origin::Watch] {
            assert_eq!(in_the_way(&origin, "0.1.0", &on), None, "{origin:?}");
        }
    }

    #[test]
    fn what_changes_in_a_watched_folder_becomes_active() {
        let here = [version("1", "a", true), version("2", "b", false)];
        assert_eq!(decided(Origin::Watch, "a", Some(0), &here), Decision::Stays);
        assert_eq!(decided(Origin::Watch, "b", Some(1), &here), Decision::Stored { active: true });
        assert_eq!(decided(Origin::Watch, "other", Some(0), &here), Decision::Stored { active: true });
        assert_eq!(decided(Origin::Watch, "c", None, &[]), Decision::Stored { active: true });
    }
}
