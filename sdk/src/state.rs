//! The activity's state: typed values under text keys, in a space that no other activity can see.
//!
//! Declare each piece of state once, as a constant, and pass the context of the call to it:
//!
//! ```
//! # use hezi_sdk::{Cell, Counters, Ctx, Map, ReadCtx};
//! const QUESTION: Cell<String> = Cell::new("question");
//! const BALLOTS: Map<str, Vec<u32>> = Map::new("ballot/");
//! const VOTES: Counters<u32> = Counters::new("votes/");
//!
//! fn record(ctx: &mut Ctx, member_id: &str, option: u32) {
//!     BALLOTS.set(ctx, member_id, &vec![option]);
//!     VOTES.add(ctx, &option, 1);
//! }
//! ```
//!
//! Values are JSON, so an administrator can read a row; [`Blobs`] are bytes. Keep one piece small and many pieces apart:
//! a value is rewritten as a whole, and a call may write 256 KiB. Nothing here counts entries by scanning: keep a counter.
//!
//! # Invariants
//! * No name of a piece may be the beginning of another's: end the name of a map with `/`.
//! * A value that cannot be read is a bug or the state of another version, and panics.

mod cell;
mod counter;
mod key;
mod map;
mod names;
mod roster;
mod scan;

pub use cell::Cell;
pub use counter::{Counter, Counters};
pub use key::Key;
pub use map::{Blobs, Map};
pub use names::Names;
pub use roster::{Roster, RosterReader, RosterWriter, roster_name};

use serde::{Serialize, de::DeserializeOwned};

/// Longest name of a piece: what is left of 256 bytes is for the key.
const NAME_BYTES_MAX: usize = 128;

const fn check_name(name: &str) {
    assert!(!name.is_empty() && name.len() <= NAME_BYTES_MAX, "a piece of state has a name of 1 to 128 bytes");
}

fn read<T: DeserializeOwned>(key: &str, value: &[u8]) -> T {
    serde_json::from_slice(value).unwrap_or_else(|error| panic!("the state under `{key}` cannot be read: {error}"))
}

fn write<T: Serialize + ?Sized>(key: &str, value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|error| panic!("the state under `{key}` cannot be JSON: {error}"))
}
