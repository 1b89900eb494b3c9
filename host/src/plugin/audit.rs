//! How the log of administrators' acts is written, and what stands in it besides the acts that succeeded.
//!
//! An act that succeeded is written in the transaction that did it. What was refused changed nothing, so its line stands
//! alone; when that cannot be written, whoever tried still gets the answer that they would get.

use hezi_plugin::{Fault, excerpt};

use super::PluginError;
use super::component::Component;
use crate::clock::SharedClock;
use crate::domain::activity::PluginRef;
use crate::store::{AuditLine, Store};

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
    pub(super) fn line(&self, who: &str, what: String) -> AuditLine {
        AuditLine { at_ms: self.clock.now_ms(), who: who.to_owned(), what }
    }

    /// Writes a line that stands alone.
    pub(super) async fn write(&self, who: &str, what: String) {
        self.store.note_audit(&self.line(who, what)).await;
    }
}

/// That a component was refused.
pub(super) fn refused(component: &Component, error: &PluginError) -> String {
    let why = match error {
        PluginError::Refused { message, .. } => excerpt(message, REASON_CHARS_MAX),
        other => excerpt(&other.to_string(), REASON_CHARS_MAX),
    };
    format!("tried to upload {} bytes (sha256 {}): refused: {why}", component.bytes().len(), component.hash())
}

/// That a component was refused before it was read to its end.
pub(super) fn unread(why: &str) -> String {
    format!("tried to upload a component: refused: {}", excerpt(why, REASON_CHARS_MAX))
}

/// That the server took a version out of service.
pub(super) fn quarantined(version: &PluginRef, fault: &Fault) -> String {
    let (PluginRef { name, version, hash, .. }, why) = (version, excerpt(&fault.to_string(), REASON_CHARS_MAX));
    format!("quarantined {name} {version} ({hash}): {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_known_by_its_hash_and_told_in_few_words() {
        let error = PluginError::refused("component_invalid", "长".repeat(REASON_CHARS_MAX + 1));
        let told = refused(&Component::new("abc".into()), &error);
        assert!(told.starts_with("tried to upload 3 bytes (sha256 ba7816bf8f01cfea"), "{told}");
        assert!(
            told.ends_with("长…") && told.chars().filter(|char| *char == '长').count() == REASON_CHARS_MAX,
            "{told}"
        );
    }
}
