//! Who was there at one moment: a long list of people that is written down once and read place by place.
//!
//! Ids are kept in runs, each id without the beginning that it shares with the one before it, so that twenty thousand ordinary
//! ids fit into what one call may write, and a reader fetches only the runs that it looks into. Names take more room: as many
//! as fit are written with the ids, and a timer writes the others a moment later.
//!
//! # Invariants
//! * Reading gives back exactly the ids that were written, in their order.
//! * Names stand in runs of the same people as the ids; `named` says how many of these runs are written.

use std::fmt;

use super::{Blobs, Cell};
use crate::{Ctx, Member, ReadCtx};

/// People in one run. The longest run, of ids that share nothing or of the longest names, stays below the 64 KiB of a value.
const RUN_PEOPLE: u32 = 256;
/// What a roster writes of the 256 KiB that a call may; the rest is for its keys and for everything else.
const CALL_BYTES_MAX: usize = 240 << 10;
/// Runs whose names one tick writes: a thousand members are looked up.
const TICK_RUNS: u32 = 4;
/// Longest name that is kept, in bytes: a longer one only fills the screen.
const NAME_BYTES_MAX: usize = 192;

/// People as they were at one moment, by their places from 0 on.
///
/// ```
/// # use hezi_sdk::{Ctx, Roster};
/// const POOL: Roster = Roster::new("pool/", "pool-name/", "named", "names");
///
/// fn freeze(ctx: &mut Ctx) -> Option<u32> {
///     let mut list = POOL.begin();
///     ctx.members().try_for_each(|member| list.push(&member))?;
///     Some(list.store(ctx))
/// }
///
/// // And in `tick`, as long as it says that the timer was its own:
/// fn tick(ctx: &mut Ctx, timer: &str, people: u32) -> bool {
///     POOL.tick(ctx, timer, people)
/// }
/// ```
pub struct Roster {
    ids: Blobs<u32>,
    names: Blobs<u32>,
    /// How many runs of names are written.
    named: Cell<u32>,
    timer: &'static str,
}

/// The longest beginning of a name that a [`Roster`] keeps.
pub fn roster_name(name: &str) -> &str {
    &name[..name.floor_char_boundary(NAME_BYTES_MAX)]
}

impl Roster {
    /// A roster with its ids and names under keys that begin with `ids` and `names`, its progress under `named`, and a timer of
    /// that name.
    pub const fn new(ids: &'static str, names: &'static str, named: &'static str, timer: &'static str) -> Self {
        Self { ids: Blobs::new(ids), names: Blobs::new(names), named: Cell::new(named), timer }
    }

    /// Begins to write it down.
    pub const fn begin(&'static self) -> RosterWriter {
        RosterWriter { roster: self, people: 0, last: String::new(), ids: Vec::new(), names: Vec::new(), bytes: 0 }
    }

    /// Reads it. Reading near the last place is cheap: its run is kept.
    pub const fn read(&'static self) -> RosterReader {
        RosterReader { roster: self, run: None }
    }

    /// Writes more names of a roster of so many people, if the timer is the roster's own; says whether it was.
    pub fn tick<E>(&self, ctx: &mut Ctx<E>, timer: &str, people: u32) -> bool {
        if timer != self.timer {
            return false;
        }
        let first = self.named(ctx);
        let runs = (first..(first + TICK_RUNS).min(people.div_ceil(RUN_PEOPLE))).map(|number| {
            let mut run = Vec::new();
            for id in self.ids_of(ctx, number) {
                push_name(&mut run, &ctx.find_member(&id).map(|member| member.name).unwrap_or_default());
            }
            run
        });
        let runs: Vec<_> = runs.collect();
        self.store_names(ctx, &runs, CALL_BYTES_MAX, people);
        true
    }

    fn named(&self, ctx: &ReadCtx) -> u32 {
        self.named.get(ctx).unwrap_or(0)
    }

