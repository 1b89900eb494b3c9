//! The frozen pool: the ids of those who can win, as they were at one moment, in ascending order of bytes, and their hash.
//!
//! Ids are stored in runs, each id without the beginning that it shares with the one before it, so that twenty thousand
//! ordinary ids fit into what one call may write, and a draw reads only the runs that its winners stand in.
//!
//! # Invariants
//! * Reading gives back exactly the ids that were written, in their order.
//! * The hash is that of [`crate::rules`]: no two pools have the same bytes behind it.

use hezi_sdk::{Blobs, Ctx, Error, Member, ReadCtx, Result};
use sha2::{Digest, Sha256};

use crate::names;
use crate::rules::Hash;
use crate::texts::Texts;

/// Ids in one run. The longest run, of ids that share nothing, stays far below the 64 KiB of a value.
const RUN_IDS: u32 = 256;
/// What the runs may take of the 256 KiB that a call may write; the rest is for their keys and for everything else.
const POOL_BYTES_MAX: usize = 240 << 10;

const RUNS: Blobs<u32> = Blobs::new("pool/");

/// The timer that notes the names that did not fit into the freezing.
pub(crate) const NAMES: &str = "names";
/// Runs whose names one tick notes: a thousand members are looked up.
const TICK_RUNS: u32 = 4;

/// A pool that is being written down.
#[derive(Default)]
pub(crate) struct Writer {
    hash: Sha256,
    count: u32,
    last: String,
    runs: Vec<Vec<u8>>,
    bytes: usize,
    names: Vec<Vec<u8>>,
}

impl Writer {
    /// Adds the next member.
    ///
    /// # Errors
    /// [`Error::Exhausted`] when the pool gets too large to be stored.
    pub(crate) fn push(&mut self, member: Member, texts: Texts) -> Result<()> {
        let id = member.id;
        // An id has at most 64 bytes; a length that does not fit would make the hash ambiguous.
        let Ok(len) = u8::try_from(id.len()) else { panic!("an id of {} bytes", id.len()) };
        self.hash.update(u32::from(len).to_be_bytes());
        self.hash.update(id.as_bytes());
        if self.count.is_multiple_of(RUN_IDS) {
            self.runs.push(Vec::new());
            self.names.push(Vec::new());
            self.last.clear();
        }
        let shared = self.last.bytes().zip(id.bytes()).take_while(|(a, b)| a == b).count();
        if let Some(run) = self.runs.last_mut() {
            // Both lengths are at most `len`, which fits.
            run.extend([shared as u8, len - shared as u8]);
            run.extend(&id.as_bytes()[shared..]);
        }
        if let Some(run) = self.names.last_mut() {
            names::push(run, &member.name);
        }
        self.bytes += 2 + id.len() - shared;
        self.count += 1;
        self.last = id;
        if self.bytes > POOL_BYTES_MAX {
            return Err(Error::exhausted(texts.pool_is_too_long(self.count)));
        }
        Ok(())
    }

    /// Whether there is no id yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Stores the pool, and gives its size and its hash.
    pub(crate) fn store<E>(self, ctx: &mut Ctx<E>) -> (u32, Hash) {
        for (number, run) in (0..).zip(&self.runs) {
            RUNS.set(ctx, &number, run);
        }
        names::append(ctx, &self.names, POOL_BYTES_MAX - self.bytes);
        ring_for_names(ctx, self.count);
        (self.count, self.hash.finalize().into())
    }
}

/// Notes more names of a pool of this size.
pub(crate) fn note_names<E>(ctx: &mut Ctx<E>, count: u32) {
    let first = names::named(ctx);
    let runs = first..(first + TICK_RUNS).min(count.div_ceil(RUN_IDS));
    let runs = runs.map(|number| {
        let mut run = Vec::new();
        for id in read_run(ctx, number) {
            names::push(&mut run, &ctx.find_member(&id).map(|member| member.name).unwrap_or_default());
        }
        run
    });
    let runs: Vec<_> = runs.collect();
    names::append(ctx, &runs, POOL_BYTES_MAX);
    ring_for_names(ctx, count);
}

fn ring_for_names<E>(ctx: &mut Ctx<E>, count: u32) {
    if names::named(ctx) < count.div_ceil(RUN_IDS) {
        ctx.set_timer(NAMES, ctx.now_ms());
    }
}

/// The pool that was stored. Reading near the last place is cheap: the run is kept.
#[derive(Default)]
pub(crate) struct Reader {
    run: Option<Run>,
}

