//! What became of the money: how much was grabbed, how much went back, and why it was over.
//!
//! Pure, like the rules; one small value in the state, rewritten with each grab.
//!
//! # Invariants
//! * Grabbed, left and refunded cents are the total at every moment.
//! * The packet ends once, and what is left goes back once.

use serde::{Deserialize, Serialize};

/// What became of the money so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// What the packet held at its opening.
    pub total_cents: u64,
    /// How many shares were grabbed. The next place in the queue has this number.
    pub taken: u32,
    /// What was grabbed.
    pub taken_cents: u64,
    /// The place with the best luck so far: the first of the largest shares.
    pub best: Option<Best>,
    /// How it ended, once it has.
    pub end: Option<End>,
}

/// The largest share that was grabbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Best {
    /// Its place in the queue.
    pub place: u32,
    /// How much it was, in cents; a later share of as much does not take its place.
    pub cents: u64,
}

/// How a packet ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Why it is over.
    pub reason: Reason,
    /// What went back to whom it came from.
    pub refunded_cents: u64,
}

/// Why a packet ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Every share was grabbed.
    Taken,
    /// Its time was over.
    Expired,
    /// An organizer closed it, or the conference ended.
    Closed,
}

impl Ledger {
    /// A packet that was just opened.
    pub fn new(total_cents: u64) -> Self {
        Self { total_cents, ..Self::default() }
    }

    /// What nobody has grabbed yet and has not gone back.
    pub fn left_cents(&self) -> u64 {
        self.total_cents - self.taken_cents - self.refunded_cents()
    }

    /// What went back.
    pub fn refunded_cents(&self) -> u64 {
        self.end.map_or(0, |end| end.refunded_cents)
    }

    /// The next share is grabbed, one of `shares`; the last one ends the packet.
    pub fn grab(&mut self, cents: u64, shares: u32) {
        if self.best.is_none_or(|best| cents > best.cents) {
            self.best = Some(Best { place: self.taken, cents });
        }
        self.taken += 1;
        self.taken_cents += cents;
        if self.taken == shares {
            self.finish(Reason::Taken);
        }
    }

    /// Ends the packet and gives back what is left: true if it had not ended before.
    pub fn finish(&mut self, reason: Reason) -> bool {
        if self.end.is_some() {
            return false;
        }
        self.end = Some(End { reason, refunded_cents: self.left_cents() });
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_of_equal_shares_is_the_best() {
        let mut ledger = Ledger::new(10);
        [2, 4, 4].into_iter().for_each(|cents| ledger.grab(cents, 4));
        assert_eq!(ledger.best, Some(Best { place: 1, cents: 4 }));
    }

    #[test]
    fn a_packet_ends_once() {
        let mut ledger = Ledger::new(10);
        ledger.grab(3, 2);
        assert!(ledger.finish(Reason::Expired));
        assert!(!ledger.finish(Reason::Closed));
        assert_eq!(ledger.end, Some(End { reason: Reason::Expired, refunded_cents: 7 }));
        assert_eq!(ledger.left_cents(), 0);
    }

    proptest! {
        #[test]
        fn money_is_neither_made_nor_lost(shares in prop::collection::vec(1_u64..1_000, 1..50), stop in 0_usize..60) {
            let total_cents = shares.iter().sum();
            let mut ledger = Ledger::new(total_cents);
            for cents in shares.iter().take(stop) {
                ledger.grab(*cents, shares.len() as u32);
                prop_assert_eq!(ledger.taken_cents + ledger.left_cents() + ledger.refunded_cents(), total_cents);
            }
            prop_assert_eq!(ledger.finish(Reason::Closed), stop < shares.len());
            prop_assert_eq!(ledger.taken_cents + ledger.refunded_cents(), total_cents);
            prop_assert_eq!(ledger.taken_cents, shares.iter().take(stop).sum::<u64>());
        }
    }
}
