//! Every error code that a client can be told, over HTTP and over the socket.
//!
//! Which HTTP status a code becomes is `http`'s business.

use serde::Serialize;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $word:tt, $retry:literal;)*) => {
        /// An error code. The words are part of the contract with clients.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
        pub enum Code {
            $($(#[doc = $doc])* #[serde(rename = $word)] $name,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// Whether the same request may succeed later without a change.
            pub fn is_retryable(self) -> bool {
                match self { $(Code::$name => $retry,)* }
            }
        }
    };
}

codes! {
    /// A field is missing, unknown, of the wrong type or out of range.
    Invalid = "invalid", false;
    /// The text is not JSON.
    MalformedJson = "malformed_json", false;
    /// The body or the message is larger than allowed.
    TooLarge = "too_large", false;
    /// The request has no session.
    NotSignedIn = "not_signed_in", false;
    /// The plugin, or a rule of the server, does not allow this to this person.
    Denied = "denied", false;
    /// The request comes from another site.
    ForeignOrigin = "foreign_origin", false;
    /// Only members of the conference may do this.
    NotMember = "not_member", false;
    /// Only organizers of the conference may do this.
    NotOrganizer = "not_organizer", false;
    /// Only administrators of the server may do this.
    NotAdmin = "not_admin", false;
    /// An organizer has taken the word from this member.
    Muted = "muted", false;
    /// An organizer has removed this person, and has not let them in again.
    KeptOut = "kept_out", false;
    /// The conference is private: its link carries a key, which has to be shown.
    KeyNeeded = "key_needed", false;
    /// The door of the conference is locked.
    Locked = "locked", false;
    /// The conference has as many members as it may have.
    Full = "full", false;
    /// There is nothing at this address.
    NotFound = "not_found", false;
    /// There is something at this address, but not for this method.
    MethodNotAllowed = "method_not_allowed", false;
    /// The body is not of the kind that is expected here.
    UnsupportedMediaType = "unsupported_media_type", false;
    /// No conference has this number or id.
    UnknownConference = "unknown_conference", false;
    /// No activity has this id.
    UnknownActivity = "unknown_activity", false;
    /// No plugin has this name, or it is switched off.
    UnknownPlugin = "unknown_plugin", false;
    /// Nobody with this id is a member.
    UnknownMember = "unknown_member", false;
    /// No message has this place, or it is too old for this.
    UnknownMessage = "unknown_message", false;
    /// The text has a word that is not allowed on this server.
    BlockedWord = "blocked_word", false;
    /// It does not fit what has happened before.
    Conflict = "conflict", false;
    /// The activity is not in the phase for this.
    WrongPhase = "wrong_phase", false;
    /// The conference has ended.
    ConferenceEnded = "conference_ended", false;
    /// This command id was used for another command.
    IdReused = "id_reused", false;
    /// This version of the plugin is here already, with other bytes.
    VersionExists = "version_exists", false;
    /// It is in use and cannot be removed.
    InUse = "in_use", false;
    /// The conference, or the person, has as many of these as it may have.
    TooMany = "too_many", false;
    /// There is nothing left to give.
    Exhausted = "exhausted", false;
    /// Too many at once; `retry_after_ms` says when to come again.
    RateLimited = "rate_limited", true;
    /// All conference numbers are in use.
    NumbersExhausted = "numbers_exhausted", true;
    /// The plugin failed: it trapped or passed a limit; `fault` says which. Nothing was changed.
    PluginFault = "plugin_fault", false;
    /// The component is not a plugin that can be loaded; `reason` says why.
    PluginRefused = "plugin_refused", false;
    /// The component needs a signature and has none.
    SignatureMissing = "signature_missing", false;
    /// The component's signature is not one of a trusted key over these bytes.
    SignatureInvalid = "signature_invalid", false;
    /// The store, a plugin or the room is out of service for the moment.
    Unavailable = "unavailable", true;
    /// The journal of the conference is damaged: it can be read, and nothing can be added to it.
    Damaged = "damaged", false;
    /// A mistake in the server; the log has it under the request's id.
    Internal = "internal", true;
}

/// What a client is told when something did not work: a code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The code.
    pub code: Code,
    /// What is wrong and what to do, naming the field if one is to blame.
    pub detail: String,
    /// When to come again, in milliseconds, where that is known.
    pub retry_after_ms: Option<u64>,
    /// What the plugin did, as a stable word: `out_of_time`, `trapped`. Only with [`Code::PluginFault`].
    pub fault: Option<&'static str>,
    /// What is wrong with the component, as a stable word: `component_too_large`. Only with [`Code::PluginRefused`].
    pub reason: Option<String>,
}

impl Problem {
    /// A problem of which nothing more is known.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retry_after_ms: None, fault: None, reason: None }
    }

    /// Something failed for the moment; the cause stands in the log, not in the answer.
    pub fn unavailable() -> Self {
        let detail = "this part of the server is out of service for the moment; send the same command again";
        Self { retry_after_ms: Some(1_000), ..Self::new(Code::Unavailable, detail) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_codes_share_a_word() {
        let words: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
