//! What a lottery keeps beside the winners: its configuration, the seed, and the frozen pool.
//!
//! # Invariants
//! * The seed is drawn once, at the opening, and what was frozen never changes.

use hezi_sdk::{Cell, Error, ReadCtx, Result, Roster};
use serde::{Deserialize, Serialize};

use crate::messages::Who;
use crate::rules::{self, Config, Hash};
use crate::texts::Texts;

/// What the organizer chose.
pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// The seed in hexadecimal digits, secret until the end.
pub(crate) const SEED: Cell<String> = Cell::new("seed");
/// Who is in the pool, in ascending order of ids.
pub(crate) const POOL: Roster = Roster::new("pool/", "pool-name/", "named", "names");
/// What is said of the pool, once it is frozen.
pub(crate) const FROZEN: Cell<Frozen> = Cell::new("frozen");
/// Whether the lottery is over; absent before.
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");

/// The frozen pool, but for the people.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Frozen {
    pub(crate) pool: u32,
    pub(crate) pool_hash: String,
    /// Versions that did not ask put all participants in.
    #[serde(default)]
    pub(crate) who: Who,
    #[serde(default)]
    pub(crate) organizers: bool,
}

/// The pool, which has to be frozen.
///
/// # Errors
/// [`Error::Conflict`] when it is not.
pub(crate) fn frozen(ctx: &ReadCtx) -> Result<Frozen> {
    FROZEN.get(ctx).ok_or_else(|| Error::conflict(ctx.texts::<Texts>().freeze_first()))
}

/// What was committed to at the opening.
pub(crate) fn seed_hash(ctx: &ReadCtx) -> String {
    hex::encode(rules::hash(&unhex(&SEED.load(ctx))))
}

/// The hash that stands in the state as hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Hash {
    let mut hash = Hash::default();
    if let Err(error) = hex::decode_to_slice(text, &mut hash) {
        panic!("the state holds a hash that is none: {error}");
    }
    hash
}
