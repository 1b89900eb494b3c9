//! The host's memory of one activity, and how a call sees and changes it.
//!
//! # Invariants
//! * After a call that returned an error or panicked, everything but the log is as it was before.
//! * At most one call runs on a thread at a time.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use serde_json::Value;

use crate::{Audience, Error, Level, Member, Result, Role};

/// An event that the activity emitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Emitted {
    /// Who receives it.
    pub to: Audience,
    /// The event.
    pub event: Value,
    /// When it was emitted, in milliseconds since 1970.
    pub at_ms: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) state: BTreeMap<String, Vec<u8>>,
    pub(crate) members: BTreeMap<String, Member>,
    pub(crate) timers: BTreeMap<String, u64>,
    /// When timers that armed themselves may fire again.
    pub(crate) paced_ms: BTreeMap<String, u64>,
    pub(crate) emitted: Vec<Emitted>,
    pub(crate) log: Vec<(Level, String)>,
    pub(crate) now_ms: u64,
    pub(crate) next_seed: Option<[u8; 32]>,
    /// Times of the latest events to everyone, which outlive a look at the events.
    pub(crate) broadcasts_ms: Vec<u64>,
    /// Whether a call's writes and events are bounded.
    pub(crate) bounded: bool,
    seeds: ChaCha20Rng,
}

/// A call under way: the world, and what is needed to undo what the call does to it.
pub(crate) struct Call {
    pub(crate) world: World,
    pub(crate) random: ChaCha20Rng,
    pub(crate) read_only: bool,
    pub(crate) written_bytes: usize,
    /// Keys that were changed and what they held, in the order of the changes.
    pub(crate) undo: Vec<(String, Option<Vec<u8>>)>,
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
            members: BTreeMap::new(),
            timers: BTreeMap::new(),
            paced_ms: BTreeMap::new(),
            emitted: Vec::new(),
            log: Vec::new(),
            now_ms: super::START_MS,
            next_seed: None,
            broadcasts_ms: Vec::new(),
            bounded: true,
            seeds: ChaCha20Rng::seed_from_u64(seed),
        }
    }

    pub(crate) fn join(&mut self, id: &str, name: &str, role: Role) -> Member {
        let member = Member { id: id.to_owned(), name: name.to_owned(), role };
        self.members.insert(id.to_owned(), member.clone());
        member
    }

    /// Runs a call that may change something.
    pub(crate) fn call<T, E: Into<Error>>(&mut self, body: impl FnOnce() -> Result<T, E>) -> Result<T> {
        self.run(false, body)
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
        let seed = self.next_seed.take().unwrap_or_else(|| {
            let mut seed = [0; 32];
            self.seeds.fill_bytes(&mut seed);
            seed
        });
        let world = std::mem::replace(self, Self::new(0));
        let call = Call {
            random: ChaCha20Rng::from_seed(seed),
            read_only,
            written_bytes: 0,
            undo: Vec::new(),
            timers_before: world.timers.clone(),
            broadcasts_before: world.broadcasts_ms.clone(),
            emitted_before: world.emitted.len(),
            world,
        };
        let before = CURRENT.replace(Some(call));
        assert!(before.is_none(), "a call runs inside another");
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
    pub(crate) fn change(&mut self, key: &str, value: Option<Vec<u8>>) {
        let before = match value {
            Some(value) => self.world.state.insert(key.to_owned(), value),
            None => self.world.state.remove(key),
        };
        self.undo.push((key.to_owned(), before));
    }

    fn roll_back(&mut self) {
        for (key, before) in self.undo.drain(..).rev() {
            match before {
                Some(value) => self.world.state.insert(key, value),
                None => self.world.state.remove(&key),
            };
        }
        self.world.timers = std::mem::take(&mut self.timers_before);
        self.world.broadcasts_ms = std::mem::take(&mut self.broadcasts_before);
        self.world.emitted.truncate(self.emitted_before);
    }
}
