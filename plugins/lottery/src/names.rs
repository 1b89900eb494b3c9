//! What people in the pool were called when it was frozen: who has left since then wins under a name and not under an id.
//!
//! Names take more room than ids, so the freezing notes as many as fit into what one call may write, and a timer notes the
//! others a moment later.
//!
//! # Invariants
//! * Names stand in runs of the same people as the ids of the pool.
//! * `NAMED` runs are noted; those after it are not.

use hezi_sdk::{Blobs, Cell, Ctx, ReadCtx};

const RUNS: Blobs<u32> = Blobs::new("pool-name/");
/// How many runs are noted.
const NAMED: Cell<u32> = Cell::new("named");

/// Longest name that is kept, in bytes: a longer one only fills the screen. A run of them stays below the 64 KiB of a value.
const NAME_BYTES_MAX: usize = 192;

/// A name as it is kept.
pub(crate) fn cut(name: &str) -> &str {
    &name[..name.floor_char_boundary(NAME_BYTES_MAX)]
}

/// Writes a name behind others.
pub(crate) fn push(run: &mut Vec<u8>, name: &str) {
    let name = cut(name);
    // At most `NAME_BYTES_MAX`.
    run.push(name.len() as u8);
    run.extend(name.as_bytes());
}

/// How many runs are noted.
pub(crate) fn named(ctx: &ReadCtx) -> u32 {
    NAMED.get(ctx).unwrap_or(0)
}

/// Notes the next runs, as many as fit into so many bytes.
pub(crate) fn append<E>(ctx: &mut Ctx<E>, runs: &[Vec<u8>], bytes_max: usize) {
    let (mut named, mut bytes) = (named(ctx), 0);
    for run in runs {
        bytes += run.len();
        if bytes > bytes_max {
            break;
        }
        RUNS.set(ctx, &named, run);
        named += 1;
    }
    NAMED.set(ctx, &named);
}

/// The noted names of a run; none that were noted by a version that noted none.
pub(crate) fn read_run(ctx: &ReadCtx, number: u32) -> Vec<String> {
    let bytes = RUNS.get(ctx, &number).unwrap_or_default();
    let (mut names, mut rest) = (Vec::new(), bytes.as_slice());
    while let [length, tail @ ..] = rest {
        let (name, next) = tail.split_at(usize::from(*length));
        let Ok(name) = String::from_utf8(name.to_vec()) else { panic!("the pool holds a name that is no text") };
        names.push(name);
        rest = next;
    }
    names
}
