//! A conference with one activity in the server's engine, under the server's limits: for tests of the component itself.
//!
//! ```no_run
//! use cargo_hezi::EngineRoom;
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut room = EngineRoom::load(&std::fs::read("target/hezi/plugins/vote.wasm")?)?;
//! let li = room.join("li", "小李");
//! room.open(json!({ "question": "午饭", "options": ["面", "饭"] }))?;
//! room.act(&li, json!({ "choose": ["面"] }))?;
//! room.advance_ms(60_000)?; // timers fire on the way
//! assert!(room.costs().of("act").is_some_and(|act| act.fuel_max() < 1_000_000));
//! # Ok(())
//! # }
//! ```
//!
//! It does what the server does with an activity, in the same order: schemas are checked before the plugin is asked,
//! phases are kept, due timers fire in the order of time and name. It knows no sockets, no journal and no store.
//!
//! # Invariants
//! * The same component, seed and sequence of calls give the same answers, events and state, to the byte. Looking
//!   changes nothing: views and reports take no part in what later calls draw.
//! * A call that gives an error changed nothing.

mod clockwork;
mod error;
mod people;
mod reading;

use std::{collections::BTreeMap, sync::Arc};

use hezi_plugin::{
    Answer, Audience, Call, CallContext, Engine, Failure, Instance, LogLine, Member, Members, Online, Plugin, Space,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::error::unfit;
pub use self::{
    error::{RoomError, refusal_name},
    people::Presence,
    reading::Table,
};
use crate::{costs::Costs, engine};

/// When a new room's clock stands, in milliseconds since 1970: 2026-11-22, 08:00 in UTC, as in the SDK's test room.
pub const START_MS: u64 = 1_795_334_400_000;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Draft,
    Open,
    Closed,
}

impl Phase {
    fn name(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// A conference with one activity in the server's engine.
#[derive(Debug)]
pub struct EngineRoom {
    instance: Instance,
    space: Space,
    members: Arc<Members>,
    online: Online,
    language: Arc<str>,
    now_ms: u64,
    phase: Phase,
    seed: u64,
    /// Calls so far that may draw: what the next seed is made of.
    draws: u64,
    /// Whether each call gets an instance of its own.
    forgetful: bool,
    /// Timers that armed themselves anew wait until then.
    not_before_ms: BTreeMap<String, u64>,
    emitted: Vec<Emitted>,
    log: Vec<LogLine>,
    costs: Costs,
}

impl EngineRoom {
    /// Asks the gate about a component and makes a room with nobody in it.
    ///
    /// Compiling takes a second or so. For several rooms make an [`Engine`] and a [`Plugin`] once, and use
    /// [`EngineRoom::new`].
    ///
    /// # Errors
    /// [`RoomError::Gate`] when the server would not take it either.
    pub fn load(component: &[u8]) -> Result<Self, RoomError> {
        let engine = Self::engine()?;
        Ok(Self::new(&Plugin::load(&engine, component, None)?))
    }

    /// The server's engine with the server's default limits, in a size for tests.
    ///
    /// # Errors
    /// When the system gives no memory or no thread.
    pub fn engine() -> Result<Engine, RoomError> {
        Ok(engine::start()?)
    }

    /// A room with nobody in it.
    #[must_use]
    pub fn new(plugin: &Plugin) -> Self {
        Self::with_seed(plugin, 0)
    }

    /// The same with other randomness: rooms of one seed go the same way.
    #[must_use]
    pub fn with_seed(plugin: &Plugin, seed: u64) -> Self {
        Self {
            instance: Instance::new(plugin),
            space: Space::new(),
            members: Arc::default(),
            online: Online::default(),
            language: plugin.description().translations.first().map_or("", |first| &first.language).into(),
            now_ms: START_MS,
            phase: Phase::Draft,
            seed,
            draws: 0,
            forgetful: false,
            not_before_ms: BTreeMap::new(),
            emitted: Vec::new(),
            log: Vec::new(),
            costs: Costs::default(),
        }
    }

    /// Throws the instance away after each call, as the server may at any time. A plugin that keeps in memory what
    /// belongs into the state goes another way then.
    #[must_use]
    pub fn forgetful(mut self) -> Self {
        self.forgetful = true;
        self
    }

    /// From now on everybody is spoken to in this language, or in the plugin's first one if it lacks it.
    pub fn speak(&mut self, language: &str) {
        self.language = self.plugin().description().translation(language).map_or("", |one| &one.language).into();
    }

    /// The member with this id.
    #[must_use]
    pub fn member(&self, id: &str) -> Option<&Member> {
        self.members.get(id)
    }

    /// Opens the activity and gives its title.
    ///
    /// # Errors
    /// What the schema or the activity refuses.
    pub fn open(&mut self, config: impl Serialize) -> Result<String, RoomError> {
        self.need(Phase::Draft)?;
        let config = value("configuration", &config)?;
        self.instance.plugin().check_config(&config).map_err(|problems| unfit("config", &problems))?;
        let answer = self.call(Call::Open { config: &config.to_string() })?;
        self.phase = Phase::Open;
        match answer {
            Answer::Title(title) => Ok(title),
            _ => Ok(String::new()),
        }
    }

    /// A member does something, and is answered.
    ///
    /// # Errors
    /// What the schema or the activity refuses.
    pub fn act(&mut self, caller: &Member, action: impl Serialize) -> Result<Value, RoomError> {
        self.act_as(caller, None, &action)
    }

    /// An organizer does something for a member, and is answered.
    ///
    /// # Errors
    /// What the schema or the activity refuses.
    pub fn act_for(&mut self, organizer: &Member, member: &Member, action: impl Serialize) -> Result<Value, RoomError> {
        self.act_as(member, Some(organizer.clone()), &action)
    }

    fn act_as(
        &mut self,
        caller: &Member,
        on_behalf: Option<Member>,
        action: &impl Serialize,
    ) -> Result<Value, RoomError> {
        self.need(Phase::Open)?;
        let action = value("action", action)?;
        self.instance.plugin().check_action(&action).map_err(|problems| unfit("action", &problems))?;
        match self.call(Call::Act { caller: caller.clone(), action: &action.to_string(), on_behalf })? {
            Answer::Reply(reply) => json("reply", reply.get()),
            _ => Ok(Value::Null),
        }
    }

    /// Closes the activity. No timer fires after that.
    ///
    /// # Errors
    /// What the activity refuses; it stays open then.
    pub fn close(&mut self) -> Result<(), RoomError> {
        self.need(Phase::Open)?;
        self.call(Call::Close)?;
        self.phase = Phase::Closed;
        Ok(())
    }

    /// Puts another version in this one's place, as the server does: it migrates the state of an open activity if the
    /// layouts differ. A draft has no state and just moves; a closed activity stays on the version that it has.
    ///
    /// # Errors
    /// What the other version refuses; this one stays then.
    pub fn upgrade(&mut self, plugin: &Plugin) -> Result<(), RoomError> {
        if self.phase == Phase::Closed {
            return Ok(());
        }
        let from = self.instance.plugin().description().state_version;
        let before = std::mem::replace(&mut self.instance, Instance::new(plugin));
        if self.phase == Phase::Draft {
            return Ok(());
        }
        let migrated = self.migrate(from);
        if migrated.is_err() {
            self.instance = before;
        }
        migrated
    }

    /// Puts a state into an activity that was never opened, as an older version may have left it; it is open then.
    ///
    /// # Errors
    /// When it was opened before.
    pub fn restore<K: Into<Box<str>>>(
        &mut self,
        state: impl IntoIterator<Item = (K, Vec<u8>)>,
    ) -> Result<(), RoomError> {
        self.need(Phase::Draft)?;
        state.into_iter().for_each(|(key, value)| self.space.set(key, value));
        self.phase = Phase::Open;
        Ok(())
    }

    /// Has the plugin bring the state of an open activity from a layout to its own. It is not asked when that is its
    /// own already, as on the server.
    ///
    /// # Errors
    /// What the plugin refuses, and [`RoomError::WrongPhase`] when the activity is not open.
    pub fn migrate(&mut self, from: u32) -> Result<(), RoomError> {
        self.need(Phase::Open)?;
        if from == self.instance.plugin().description().state_version {
            return Ok(());
        }
        self.call(Call::Migrate { from }).map(drop)
    }

    /// The plugin that the activity runs on at the moment.
    #[must_use]
    pub fn plugin(&self) -> &Plugin {
        self.instance.plugin()
    }

    /// Milliseconds since 1970 on the room's clock.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// The state and the armed timers.
    #[must_use]
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Takes the events that were emitted since the last look.
    pub fn take_emitted(&mut self) -> Vec<Emitted> {
        std::mem::take(&mut self.emitted)
    }

    /// Takes the lines that were logged since the last look.
    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.log)
    }

