//! What a line of the audit log is about, for programs: a word for the kind of deed, and what it was done to.
//!
//! # Invariants
//! * Whoever writes a deed takes its word from [`DeedCode`], so that it can be asked for.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kind of deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeedCode {
    /// A version was uploaded.
    Stored,
    /// A version was uploaded and made the active one.
    StoredAndActivated,
    /// A version was made the active one.
    Activated,
    /// The version of before was made the active one again.
    RolledBack,
    /// A plugin was switched off.
    Disabled,
    /// A version was removed.
    Removed,
    /// A component was refused.
    Refused,
    /// A component was refused before it was read to its end.
    RefusedUnread,
    /// The server took a version out of service.
    Quarantined,
    /// Somebody showed a wrong administrators' token.
    Guessed,
    /// A conference was damaged.
    ClosedToWriting,
}

impl fmt::Display for DeedCode {
    /// Writes the word that stands in the log and on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// What was done, for programs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditDeed {
    /// A word for the kind of deed: `stored`, `stored_and_activated`, `activated`, `rolled_back`, `disabled`, `removed`, `refused`,
    /// `refused_unread`, `quarantined`, `guessed` or `closed_to_writing`. A text, because a newer server may have written it.
    pub code: String,
    /// The plugin that it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// Number of that plugin's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The component's SHA-256, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The key that it was signed with, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why it was refused, by the same name as in the answer to whoever tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why, in words that may be the component's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The conference that it was done to, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference: Option<String>,
    /// How often it was done, where one line stands for several times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// The network address that it came from; none where there were too many to tell apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl AuditDeed {
    /// Something that was done, to what `about` says.
    pub fn new(code: DeedCode, about: Self) -> Self {
        Self { code: code.to_string(), ..about }
    }
}
