//! Randomness: a stream from a seed that the host draws for each call and records, so that the call can be run again.
//!
//! Nobody can predict it before the call; whoever may read the journal can recompute it afterwards. What must stay hidden
//! longer than that has to be committed to and revealed, as the built-in lottery does.

use crate::{Ctx, host};

impl<E> Ctx<E> {
    /// A random number.
    pub fn random_u64(&mut self) -> u64 {
        host::random::get_u64()
    }

    /// A random number below `bound`, each equally likely.
    ///
    /// # Panics
    /// When `bound` is 0.
    pub fn random_below(&mut self, bound: u64) -> u64 {
        // Numbers beyond the last full multiple of `bound` are drawn again: with them the small ones would be likelier.
        let excess = (u64::MAX % bound + 1) % bound;
        loop {
            let number = self.random_u64();
            if number <= u64::MAX - excess {
                return number % bound;
            }
        }
    }

    /// `len` random bytes, at most 64 KiB.
    pub fn random_bytes(&mut self, len: u32) -> Vec<u8> {
        host::random::bytes(len)
    }

    /// Puts a list into a random order, each order equally likely.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            // Both conversions are lossless: the number is at most `last`.
            let chosen = self.random_below(last as u64 + 1) as usize;
            list.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[test]
    fn below_covers_its_range_evenly() {
        let mut seen = [0_u32; 6];
        testing::with_ctx(|ctx| (0..6_000).for_each(|_| seen[ctx.random_below(6) as usize] += 1));
        assert!(seen.iter().all(|count| (800..1_200).contains(count)), "{seen:?}");
    }

    #[test]
    fn below_one_is_zero_and_the_widest_range_works() {
        testing::with_ctx(|ctx| {
            assert_eq!(ctx.random_below(1), 0);
            assert!(ctx.random_below(u64::MAX) < u64::MAX);
        });
    }

    #[test]
    fn a_shuffle_keeps_everything_and_puts_anything_anywhere() {
        let mut first = [0_u32; 4];
        testing::with_ctx(|ctx| {
            for _ in 0..4_000 {
                let mut list = [0, 1, 2, 3];
                ctx.shuffle(&mut list);
                first[list[0]] += 1;
                list.sort_unstable();
                assert_eq!(list, [0, 1, 2, 3]);
            }
        });
        assert!(first.iter().all(|count| (850..1_150).contains(count)), "{first:?}");
    }
}
