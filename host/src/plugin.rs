//! The plugins of this server: which versions there are, which one is active, how they do.
//!
//! How a component runs is the runtime's business (the `hezi_plugin` crate beside this one), what a call may change is
//! `activity`'s. Nothing here knows a plugin by name.
//!
//! # Invariants
//! * A name has at most one active version, and changing it is one swap: calls that run keep the version they began with.
//! * A component is compiled in a process for that, never in the server's, and one at a time.
//! * What is active stands in the store before anybody sees it.

mod compiler;
mod error;
mod faults;
mod folder;
mod loaded;
mod meter;
mod registry;
mod signature;
mod status;
mod watch;

pub use self::compiler::child::{Bounds, compile_component};
pub use self::error::PluginError;
pub use self::faults::{Place, Verdict};
pub use self::folder::{FolderError, load_folder};
pub use self::loaded::Loaded;
pub use self::meter::Share;
pub use self::registry::{Plugins, Start};
pub use self::signature::{TrustedKeyError, TrustedKeys};
pub use self::status::{PluginStatus, PluginSummary, PluginVersion};
pub use self::watch::Watch;
