//! Rooms: the live side of conferences. One task a room gives everything that happens its place in the order.
//!
//! A room gathers what its members say and what its activities' calls bring about into one journal record, makes it
//! durable with one transaction, and only then answers and tells everybody. While one record is being made durable the
//! next one fills. Callers hold a [`RoomHandle`] and never the room itself.
//!
//! A room does not know HTTP or WebSockets: it pushes whole frames into [`Outbox`]es.
//!
//! # Invariants
//! * What has a `seq` is in the journal before anybody hears of it.
//! * Entries reach every socket in the order of their `seq`; a socket that comes back misses none and gets none twice.
//! * The same command id of the same member has one effect and one answer.
//! * A connection that does not keep up is closed; it never makes the others wait.
//! * When a commit fails, the room forgets everything and starts again from the journal.

mod acting;
mod actor;
mod admission;
mod checkpoint;
mod command;
mod commit;
mod connect;
mod error;
mod founding;
mod handle;
mod idle;
mod index;
mod memory;
mod opening;
mod outbox;
mod outcome;
mod people;
mod recent;
mod rooms;
mod roster;
mod running;
mod search;
mod views;

pub use self::command::{Acted, NewActivity};
pub use self::error::RoomError;
pub use self::founding::NewRoom;
pub use self::handle::{Connection, RoomHandle};
pub use self::outbox::{Next, Outbox, OutboxReader};
pub use self::rooms::{Needs, Rooms};
pub use self::roster::SessionTag;
