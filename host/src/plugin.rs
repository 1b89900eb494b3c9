//! The plugins of this server: which versions there are, which one is active, how they do.
//!
//! How a component runs is the runtime's business (the `hezi_plugin` crate beside this one), what a call may change is
//! `activity`'s. Nothing here knows a plugin by name.
//!
//! In the order in which a component passes through:
//!
//! | what happens | files |
//! | --- | --- |
//! | it comes from a folder, or from an administrator over HTTP, with a signature | `folder`, `watch`, `signature` |
//! | [`Plugins`], a handle that everybody has, prepares the change and asks for it | `registry` |
//! | … its bytes are compiled in a process of its own, and become a version in memory | `component`, `compiler`, `loaded` |
//! | one task makes one change after the other, in the store and in what is known | `writer`, `origin`, `catalog` |
//! | everybody reads what is known, without a lock; at the start it is read from the store | `published`, `status`, `stored` |
//! | open activities move, and whoever activated the version is told what became of them | `swap`, `failed_moves` |
//! | calls are counted, and what keeps failing is taken out of service | `meter`, `quarantine` |
//! | what was done or refused is written down | `audit`, `error` |
//!
//! # Invariants
//! * A name has at most one active version, and changing it is one swap: calls that run keep the version they began with.
//! * A component is compiled in a process for that, never in the server's, and one at a time.
//! * What is active stands in the store before anybody sees it.

mod audit;
mod catalog;
mod compiler;
mod component;
mod error;
mod failed_moves;
mod folder;
mod loaded;
mod meter;
mod misfits;
mod origin;
mod published;
mod quarantine;
mod registry;
mod signature;
mod status;
mod stored;
mod swap;
mod watch;
mod writer;

pub use self::compiler::child::{Bounds, compile_component};
pub use self::error::PluginError;
pub use self::folder::{FolderError, load_folder};
pub use self::loaded::{Loaded, Share};
pub use self::origin::Downgrade;
pub use self::quarantine::{Activation, CallSite, Verdict};
pub use self::registry::{Dependencies, Plugins};
pub use self::signature::{TrustedKeyError, TrustedKeys};
pub use self::status::{PluginStatus, PluginSummary, PluginVersion};
pub use self::swap::Swap;
pub use self::watch::Watch;
