//! What a red packet keeps beside its shares: what was settled at the opening, the ledger, and who grabbed.

use hezi_sdk::{Cell, Map, ReadCtx};
use serde::{Deserialize, Serialize};

use crate::ledger::Ledger;
use crate::messages::Grab;
use crate::rules::Mode;

pub(crate) const PACKET: Cell<Packet> = Cell::new("packet");
/// What was grabbed and what is left.
pub(crate) const LEDGER: Cell<Ledger> = Cell::new("ledger");
/// Each grabber's place in the queue, by member id.
pub(crate) const PLACES: Map<str, u32> = Map::new("place/");
/// Who grabbed, by place in the queue.
pub(crate) const GRABS: Map<u32, Grab> = Map::new("grab/");

/// What is settled at the opening.
#[derive(Serialize, Deserialize)]
pub(crate) struct Packet {
    pub(crate) total_cents: u64,
    pub(crate) shares: u32,
    pub(crate) mode: Mode,
    pub(crate) greeting: String,
    pub(crate) expires_at_ms: u64,
    pub(crate) nonce: String,
    pub(crate) commitment: String,
}

/// Who had the best luck, if luck had a part in it.
pub(crate) fn best_luck(ctx: &ReadCtx, packet: &Packet, ledger: &Ledger) -> Option<Grab> {
    if packet.mode == Mode::Equal || packet.shares == 1 {
        return None;
    }
    GRABS.get(ctx, &ledger.best?.place)
}