    /// Writes the next runs of names, as many as fit into so many bytes, and has the timer ring for the rest.
    fn store_names<E>(&self, ctx: &mut Ctx<E>, runs: &[Vec<u8>], bytes_max: usize, people: u32) {
        let (mut named, mut bytes) = (self.named(ctx), 0);
        for run in runs {
            bytes += run.len();
            if bytes > bytes_max {
                break;
            }
            self.names.set(ctx, &named, run);
            named += 1;
        }
        self.named.set(ctx, &named);
        if named < people.div_ceil(RUN_PEOPLE) {
            ctx.set_timer(self.timer, ctx.now_ms());
        }
    }

    fn ids_of(&self, ctx: &ReadCtx, number: u32) -> Vec<String> {
        let bytes = self.ids.get(ctx, &number).unwrap_or_default();
        let (mut ids, mut left): (Vec<String>, _) = (Vec::new(), bytes.as_slice());
        while let [shared, rest, tail @ ..] = left {
            let (suffix, next) = tail.split_at(usize::from(*rest));
            let shared = ids.last().map_or(&[][..], |last| &last.as_bytes()[..usize::from(*shared)]);
            ids.push(text([shared, suffix].concat()));
            left = next;
        }
        ids
    }

    fn names_of(&self, ctx: &ReadCtx, number: u32) -> Vec<String> {
        let bytes = self.names.get(ctx, &number).unwrap_or_default();
        let (mut names, mut left) = (Vec::new(), bytes.as_slice());
        while let [length, tail @ ..] = left {
            let (name, next) = tail.split_at(usize::from(*length));
            names.push(text(name.to_vec()));
            left = next;
        }
        names
    }
}

fn push_name(run: &mut Vec<u8>, name: &str) {
    let name = roster_name(name);
    // At most `NAME_BYTES_MAX`.
    run.push(name.len() as u8);
    run.extend(name.as_bytes());
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| panic!("a roster holds what is no text: {error}"))
}

/// A [`Roster`] that is being written down.
pub struct RosterWriter {
    roster: &'static Roster,
    people: u32,
    last: String,
    ids: Vec<Vec<u8>>,
    names: Vec<Vec<u8>>,
    bytes: usize,
}

impl RosterWriter {
    /// Adds the next person, in ascending order of ids. None when there is no room for more in one call.
    pub fn push(&mut self, member: &Member) -> Option<()> {
        let id = &member.id;
        // An id has at most 64 bytes.
        let Ok(length) = u8::try_from(id.len()) else { panic!("an id of {} bytes", id.len()) };
        if self.people.is_multiple_of(RUN_PEOPLE) {
            self.ids.push(Vec::new());
            self.names.push(Vec::new());
            self.last.clear();
        }
        let shared = self.last.bytes().zip(id.bytes()).take_while(|(a, b)| a == b).count();
        if let (Some(ids), Some(names)) = (self.ids.last_mut(), self.names.last_mut()) {
            // Both lengths are at most `length`, which fits.
            ids.extend([shared as u8, length - shared as u8]);
            ids.extend(&id.as_bytes()[shared..]);
            push_name(names, &member.name);
        }
        self.bytes += 2 + id.len() - shared;
        self.people += 1;
        self.last.clone_from(id);
        (self.bytes <= CALL_BYTES_MAX).then_some(())
    }

    /// How many people were added.
    pub fn people(&self) -> u32 {
        self.people
    }

    /// Stores the list, and says how many people are on it.
    pub fn store<E>(self, ctx: &mut Ctx<E>) -> u32 {
        for (number, run) in (0..).zip(&self.ids) {
            self.roster.ids.set(ctx, &number, run);
        }
        self.roster.store_names(ctx, &self.names, CALL_BYTES_MAX.saturating_sub(self.bytes), self.people);
        self.people
    }
}

/// Reads a [`Roster`].
pub struct RosterReader {
    roster: &'static Roster,
    run: Option<Run>,
}

