//! The host's memory of one activity, and how a call sees and changes it.
//!
//! # Invariants
//! * After a call that returned an error or panicked, everything but the log is as it was before.
//! * At most one call runs on a thread at a time.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use serde_json::Value;

use super::veil::Veil;
use crate::confirmation::Question;
use crate::{Audience, Error, Level, Member, Result, Role};

/// When a new room's clock stands, in milliseconds since 1970: 2026-11-22, 08:00 in UTC.
pub const START_MS: u64 = 1_795_334_400_000;

const OUTCOME_BYTES_MAX: usize = 640 << 10;

/// An event that the activity emitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Emitted {
    /// Who receives it.
    pub to: Audience,
    /// What was emitted, as JSON.
    pub event: Value,
    /// When it was emitted, in milliseconds since 1970.
    pub at_ms: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) state: BTreeMap<String, Vec<u8>>,
    /// All keys and values of the state.
    pub(crate) state_bytes: usize,
    pub(crate) members: BTreeMap<String, Member>,
    /// Members who do not have the conference open.
    pub(crate) offline: BTreeSet<String>,
    /// How the activity knows people, if it is an anonymous one.
    pub(crate) veil: Option<Veil>,
    /// The language of the next calls.
    pub(crate) language: String,
    pub(crate) timers: BTreeMap<String, u64>,
    /// When timers that armed themselves may fire again.
    pub(crate) paced_ms: BTreeMap<String, u64>,
    pub(crate) emitted: Vec<Emitted>,
    pub(crate) log: Vec<(Level, String)>,
    pub(crate) now_ms: u64,
    pub(crate) next_seed: Option<[u8; 32]>,
    /// Times of the latest events to everyone, which outlive a look at the events.
    pub(crate) broadcasts_ms: Vec<u64>,
    /// Whether what a call writes, emits and answers is bounded.
    pub(crate) bounded: bool,
    seeds: ChaCha20Rng,
}

/// A call under way: the world, and what is needed to undo what the call does to it.
pub(crate) struct Call {
    pub(crate) world: World,
    pub(crate) random: ChaCha20Rng,
    pub(crate) read_only: bool,
    pub(crate) written_bytes: usize,
    pub(crate) event_bytes: usize,
    pub(crate) reply_bytes: usize,
    /// What a view has asked before parts of it are sent.
    pub(crate) questions: Vec<Question>,
    /// Keys that were changed and what they held, in the order of the changes.
    pub(crate) undo: Vec<(String, Option<Vec<u8>>)>,
    state_bytes_before: usize,
    timers_before: BTreeMap<String, u64>,
    broadcasts_before: Vec<u64>,
    pub(crate) emitted_before: usize,
}

thread_local! {
    static CURRENT: RefCell<Option<Call>> = const { RefCell::new(None) };
}

