//! Chance that can be thrown again: everything random in a run comes from its seed, and so does everything that waits.
//!
//! # Invariants
//! * The same seed and the same questions in the same order give the same answers, on every machine.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hezi::clock::{Clock, Rng};
use tokio::time::Instant;

/// The time at which every run begins: 2026-11-22 08:00 UTC, in milliseconds since 1970.
const BEGINNING_MS: u64 = 1_795_334_400_000;

/// A sequence of numbers that look random: SplitMix64, which is small and good enough to be surprised by.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice of this seed, apart from all others of it that have another purpose.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let mut dice = Self(seed);
        for byte in purpose.bytes() {
            dice.0 = dice.next() ^ u64::from(byte);
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A number from `from` on and up to `to`.
    pub(super) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// Whether something happens that does so in `per_mille` of a thousand cases.
    pub(super) fn happens(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of these.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// A pause: mostly short, sometimes as long as `longest_ms`.
    pub(super) fn pause(&mut self, longest_ms: u64) -> Duration {
        let longest_ms = longest_ms.max(1);
        let bound_ms = *self.pick(&[longest_ms.div_ceil(100), longest_ms.div_ceil(10), longest_ms]);
        Duration::from_millis(self.between(0, bound_ms))
    }
}

/// The randomness of a simulated server.
pub(super) struct SeededRng(Mutex<Dice>);

impl SeededRng {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(Dice::new(seed, "server")))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in bytes {
            *byte = dice.below(256) as u8;
        }
    }
}

/// The clock of a simulated server: it stands still while anything computes, and jumps when everything waits.
pub(super) struct VirtualClock(Instant);

impl VirtualClock {
    /// Starts now, on a runtime whose time is paused.
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    pub(super) fn passed_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Clock for VirtualClock {
    fn now_ms(&self) -> u64 {
        BEGINNING_MS + self.passed_ms()
    }

    fn monotonic_ms(&self) -> u64 {
        self.passed_ms()
    }
}
