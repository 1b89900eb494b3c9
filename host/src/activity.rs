//! Activities: one task each, which runs its plugin's calls one after another and tells the room what came of them.
//!
//! A task owns the activity's state in memory and drains its mailbox in batches onto a thread for plugin code. It gives
//! out no `seq`, writes nothing to the store and talks to no client: that is the room's business.
//!
//! A job goes through these files in this order: [`task`] takes it from the mailbox and brings it, with all that wait, onto
//! a thread of the [`executor`], [`machine`] runs it on the version that [`versions`] chose and [`quarantine`] lets be
//! called, in the instance that [`instances`] kept, and what came of it leaves as an [`event`]. Timers become jobs of
//! themselves in [`timers`]; who took part where nobody is to learn who did what is kept in [`roll`].
//!
//! # Invariants
//! * Guest code never runs on an async worker thread.
//! * Events leave in the order in which the calls ran; a view that leaves after a change shows it.
//! * A call that failed left no trace in the state.

mod draft;
mod environment;
mod error;
mod event;
mod executor;
mod instances;
mod job;
mod machine;
mod quarantine;
mod roll;
mod task;
mod timers;
mod versions;
mod views;

pub use self::draft::draft;
pub use self::environment::{Environment, MembersAsOf, plugin_member};
pub use self::error::ActivityError;
pub use self::event::{Event, Report, Told};
pub use self::executor::Executor;
pub use self::instances::Instances;
pub use self::job::{Ask, Attendance, Job};
pub use self::roll::Roll;
pub use self::task::{ActivityHandle, start};
pub use self::views::Views;