/// Ids and names of one run; names are read when one is asked for.
struct Run {
    number: u32,
    ids: Vec<String>,
    names: Option<Vec<String>>,
}

impl RosterReader {
    /// The id at a place.
    ///
    /// # Panics
    /// When nobody stands there.
    pub fn id(&mut self, ctx: &ReadCtx, place: u32) -> String {
        let id = self.run(ctx, place).ids.get((place % RUN_PEOPLE) as usize).cloned();
        id.unwrap_or_else(|| panic!("nobody stands at place {place}"))
    }

    /// What somebody at a place was called at that moment, if it was written down.
    pub fn name(&mut self, ctx: &ReadCtx, place: u32) -> Option<String> {
        let roster = self.roster;
        let run = self.run(ctx, place);
        let names = run.names.get_or_insert_with(|| roster.names_of(ctx, run.number));
        names.get((place % RUN_PEOPLE) as usize).cloned().filter(|name| !name.is_empty())
    }

    fn run(&mut self, ctx: &ReadCtx, place: u32) -> &mut Run {
        let number = place / RUN_PEOPLE;
        let kept = self.run.take().filter(|run| run.number == number);
        self.run.insert(kept.unwrap_or_else(|| Run { number, ids: self.roster.ids_of(ctx, number), names: None }))
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster").field("ids", &self.ids).finish()
    }
}

impl fmt::Debug for RosterWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RosterWriter").field("roster", self.roster).field("people", &self.people).finish()
    }
}

impl fmt::Debug for RosterReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RosterReader").field("roster", self.roster).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Role, testing};

    const POOL: Roster = Roster::new("pool/", "pool-name/", "named", "names");

    fn begun(ids: impl IntoIterator<Item = String>) -> Option<RosterWriter> {
        let member = |id: String| Member { name: id.clone(), id, role: Role::Participant };
        let mut list = POOL.begin();
        ids.into_iter().try_for_each(|id| list.push(&member(id)))?;
        Some(list)
    }

    /// Ids that share little with each other, in their order.
    fn scattered() -> std::collections::BTreeSet<String> {
        (1..=20_000_u64).map(|n| format!("{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect()
    }

    #[test]
    fn twenty_thousand_ids_fit_and_far_longer_ones_do_not() {
        let ordinary = begun((0..20_000).map(|n| format!("user-{:06}", n * 37))).unwrap();
        assert!(ordinary.bytes < CALL_BYTES_MAX / 2, "{}", ordinary.bytes);
        assert!(begun(scattered()).is_none());
    }

    #[test]
    fn names_that_do_not_fit_follow_by_the_timer() {
        let ids: Vec<String> =
            (0..5_000).map(|n| format!("somebody-with-a-name-of-some-length-and-number-{n:05}")).collect();
        testing::with_members(ids.clone(), |ctx| {
            let people = begun(ids.iter().cloned()).unwrap().store(ctx);
            let mut list = POOL.read();
            assert_eq!(list.name(ctx, 0), ids.first().cloned());
            assert_eq!(list.name(ctx, people - 1), None);
            assert!(!POOL.tick(ctx, "another", people));
            while POOL.named(ctx) < people.div_ceil(RUN_PEOPLE) {
                assert!(POOL.tick(ctx, "names", people));
            }
            assert_eq!(POOL.read().name(ctx, people - 1), ids.last().cloned());
        });
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(ids in prop::collection::btree_set("[a-c王小]{1,16}", 1..700)) {
            testing::with_ctx(|ctx| {
                let people = begun(ids.iter().cloned()).unwrap().store(ctx);
                let mut list = POOL.read();
                let read: Vec<String> = (0..people).map(|place| list.id(ctx, place)).collect();
                prop_assert!(read.iter().eq(ids.iter()));
                prop_assert_eq!(list.id(ctx, 0), ids.first().unwrap().clone());
                prop_assert_eq!(list.name(ctx, people - 1), ids.last().cloned());
                Ok(())
            })?;
        }
    }
}