    /// What the calls so far used, by export.
    #[must_use]
    pub fn costs(&self) -> &Costs {
        &self.costs
    }

    fn need(&self, needed: Phase) -> Result<(), RoomError> {
        if self.phase == needed {
            return Ok(());
        }
        Err(RoomError::WrongPhase { found: self.phase.name(), needed: needed.name() })
    }

    fn call(&mut self, call: Call<'_>) -> Result<Answer, RoomError> {
        let export = call.export().name();
        self.try_call(call).map_err(|failure| match failure {
            Failure::Refused(refusal) => RoomError::Refused(refusal),
            Failure::Fault(fault) => RoomError::Fault { export, fault },
        })
    }

    fn try_call(&mut self, call: Call<'_>) -> Result<Answer, Failure> {
        self.draws += u64::from(call.writes());
        let seed = seed_of(self.seed, self.draws);
        let context = CallContext {
            now_ms: self.now_ms,
            seed,
            members: Arc::clone(&self.members),
            online: self.online.clone(),
            language: Arc::clone(&self.language),
        };
        let report = self.instance.call(&mut self.space, context, call.clone());
        if self.forgetful {
            self.instance.park();
        }
        self.costs.note(&call, &report, &self.space);
        self.log.extend(report.logs);
        let outcome = report.result?;
        for emit in outcome.effects.emits {
            // The runtime has read it already.
            let event = serde_json::from_str(emit.event.get()).unwrap_or_default();
            self.emitted.push(Emitted { to: emit.audience, event, at_ms: self.now_ms });
        }
        Ok(outcome.answer)
    }
}

/// The seed of a room's nth call.
fn seed_of(seed: u64, call: u64) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"hezi engine room");
    hasher.update(seed.to_le_bytes());
    hasher.update(call.to_le_bytes());
    hasher.finalize().into()
}

fn value(what: &'static str, argument: &impl Serialize) -> Result<Value, RoomError> {
    serde_json::to_value(argument).map_err(|error| RoomError::NotJson { what, message: error.to_string() })
}

fn json(what: &'static str, text: &str) -> Result<Value, RoomError> {
    serde_json::from_str(text).map_err(|error| RoomError::NotJson { what, message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_has_a_seed_of_its_own_and_the_same_each_time() {
        assert_eq!(seed_of(1, 2), seed_of(1, 2));
        assert_ne!(seed_of(1, 2), seed_of(2, 1));
        assert_ne!(seed_of(1, 2), seed_of(1, 3));
    }
}
