//! Rooms: the live side of conferences. One task a room gives everything that happens its place in the order.
//!
//! A room gathers what its members say and what its activities' calls bring about into one journal record, makes it
//! durable with one transaction, and only then answers and tells everybody. While one record is being made durable the
//! next one fills. Callers hold a [`RoomHandle`] and never the room itself; it pushes whole frames into [`Outbox`]es and does
//! not know HTTP or WebSockets.
//!
//! In the order in which a command passes through them:
//!
//! | files | |
//! | --- | --- |
//! | `rooms`, `finding`, `ways`, `founding`, `opening` | which rooms there are, and how one comes into memory |
//! | `handle`, `connection`, `line`, `admission`, `message` | the way in, and who is let in; `reading` reads the journal without it |
//! | `actor` | the loop: the only one that sees all parts; a conference ends in `actor/ending` |
//! | `memory`, `index`, `lookup` | was this command carried out before? what does the store have to be asked first? |
//! | `people`, `talk`, `rule` | who may, and what may be said |
//! | `activities`, `live` | what runs |
//! | `order`, `later`, `backoff` | what happened, in order and durable, and what is to be done then; pauses between tries |
//! | `sockets`, `roster`, `recent`, `reactions`, `outbox` | who hears of it |
//! | `derived` | what is written behind the journal |
//!
//! # Invariants
//! * What has a `seq` is in the journal before anybody hears of it.
//! * Entries reach every socket in the order of their `seq`; a socket that comes back misses none and gets none twice.
//! * The same command id of the same member has one effect and one answer.
//! * A connection that does not keep up is closed; it never makes the others wait.
//! * A commit that is not answered is made again until it is known what has become of it, and no command is answered
//!   meanwhile. When it failed, or another writer was first, the room forgets everything and starts again from the journal.

mod activities;
mod actor;
mod admission;
mod backoff;
mod connection;
mod derived;
mod error;
mod finding;
mod founding;
mod handle;
mod index;
mod later;
mod line;
mod live;
mod lookup;
mod memory;
mod message;
mod opening;
mod order;
mod outbox;
mod people;
mod reactions;
mod reading;
mod recent;
mod rooms;
mod roster;
mod rule;
mod shared;
mod sockets;
mod talk;
mod watches;
mod ways;

pub use self::connection::Connection;
pub use self::error::RoomError;
pub use self::finding::{MinePage, Sought};
pub use self::founding::NewRoom;
pub use self::handle::{Entrant, RoomHandle};
pub use self::message::{Acted, Attendee, ConferencePlan, Watching};
pub use self::outbox::{Next, Outbox, OutboxReader};
pub use self::recent::Position;
pub use self::rooms::Rooms;
pub use self::roster::Looker;
pub use self::rule::RuleError;
pub use self::shared::Dependencies;
