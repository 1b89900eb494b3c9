//! The words of Hezi: what a conference, a member, an activity and a journal entry are.
//!
//! Nothing here knows of the network, of storage or of plugins (but that what they say is a JSON text), and nothing here imports
//! another module of the host.
//!
//! # Invariants
//! * An id that exists is well formed: constructors check, fields are private.
//! * Times are milliseconds since 1970 (`_ms`).

pub mod activity;
pub mod blocked_words;
pub mod changes;
pub mod command;
pub mod conference;
pub mod entry;
pub mod folded;
pub mod id;
pub mod join_key;
pub mod language;
pub mod measure;
pub mod member;
pub mod payload;
pub mod reply;
pub mod sentence;
pub mod session;
pub mod settings;
pub mod text;
pub mod tongue;
pub mod veil;
