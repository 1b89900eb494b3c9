//! The split packet in the state: written once at the opening, read a few shares at a time.
//!
//! A grab needs one share, so it reads one short run of them and not a list of ten thousand.

use hezi_sdk::{Blobs, Ctx, ReadCtx};

/// Shares in one run: reading half a kilobyte for a grab costs next to nothing, and the longest list is 157 keys.
const RUN_SHARES: usize = 64;
const SHARE_BYTES: usize = size_of::<u64>();

const RUNS: Blobs<u32> = Blobs::new("shares/");

/// Writes all shares.
pub(crate) fn store<E>(ctx: &mut Ctx<E>, shares: &[u64]) {
    for (number, run) in (0..).zip(shares.chunks(RUN_SHARES)) {
        let bytes: Vec<u8> = run.iter().flat_map(|share| share.to_be_bytes()).collect();
        RUNS.set(ctx, &number, &bytes);
    }
}

/// The share at a place in the queue.
pub(crate) fn at(ctx: &ReadCtx, place: u32) -> Option<u64> {
    let run = RUNS.get(ctx, &(place / RUN_SHARES as u32))?;
    read(&run).nth(place as usize % RUN_SHARES)
}

/// All shares, in the order of the queue.
pub(crate) fn all(ctx: &ReadCtx) -> Vec<u64> {
    (0..).map_while(|number| RUNS.get(ctx, &number)).flat_map(|run| read(&run).collect::<Vec<_>>()).collect()
}

fn read(run: &[u8]) -> impl Iterator<Item = u64> {
    // A chunk has exactly eight bytes, so the conversion never fails.
    run.chunks_exact(SHARE_BYTES).map(|bytes| u64::from_be_bytes(bytes.try_into().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hezi_sdk::testing;

    #[test]
    fn shares_are_found_at_their_place() {
        let shares: Vec<u64> = (1..=200).map(|n| n * 1_000_003).collect();
        testing::with_ctx(|ctx| {
            store(ctx, &shares);
            assert_eq!(all(ctx), shares);
            assert_eq!((0..201).map(|place| at(ctx, place)).collect::<Vec<_>>(), {
                let mut expected: Vec<_> = shares.iter().copied().map(Some).collect();
                expected.push(None);
                expected
            });
        });
    }
}
