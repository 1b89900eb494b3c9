//! The plugins of this server: which versions there are, which one is active, how they do.
//!
//! How a component runs is the runtime's business (the `hezi_plugin` crate beside this one), what a call may change is
//! `activity`'s. Nothing here knows a plugin by name.
//!
//! # Invariants
//! * A name has at most one active version, and changing it is one swap: calls that run keep the version they began with.
//! * A component is compiled on a thread for that, never on an async worker thread, and one at a time.
//! * What is active stands in the store before anybody sees it.

mod error;
mod folder;
mod loaded;
mod meter;
mod registry;
mod status;
mod watch;

pub use self::error::PluginError;
pub use self::folder::{FolderError, load_folder};
pub use self::loaded::Loaded;
pub use self::meter::Share;
pub use self::registry::{Plugins, Start};
pub use self::status::{PluginStatus, PluginSummary, PluginVersion};
pub use self::watch::Watch;
