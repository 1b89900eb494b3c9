//! What is written into the log of administrators' acts besides the acts that succeeded, and how the log is read.
//!
//! An act that succeeded is written in the transaction that did it. What was refused changed nothing, so its line stands
//! alone; when that cannot be written, whoever tried still gets the answer that they would get.

use hezi_plugin::{CallReport, Failure, component_hash};

use super::Plugins;
use crate::access::AdminProof;
use crate::domain::activity::PluginRef;
use crate::plugin::PluginError;
use crate::store::{AuditId, AuditLine, StoredPlugin};

/// Longest reason in a line: the names in it may be the component's own.
const REASON_CHARS_MAX: usize = 500;

/// What somebody tried to load.
pub(super) struct Offer {
    size_bytes: usize,
    hash: String,
}

impl Offer {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { size_bytes: bytes.len(), hash: component_hash(bytes) }
    }
}

impl Plugins {
    /// What administrators did, newest first: at most `limit` lines that come before one, or the newest. Gives also the
    /// line to ask on from, if there are more.
    ///
    /// # Errors
    /// [`PluginError`] when the store fails.
    pub async fn audit_log(
        &self,
        _proof: AdminProof,
        before: Option<AuditId>,
        limit: usize,
    ) -> Result<(Vec<AuditLine>, Option<AuditId>), PluginError> {
        Ok(self.0.store.audit_log(before, limit).await?)
    }

    /// Writes down that an administrator sent a component that was not read to its end.
    pub async fn note_unread(&self, _proof: AdminProof, who: &str, why: &str) {
        let what = format!("tried to upload a component: refused: {}", short(why));
        let line = self.audit(who, what);
        let this = self.clone();
        // Whoever sent too much may be gone already; the line is written nevertheless.
        let noted = self.0.changes.spawn(async move { this.write_down(&line).await }).await;
        if let Err(error) = noted {
            tracing::error!(%error, "a line of the audit log was lost");
        }
    }

    /// Passes on what came of an upload, and writes it down if it was refused.
    pub(super) async fn or_refused(
        &self,
        stored: Result<StoredPlugin, PluginError>,
        who: &str,
        offer: &Offer,
    ) -> Result<StoredPlugin, PluginError> {
        if let Err(error) = &stored {
            let Offer { size_bytes, hash } = offer;
            let why = match error {
                PluginError::Refused { message, .. } => short(message),
                other => short(&other.to_string()),
            };
            let what = format!("tried to upload {size_bytes} bytes (sha256 {hash}): refused: {why}");
            self.write_down(&self.audit(who, what)).await;
        }
        stored
    }

    /// Writes down that the server took a version out of service. Called from threads that run plugins, so it does not
    /// wait.
    pub(super) fn note_quarantine(&self, version: &PluginRef, report: &CallReport) {
        let why = match &report.result {
            Err(Failure::Fault(fault)) => short(&fault.to_string()),
            _ => String::from("it kept failing"),
        };
        let PluginRef { name, version, hash, .. } = version;
        let line = self.audit("server", format!("quarantined {name} {version} ({hash}): {why}"));
        let this = self.clone();
        self.0.changes.spawn(async move { this.write_down(&line).await });
    }

    async fn write_down(&self, line: &AuditLine) {
        if let Err(error) = self.0.store.write_audit(line).await {
            tracing::error!(%error, audit.who = %line.who, audit.what = ?line.what, "a line of the audit log was lost");
        }
    }

    /// A line about what happens now.
    pub(super) fn audit(&self, who: &str, what: String) -> AuditLine {
        AuditLine { at_ms: self.0.clock.now_ms(), who: who.to_owned(), what }
    }

    /// Waits until every change that was begun is done. For the end of the server: nothing new is begun then.
    pub async fn settled(&self) {
        self.0.changes.close();
        self.0.changes.wait().await;
    }
}

/// The beginning of a text that may be long.
fn short(text: &str) -> String {
    match text.char_indices().nth(REASON_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_known_by_its_hash() {
        let offer = Offer::of(b"abc");
        assert_eq!(offer.size_bytes, 3);
        assert!(offer.hash.starts_with("ba7816bf8f01cfea"), "{}", offer.hash);
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(short("短"), "短");
        let long = short(&"长".repeat(REASON_CHARS_MAX + 1));
        assert_eq!(long.chars().count(), REASON_CHARS_MAX + 1);
        assert!(long.ends_with("长…"), "{long}");
    }
}
