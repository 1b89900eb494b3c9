//! What people in the pool were called when it was frozen: who has left since then wins under a name and not under an id.
//!
//! Names take more room than ids, so the freezing notes as many as fit into what one call may write, and a timer notes the
//! others a moment later.
//!
//! # Invariants
//! * Names stand in runs of the same people as the ids of the pool.
//! * `NAMED` runs are noted; those after it are not.

use hezi_sdk::{Blobs, Cell, Ctx, ReadCtx};

use crate::pool::{self, RUN_IDS};

/// The timer that notes what did not fit.
pub(crate) const TIMER: &str = "names";

const RUNS: Blobs<u32> = Blobs::new("pool-name/");
/// How many runs are noted.
const NAMED: Cell<u32> = Cell::new("named");

/// Longest name that is kept, in bytes: a longer one only fills the screen. A run of them stays below the 64 KiB of a value.
const NAME_BYTES_MAX: usize = 192;
/// Runs that one tick notes: a thousand members are looked up.
const TICK_RUNS: u32 = 4;

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

/// Notes the first runs, as many as fit into `bytes_max`, and has a timer note the others.
pub(crate) fn store<E>(ctx: &mut Ctx<E>, runs: &[Vec<u8>], bytes_max: usize) {
    let mut bytes = 0;
    let fitting = runs.iter().take_while(|run| {
        bytes += run.len();
        bytes <= bytes_max
    });
    let mut named = 0;
    for run in fitting {
        RUNS.set(ctx, &named, run);
        named += 1;
    }
    NAMED.set(ctx, &named);
    if (named as usize) < runs.len() {
        ctx.set_timer(TIMER, ctx.now_ms());
    }
}

/// Notes the next runs of a pool of this size.
pub(crate) fn note_more<E>(ctx: &mut Ctx<E>, pool: u32) {
    let (named, runs) = (NAMED.load(ctx), pool.div_ceil(RUN_IDS));
    let until = (named + TICK_RUNS).min(runs);
    for number in named..until {
        let mut run = Vec::new();
        for id in pool::read_run(ctx, number) {
            push(&mut run, &ctx.find_member(&id).map(|member| member.name).unwrap_or_default());
        }
        RUNS.set(ctx, &number, &run);
    }
    NAMED.set(ctx, &until);
    if until < runs {
        ctx.set_timer(TIMER, ctx.now_ms());
    }
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