/// Ids and names of one run; names are read when one is asked for.
struct Run {
    number: u32,
    ids: Vec<String>,
    names: Option<Vec<String>>,
}

impl Reader {
    /// The id at a position.
    ///
    /// # Panics
    /// When the position is beyond the pool.
    pub(crate) fn id(&mut self, ctx: &ReadCtx, position: u32) -> String {
        let run = self.run(ctx, position);
        let id = run.ids.get((position % RUN_IDS) as usize).cloned();
        id.unwrap_or_else(|| panic!("no id at position {position}"))
    }

    /// What the member at a position was called at the freezing, if it was noted.
    ///
    /// # Panics
    /// When the position is beyond the pool.
    pub(crate) fn name(&mut self, ctx: &ReadCtx, position: u32) -> Option<String> {
        let run = self.run(ctx, position);
        let names = run.names.get_or_insert_with(|| names::read_run(ctx, run.number));
        names.get((position % RUN_IDS) as usize).cloned().filter(|name| !name.is_empty())
    }

    fn run(&mut self, ctx: &ReadCtx, position: u32) -> &mut Run {
        let number = position / RUN_IDS;
        let kept = self.run.take().filter(|run| run.number == number);
        self.run.insert(kept.unwrap_or_else(|| Run { number, ids: read_run(ctx, number), names: None }))
    }
}

/// The ids of a run.
fn read_run(ctx: &ReadCtx, number: u32) -> Vec<String> {
    unpack(&RUNS.get(ctx, &number).unwrap_or_default())
}

fn unpack(mut bytes: &[u8]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    while let [shared, rest, tail @ ..] = bytes {
        let (suffix, next) = tail.split_at(usize::from(*rest));
        let mut id = ids.last().map_or_else(Vec::new, |last| last.as_bytes()[..usize::from(*shared)].to_vec());
        id.extend(suffix);
        let Ok(id) = String::from_utf8(id) else { panic!("the pool holds an id that is no text") };
        ids.push(id);
        bytes = next;
    }
    ids
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hezi_sdk::{Role, testing};
    use proptest::prelude::*;

    use super::*;

    fn write(ids: impl IntoIterator<Item = String>) -> Result<Writer> {
        let member = |id: String| Member { name: id.clone(), id, role: Role::Participant };
        ids.into_iter()
            .try_fold(Writer::default(), |mut writer, id| writer.push(member(id), Texts::default()).map(|()| writer))
    }

    #[test]
    fn the_hash_is_the_documented_one() {
        // Computed with Python: sha256(be32(2) + b"li" + be32(4) + b"wang").
        let writer = write(["li".to_owned(), "wang".to_owned()]).unwrap();
        let (count, hash) = testing::with_ctx(|ctx| writer.store(ctx));
        assert_eq!(
            (count, hex::encode(hash).as_str()),
            (2, "720a85ab3c7ac760a35d2c41c5b2d77a57487b62234b8e8e6efa9c2a2be9a891")
        );
    }

    #[test]
    fn twenty_thousand_ids_fit_and_far_longer_ones_are_refused() {
        let ordinary = write((0..20_000).map(|n| format!("user-{:06}", n * 37))).unwrap();
        assert!(ordinary.bytes < POOL_BYTES_MAX / 2, "{}", ordinary.bytes);
        let scattered: BTreeSet<String> =
            (0..20_000_u32).map(|n| hex::encode(&crate::rules::hash(&n.to_be_bytes())[..6])).collect();
        let scattered = write(scattered).unwrap();
        assert!(scattered.bytes < POOL_BYTES_MAX, "{}", scattered.bytes);
        let long: BTreeSet<String> =
            (0..20_000_u32).map(|n| hex::encode(crate::rules::hash(&n.to_be_bytes()))).collect();
        assert!(matches!(write(long), Err(Error::Exhausted(_))));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(ids in prop::collection::btree_set("[a-c王小]{1,16}", 1..700)) {
            let writer = write(ids.iter().cloned()).unwrap();
            testing::with_ctx(|ctx| {
                writer.store(ctx);
                let mut reader = Reader::default();
                let read: Vec<String> = (0..ids.len() as u32).map(|position| reader.id(ctx, position)).collect();
                prop_assert!(read.iter().eq(ids.iter()));
                prop_assert_eq!(reader.id(ctx, 0), ids.first().unwrap().clone());
                prop_assert_eq!(reader.name(ctx, ids.len() as u32 - 1), ids.last().cloned());
                Ok(())
            })?;
        }
    }
}
