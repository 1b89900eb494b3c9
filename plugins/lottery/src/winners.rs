//! Who has won, who is out, and who was not there.
//!
//! # Invariants
//! * Winner number `i` came of pick number `i`: numbers are used in order, each once.
//! * `DRAWN` of a prize is how many winners hold it, and never more than there are of the prize.

use hezi_sdk::{Blobs, Cell, Counters, Error, Map, ReadCtx, Result, RosterReader, roster_name};
use serde::{Deserialize, Serialize};

use crate::messages::{Ctx, Winner};
use crate::rules::{self, Config, Key, Out};
use crate::state::{Frozen, POOL, SEED, unhex};
use crate::texts::Texts;

/// How many picks there were.
const PICKS: Cell<u32> = Cell::new("picks");
/// All winners, by pick number.
pub(crate) const WINS: Map<u32, Win> = Map::new("win/");
/// Pick numbers of the prizes that a member holds, by member id.
pub(crate) const HELD: Map<str, Vec<u32>> = Map::new("held/");
/// How many winners hold a prize.
pub(crate) const DRAWN: Counters<u32> = Counters::new("drawn/");
/// Who has won, by [`Config::scope`].
const WON: Blobs<u32> = Blobs::new("won/");
/// Who was not there, under the one key 0.
const ABSENT: Blobs<u32> = Blobs::new("absent/");

/// What the rows of all winners take in the report, in bytes.
const ROWS_BYTES: Cell<u64> = Cell::new("rows-bytes");
/// Most of it: with the largest pool the report still has less than the 16 MiB that the host takes.
const ROWS_BYTES_MAX: u64 = 9 << 20;
/// What a winner's row takes besides its texts.
const ROW_BYTES: usize = 64;

/// What one pick gave.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Win {
    pub(crate) prize: u32,
    pub(crate) winner: Winner,
    pub(crate) position: u32,
    pub(crate) entropy: String,
    /// Number of the first pick of the same draw.
    pub(crate) first: u32,
    /// The winner was not there.
    pub(crate) absent: bool,
    /// Number of the pick whose winner was not there.
    pub(crate) replaces: Option<u32>,
}

/// How many picks there were: the number of the next one.
pub(crate) fn picks(ctx: &ReadCtx) -> u32 {
    PICKS.get(ctx).unwrap_or(0)
}

/// How many of a prize are still to be drawn.
pub(crate) fn left(ctx: &ReadCtx, config: &Config, prize: u32) -> u32 {
    // No more winners hold a prize than there are prizes, so the count fits.
    config.prizes[prize as usize].count - DRAWN.get(ctx, &prize) as u32
}

/// Picks `count` winners of a prize.
///
/// # Errors
/// [`Error::Exhausted`] when the pool has not so many left, or the report is full.
pub(crate) fn pick(
    ctx: &mut Ctx,
    frozen: &Frozen,
    config: &Config,
    prize: u32,
    entropy: &str,
    count: u32,
    replaces: Option<u32>,
) -> Result<Vec<Winner>> {
    let scope = config.scope(prize);
    let mut won = Out::of(frozen.pool, WON.get(ctx, &scope));
    let mut out = won.clone().join(&absent(ctx, frozen));
    let (pool_hash, seed) = (unhex(&frozen.pool_hash), unhex(&SEED.load(ctx)));
    let first = picks(ctx);
    let texts = ctx.texts::<Texts>();
    // Nobody was asked how many are drawn again: that refusal is about no field.
    let runs_out = |left| if replaces.is_none() { texts.pool_has_only(left) } else { texts.pool_runs_out(left) };
    let positions = rules::draw(Key { pool_hash: &pool_hash, seed: &seed, entropy }, &mut out, first, count, runs_out)?;
    let mut pool = POOL.read();
    let mut rows_bytes = ROWS_BYTES.get(ctx).unwrap_or(0);
    let mut winners = Vec::with_capacity(positions.len());
    for (index, position) in (first..).zip(positions) {
        won.insert(position);
        let winner = winner(ctx, &mut pool, position);
        let win = Win { prize, winner, position, entropy: entropy.to_owned(), first, absent: false, replaces };
        record(ctx, index, &win);
        let prize_bytes = config.prizes[prize as usize].name.len();
        let texts = win.winner.id.len() + win.winner.name.len() + prize_bytes + win.entropy.len();
        rows_bytes += (ROW_BYTES + texts) as u64;
        winners.push(win.winner);
    }
    if rows_bytes > ROWS_BYTES_MAX {
        return Err(Error::exhausted(ctx.texts::<Texts>().record_is_full()));
    }
    ROWS_BYTES.set(ctx, &rows_bytes);
    WON.set(ctx, &scope, won.bits());
    DRAWN.add(ctx, &prize, u64::from(count));
    PICKS.set(ctx, &(first + count));
    Ok(winners)
}

/// Takes the latest prize back from somebody who is not there, and takes them out of the rest of the lottery.
///
/// # Errors
/// [`Error::Conflict`] when they hold none.
pub(crate) fn take_back(ctx: &mut Ctx, frozen: &Frozen, id: &str) -> Result<(u32, Win)> {
    let mut held = HELD.get(ctx, id).unwrap_or_default();
    let Some(index) = held.pop() else { return Err(Error::conflict(ctx.texts::<Texts>().has_no_prize())) };
    let Some(mut win) = WINS.get(ctx, &index) else { panic!("no winner number {index}") };
    win.absent = true;
    WINS.set(ctx, &index, &win);
    HELD.set(ctx, id, &held);
    DRAWN.subtract(ctx, &win.prize, 1);
    let mut absent = absent(ctx, frozen);
    absent.insert(win.position);
    ABSENT.set(ctx, &0, absent.bits());
    Ok((index, win))
}

fn record(ctx: &mut Ctx, index: u32, win: &Win) {
    let mut held = HELD.get(ctx, &win.winner.id).unwrap_or_default();
    held.push(index);
    HELD.set(ctx, &win.winner.id, &held);
    WINS.set(ctx, &index, win);
}

fn absent(ctx: &ReadCtx, frozen: &Frozen) -> Out {
    Out::of(frozen.pool, ABSENT.get(ctx, &0))
}

/// Who has left since the freezing still wins, by the name of that time; by the id if it was frozen without names.
fn winner(ctx: &ReadCtx, pool: &mut RosterReader, position: u32) -> Winner {
    let id = pool.id(ctx, position);
    let member = ctx.find_member(&id);
    let left = member.is_none();
    let name = member.map(|member| member.name).or_else(|| pool.name(ctx, position)).unwrap_or_else(|| id.clone());
    Winner { name: roster_name(&name).to_owned(), id, left }
}
