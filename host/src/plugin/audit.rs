//! How the log of administrators' acts is written, and what stands in it besides the acts that succeeded.
//!
//! An act that succeeded is written in the transaction that did it. What was refused changed nothing, so its line stands
//! alone; when that cannot be written, whoever tried still gets the answer that they would get.

use hezi_plugin::{Fault, excerpt};

use super::PluginError;
use super::catalog::Target;
use super::component::Component;
use super::signature::Signed;
use crate::clock::SharedClock;
use crate::domain::activity::PluginRef;
use crate::store::{AuditDeed, AuditLine, DeedCode, Store, StoredPlugin};

/// Longest reason in a line: the names in it may be the component's own.
const REASON_CHARS_MAX: usize = 500;

/// The log of administrators' acts.
#[derive(Clone)]
pub(super) struct Audit {
    store: Store,
    clock: SharedClock,
}

impl Audit {
    pub(super) fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// A line about what is done now, for the transaction that does it.
    pub(super) fn line(&self, who: &str, Act { what, deed }: Act) -> AuditLine {
        AuditLine { at_ms: self.clock.now_ms(), who: who.to_owned(), what, deed: Some(deed) }
    }

    /// Writes a line that stands alone.
    pub(super) async fn write(&self, who: &str, act: Act) {
        self.store.note_audit(&self.line(who, act)).await;
    }
}

/// An act: the sentence about it, and the same for programs.
pub(super) struct Act {
    what: String,
    deed: AuditDeed,
}

impl Act {
    fn new(code: DeedCode, what: String, about: AuditDeed) -> Self {
        Self { what, deed: AuditDeed::new(code, about) }
    }
}

/// A plugin, or one of its versions.
fn about(plugin: &str, version: Option<&str>, hash: Option<&str>) -> AuditDeed {
    let [version, hash] = [version, hash].map(|part| part.map(str::to_owned));
    AuditDeed { plugin: Some(plugin.to_owned()), version, hash, ..AuditDeed::default() }
}

/// That a version was stored, and whether it became active.
pub(super) fn stored(stored: &StoredPlugin, signed: &Signed) -> Act {
    let StoredPlugin { name, version, hash, active, .. } = stored;
    let (code, verb) = match active {
        true => (DeedCode::StoredAndActivated, "stored and activated"),
        false => (DeedCode::Stored, "stored"),
    };
    let what = format!("{verb} {name} {version} ({hash}){signed}");
    let key = signed.by().map(str::to_owned);
    Act::new(code, what, AuditDeed { key, ..about(name, Some(version), Some(hash)) })
}

/// That a version became active.
pub(super) fn activated(name: &str, version: &str, target: &Target) -> Act {
    let (code, verb) = match target {
        Target::Version(_) => (DeedCode::Activated, "activated"),
        Target::Earlier => (DeedCode::RolledBack, "rolled back to"),
    };
    Act::new(code, format!("{verb} {name} {version}"), about(name, Some(version), None))
}

/// That a plugin was switched off.
pub(super) fn disabled(name: &str) -> Act {
    Act::new(DeedCode::Disabled, format!("disabled {name}"), about(name, None, None))
}

/// That a version was removed.
pub(super) fn removed(name: &str, version: &str) -> Act {
    Act::new(DeedCode::Removed, format!("removed {name} {version}"), about(name, Some(version), None))
}

/// That a component was refused.
pub(super) fn refused(component: &Component, error: &PluginError) -> Act {
    let (reason, message) = match error {
        PluginError::Refused { reason, message } => (Some(reason.clone()), message.clone()),
        other => (None, other.to_string()),
    };
    let why = excerpt(&message, REASON_CHARS_MAX);
    let what =
        format!("tried to upload {} bytes (sha256 {}): refused: {why}", component.bytes().len(), component.hash());
    let hash = Some(component.hash().to_owned());
    Act::new(DeedCode::Refused, what, AuditDeed { hash, reason, why: Some(why), ..AuditDeed::default() })
}

/// That a component was refused before it was read to its end.
pub(super) fn unread(why: &str) -> Act {
    let why = excerpt(why, REASON_CHARS_MAX);
    let what = format!("tried to upload a component: refused: {why}");
    Act::new(DeedCode::RefusedUnread, what, AuditDeed { why: Some(why), ..AuditDeed::default() })
}

/// That the server took a version out of service.
pub(super) fn quarantined(version: &PluginRef, fault: &Fault) -> Act {
    let (PluginRef { name, version, hash, .. }, why) = (version, excerpt(&fault.to_string(), REASON_CHARS_MAX));
    let what = format!("quarantined {name} {version} ({hash}): {why}");
    Act::new(DeedCode::Quarantined, what, AuditDeed { why: Some(why), ..about(name, Some(version), Some(hash)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_known_by_its_hash_and_told_in_few_words() {
        let error = PluginError::refused("component_invalid", "长".repeat(REASON_CHARS_MAX + 1));
        let Act { what: told, deed } = refused(&Component::new("abc".into()), &error);
        assert_eq!((&*deed.code, deed.reason.as_deref()), ("refused", Some("component_invalid")));
        assert!(told.starts_with("tried to upload 3 bytes (sha256 ba7816bf8f01cfea"), "{told}");
        assert!(
            told.ends_with("长…") && told.chars().filter(|char| *char == '长').count() == REASON_CHARS_MAX,
            "{told}"
        );
    }
}
