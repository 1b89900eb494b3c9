//! The rules of a draw: what a sensible configuration is, and how a random-looking number picks a winner that anybody can
//! compute again.
//!
//! Pure: no state, no room, no clock, no randomness. The procedure follows RFC 3797 with SHA-256 in the place of MD5:
//!
//! ```text
//! pool_hash = SHA-256( BE32(bytes of id 1) ‖ id 1 ‖ BE32(bytes of id 2) ‖ id 2 ‖ … )     ids in ascending order of bytes
//! key       = pool_hash ‖ seed ‖ entropy                                                  32 bytes, 32 bytes, UTF-8
//! x(i)      = SHA-256( BE32(i) ‖ key ‖ BE32(i) )                                          a number, high byte first
//! winner    = candidate number x(i) mod candidates, counted from 0, in the order of the pool
//! ```
//!
//! `i` counts all picks of the activity from 0. With a 256-bit number the candidates are equally likely to within one part
//! in 2^224.
//!
//! # Invariants
//! * A pick depends on nothing but the pool, the seed, the entropy, `i` and who is out.
//! * Who is out is never picked, and is out afterwards.

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::texts::Texts;

/// A SHA-256 hash, or a seed of the same length.
pub type Hash = [u8; 32];

const TITLE_CHARS_MAX: usize = 200;
const PRIZES_MAX: usize = 50;
const PRIZE_CHARS_MAX: usize = 60;
const PRIZE_COUNT_MAX: u32 = 10_000;
/// Most characters of the entropy that somebody types in.
pub const ENTROPY_CHARS_MAX: usize = 200;
/// Most winners of one draw: more cannot be celebrated, and their names still fit into an event.
pub const DRAW_COUNT_MAX: u32 = 100;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the lottery is called.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// What can be won, with different names.
    #[schemars(length(min = 1, max = 50))]
    pub prizes: Vec<Prize>,
    /// Whether one person may win different prizes.
    #[serde(default)]
    pub repeat_winners: bool,
}

/// What can be won, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prize {
    /// What it is called; no two are called the same.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// How many there are.
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("title", &self.title, TITLE_CHARS_MAX)?;
        texts.check_count("prizes", self.prizes.len(), 1..=PRIZES_MAX)?;
        for (place, prize) in self.prizes.iter().enumerate() {
            texts.check_text(&format!("prizes[{place}].name"), &prize.name, PRIZE_CHARS_MAX)?;
            texts.check_number(&format!("prizes[{place}].count"), prize.count, 1..=PRIZE_COUNT_MAX)?;
        }
        texts.check_different("prizes.name", self.prizes.iter().map(|prize| prize.name.as_str()))
    }

    /// The number of the prize with this name, counted from 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is none.
    pub fn prize(&self, name: &str, texts: Texts) -> Result<u32> {
        let found = self.prizes.iter().zip(0..).find(|(prize, _)| prize.name == name);
        found.map(|(_, number)| number).ok_or_else(|| Error::invalid(texts.no_such_prize(name)))
    }

    /// Which winners are out of a draw of this prize: everybody's winners, or those of the same prize.
    pub fn scope(&self, prize: u32) -> u32 {
        if self.repeat_winners { prize } else { 0 }
    }
}

/// SHA-256 of the bytes.
pub fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// The hash of a pool in the making: of ids in ascending order of bytes, each with its length before it, so that no two pools
/// have the same bytes behind it.
#[derive(Debug, Default)]
pub struct PoolHash(Sha256);

impl PoolHash {
    /// Adds the next id, which has at most 64 bytes.
    pub fn push(&mut self, id: &str) {
        self.0.update((id.len() as u32).to_be_bytes());
        self.0.update(id.as_bytes());
    }

    /// Ends it: everybody can compute the same again from the ids of the pool.
    pub fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// What makes the picks of one draw.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// The hash of the pool.
    pub pool_hash: &'a Hash,
    /// The seed that was committed to at the opening.
    pub seed: &'a Hash,
    /// What somebody typed in after that; may be empty.
    pub entropy: &'a str,
}

impl Key<'_> {
    /// Which of `candidates` pick number `index` takes, counted from 0.
    ///
    /// # Panics
    /// When there is no candidate.
    pub fn pick(&self, index: u32, candidates: u32) -> u32 {
        let mut hash = Sha256::new();
        hash.update(index.to_be_bytes());
        hash.update(self.pool_hash);
        hash.update(self.seed);
        hash.update(self.entropy.as_bytes());
        hash.update(index.to_be_bytes());
        remainder(&hash.finalize(), candidates)
    }
}

/// A number of many bytes, high byte first, modulo a small one: long division, byte by byte.
fn remainder(number: &[u8], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    // Below `divisor`, which is 32 bits wide.
    number.iter().fold(0, |rest, byte| (rest << 8 | u64::from(*byte)) % divisor) as u32
}

/// Who of the pool is out, by position: one bit each, so that a pool of twenty thousand is a short value in the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Out {
    bits: Vec<u8>,
    pool: u32,
}

impl Out {
    /// Nobody of a pool of this size, or whom the stored bits say.
    pub fn of(pool: u32, bits: Option<Vec<u8>>) -> Self {
        let mut bits = bits.unwrap_or_default();
        bits.resize(pool.div_ceil(8) as usize, 0);
        Self { bits, pool }
    }

    /// The bits, to be stored.
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Takes somebody out.
    pub fn insert(&mut self, position: u32) {
        self.bits[position as usize / 8] |= 1 << (position % 8);
    }

    /// Takes everybody out who is out of the other.
    pub fn join(mut self, other: &Self) -> Self {
        self.bits.iter_mut().zip(&other.bits).for_each(|(bits, others)| *bits |= others);
        self
    }

    /// How many are still in.
    pub fn candidates(&self) -> u32 {
        self.pool - self.bits.iter().map(|bits| bits.count_ones()).sum::<u32>()
    }

    /// The position of the candidate with this number, counted from 0.
    pub fn candidate(&self, number: u32) -> Option<u32> {
        let mut before = 0;
        for (byte, first) in self.bits.iter().zip((0..self.pool).step_by(8)) {
            let here = byte.count_zeros();
            if before + here <= number {
                before += here;
                continue;
            }
            let mut free = (0..8).filter(|bit| byte & (1 << bit) == 0);
            let position = first + free.nth((number - before) as usize)?;
            // The last byte has bits beyond the pool.
            return (position < self.pool).then_some(position);
        }
        None
    }
}

/// Picks `count` winners, pick numbers from `first_index` on, and takes them out.
///
/// # Errors
/// [`Error::Exhausted`], in the words of `runs_out`, when only so many candidates are left; nobody is taken out then.
pub fn draw(
    key: Key<'_>,
    out: &mut Out,
    first_index: u32,
    count: u32,
    runs_out: impl FnOnce(u32) -> String,
) -> Result<Vec<u32>> {
    let candidates = out.candidates();
    if candidates < count {
        return Err(Error::exhausted(runs_out(candidates)));
    }
    let mut winners = Vec::with_capacity(count as usize);
    for pick in 0..count {
        let number = key.pick(first_index + pick, candidates - pick);
        let Some(position) = out.candidate(number) else { panic!("no candidate number {number}") };
        out.insert(position);
        winners.push(position);
    }
    Ok(winners)
}

#[cfg(test)]
mod tests;