/// Gives an import the call that it belongs to.
pub(crate) fn current<T>(import: impl FnOnce(&mut Call) -> T) -> T {
    CURRENT.with_borrow_mut(|call| match call {
        Some(call) => import(call),
        None => panic!("an import was called outside of a call: run the activity in a `hezi_sdk::testing::Room`"),
    })
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: BTreeMap::new(),
            state_bytes: 0,
            members: BTreeMap::new(),
            offline: BTreeSet::new(),
            veil: None,
            language: "zh-Hans".to_owned(),
            timers: BTreeMap::new(),
            paced_ms: BTreeMap::new(),
            emitted: Vec::new(),
            log: Vec::new(),
            now_ms: START_MS,
            next_seed: None,
            broadcasts_ms: Vec::new(),
            bounded: true,
            seeds: ChaCha20Rng::seed_from_u64(seed),
        }
    }

    /// Puts a state there that another version has left.
    pub(crate) fn restore(&mut self, state: BTreeMap<String, Vec<u8>>) {
        self.state_bytes = state.iter().map(|(key, value)| key.len() + value.len()).sum();
        self.state = state;
    }

    pub(crate) fn join(&mut self, id: &str, name: &str, role: Role) -> Member {
        let member = Member { id: id.to_owned(), name: name.to_owned(), role };
        self.members.insert(id.to_owned(), member.clone());
        self.veil.map_or(member.clone(), |veil| veil.over(&member))
    }

    /// Runs a call that may change something.
    pub(crate) fn call<T, E: Into<Error>>(&mut self, body: impl FnOnce() -> Result<T, E>) -> Result<T> {
        self.run(false, || body().inspect(|_| current(|call| call.check_outcome())))
    }

    /// Runs a call that only reads.
    pub(crate) fn read<T, E: Into<Error>>(&mut self, body: impl FnOnce() -> Result<T, E>) -> Result<T> {
        self.run(true, body)
    }

    fn run<T, E: Into<Error>>(&mut self, read_only: bool, body: impl FnOnce() -> Result<T, E>) -> Result<T> {
        self.begin(read_only);
        let outcome = catch_unwind(AssertUnwindSafe(body));
        self.end(matches!(outcome, Ok(Ok(_))));
        outcome.unwrap_or_else(|panic| resume_unwind(panic)).map_err(Into::into)
    }

    fn begin(&mut self, read_only: bool) {
        let seed = if read_only { [0; 32] } else { self.draw_seed() };
        let world = std::mem::replace(self, Self::new(0));
        let call = Call {
            random: ChaCha20Rng::from_seed(seed),
            read_only,
            written_bytes: 0,
            event_bytes: 0,
            reply_bytes: 0,
            questions: Vec::new(),
            state_bytes_before: world.state_bytes,
            undo: Vec::new(),
            timers_before: world.timers.clone(),
            broadcasts_before: world.broadcasts_ms.clone(),
            emitted_before: world.emitted.len(),
            world,
        };
        let before = CURRENT.replace(Some(call));
        assert!(before.is_none(), "a call runs inside another");
    }

    /// The seed of a call that may draw. Looking takes none, so that it changes nothing of what comes after.
    fn draw_seed(&mut self) -> [u8; 32] {
        self.next_seed.take().unwrap_or_else(|| {
            let mut seed = [0; 32];
            self.seeds.fill_bytes(&mut seed);
            seed
        })
    }

    fn end(&mut self, succeeded: bool) {
        let Some(mut call) = CURRENT.take() else { return };
        if !succeeded {
            call.roll_back();
        }
        *self = call.world;
    }
}

impl Call {
    /// Ends a call of `view` or `report` that does what changes something.
    pub(crate) fn refuse_writes(&self, what: &str) {
        assert!(!self.read_only, "`view` and `report` may not {what}");
    }

    pub(crate) fn change(&mut self, key: &str, value: Option<Vec<u8>>) {
        let size = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, |value| key.len() + value.len());
        self.world.state_bytes += size(&value);
        let before = match value {
            Some(value) => self.world.state.insert(key.to_owned(), value),
            None => self.world.state.remove(key),
        };
        self.world.state_bytes -= size(&before);
        self.undo.push((key.to_owned(), before));
    }

    /// What a call did has to fit into one record of the host's journal.
    fn check_outcome(&self) {
        let bytes = self.written_bytes + self.event_bytes + self.reply_bytes;
        assert!(
            !self.world.bounded || bytes <= OUTCOME_BYTES_MAX,
            "writes, events and reply of a call have at most {OUTCOME_BYTES_MAX} bytes together, not {bytes}"
        );
    }

    fn roll_back(&mut self) {
        for (key, before) in self.undo.drain(..).rev() {
            match before {
                Some(value) => self.world.state.insert(key, value),
                None => self.world.state.remove(&key),
            };
        }
        self.world.state_bytes = self.state_bytes_before;
        self.world.timers = std::mem::take(&mut self.timers_before);
        self.world.broadcasts_ms = std::mem::take(&mut self.broadcasts_before);
        self.world.emitted.truncate(self.emitted_before);
    }
}
