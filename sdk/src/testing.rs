//! A room for tests: the host's side of the interface, so that a whole plugin runs under plain `cargo test`.
//!
//! A [`Room`] goes through the same door as the host, JSON texts and all. Members, clock, randomness and timers are the
//! test's; events and log lines are kept for it to look at. A call that returns an error or panics changes nothing, and a
//! limit that would fail a call on the host fails it here, with a panic that says which.
//!
//! What it does not do: it does not check configurations and actions against their schemas, it bounds neither time nor
//! memory, and a timer that fails is tried again at the next look at the clock and not after a pause.
//!
//! ```
//! # use hezi_sdk::{Activity, Ctx, Done, Error, Member, NoEvent, ReadCtx, Result, View};
//! # hezi_sdk::texts! {
//! #     /// What it says.
//! #     pub struct Texts: "zh-Hans";
//! #     title = "静";
//! #     summary = "不说话";
//! #     fields {}
//! # }
//! # struct Silent;
//! # impl Activity for Silent {
//! #     const NAME: &'static str = "silent";
//! #     const VERSION: &'static str = "1.0.0";
//! #     type Texts = Texts;
//! #     type Config = serde_json::Value;
//! #     type Action = serde_json::Value;
//! #     type Reply = Done;
//! #     type Event = NoEvent;
//! #     fn open(ctx: &mut Ctx, _: serde_json::Value) -> Result<String> {
//! #         ctx.set_timer("end", ctx.now_ms() + 60_000);
//! #         Ok("静".into())
//! #     }
//! #     fn act(_: &mut Ctx, _: &Member, _: serde_json::Value) -> Result<Done> { Err(Error::conflict("嘘")) }
//! #     fn view(_: &ReadCtx, _: Option<&Member>) -> Result<View> { Ok(View::new()) }
//! # }
//! use hezi_sdk::testing::Room;
//! use serde_json::json;
//!
//! let mut room = Room::<Silent>::new();
//! let wang = room.join("wang", "小王");
//! room.open(json!({})).unwrap();
//! assert!(room.act(&wang, json!({ "speak": {} })).is_err());
//! room.advance_ms(60_000).unwrap();
//! assert!(room.timers().is_empty());
//! ```

mod bounds;
pub(crate) mod imports;
mod people;
mod table;
mod veil;
mod world;

use std::{collections::BTreeMap, marker::PhantomData};

use serde::Serialize;
use serde_json::Value;

pub use self::people::Presence;
pub use self::table::Table;
use self::world::World;
pub use self::world::{Emitted, START_MS};
use crate::bindings::exports::hezi::activity::activity::Guest as _;
use crate::guest::Guest;
use crate::{Activity, Ctx, Description, Error, Level, Member, NoEvent, Result, Role, View};

/// Shortest time between two runs of a timer that arms itself.
const TICK_PACE_MS: u64 = 100;

/// A conference with one activity. A clone goes its own way from there.
#[derive(Debug)]
pub struct Room<A> {
    world: World,
    phase: Phase,
    activity: PhantomData<fn() -> A>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Draft,
    Open,
    Closed,
}

impl<A> Clone for Room<A> {
    fn clone(&self) -> Self {
        Self { world: self.world.clone(), phase: self.phase, activity: PhantomData }
    }
}

impl<A> Default for Room<A> {
    fn default() -> Self {
        Self { world: World::new(0), phase: Phase::Draft, activity: PhantomData }
    }
}

impl<A: Activity> Room<A> {
    /// A room with nobody in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with other randomness: rooms of one seed go the same way.
    pub fn with_seed(seed: u64) -> Self {
        Self { world: World::new(seed), phase: Phase::Draft, activity: PhantomData }
    }

    /// An open activity with the state that another version has left, which this one takes over with
    /// [`migrate`](Activity::migrate). For layouts whose code is gone; where both are at hand there is
    /// [`upgrade`](Room::upgrade).
    ///
    /// # Errors
    /// What the activity refuses.
    pub fn take_over(
        from_version: u32,
        state: impl IntoIterator<Item = (impl Into<String>, impl Into<Vec<u8>>)>,
    ) -> Result<Self> {
        let mut room = Self { phase: Phase::Open, ..Self::default() };
        room.world.restore(state.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
        room.migrate(from_version)?;
        Ok(room)
    }

    /// From now on the host speaks this language to everybody: one of those of the activity's texts.
    pub fn speak(&mut self, language: &str) {
        self.world.language = language.to_owned();
    }

    /// What the plugin says of itself.
    pub fn describe() -> Description {
        // Not inside a call: `describe` may use no import.
        Guest::<A>::describe()
    }

    /// Opens the activity and gives its title.
    ///
    /// # Errors
    /// What the activity refuses; it is not open then.
    ///
    /// # Panics
    /// When it was opened before.
    pub fn open(&mut self, config: impl Serialize) -> Result<String> {
        assert_eq!(self.phase, Phase::Draft, "an activity is opened once");
        let config = text(&config);
        let title = self.world.call(|| Guest::<A>::open(config))?;
        bounds::check_title(&title);
        self.phase = Phase::Open;
        Ok(title)
    }

    /// A member does something, and is answered.
    ///
    /// # Errors
    /// What the activity refuses; nothing has changed then.
    ///
    /// # Panics
    /// When the activity is not open.
    pub fn act(&mut self, caller: &Member, action: impl Serialize) -> Result<Value> {
        let reply = self.act_text(caller, &text(&action))?;
        Ok(serde_json::from_str(&reply).unwrap_or_else(|error| panic!("a reply is JSON: {error}")))
    }

    /// The same with texts, as they cross the boundary.
    ///
    /// # Errors
    /// What the activity refuses; nothing has changed then.
    ///
    /// # Panics
    /// When the activity is not open.
    pub fn act_text(&mut self, caller: &Member, action: &str) -> Result<String> {
        assert_eq!(self.phase, Phase::Open, "the host calls `act` only while the activity is open");
        let (caller, action) = (caller.clone(), action.to_owned());
        self.world.call(|| Guest::<A>::act(caller, action, None).inspect(|reply| imports::note_reply(reply)))
    }

    /// An organizer does something for a member, and is answered.
    ///
    /// # Errors
    /// What the activity refuses; nothing has changed then.
    ///
    /// # Panics
    /// When the activity is not open, or an anonymous one.
    pub fn act_for(&mut self, organizer: &Member, member: &Member, action: impl Serialize) -> Result<Value> {
        assert_eq!(self.phase, Phase::Open, "the host calls `act` only while the activity is open");
        assert!(self.world.veil.is_none(), "in an anonymous activity everybody acts for themselves");
        let (organizer, member, action) = (organizer.clone(), member.clone(), text(&action));
        let act = || Guest::<A>::act(member, action, Some(organizer)).inspect(|reply| imports::note_reply(reply));
        let reply = self.world.call(act)?;
        Ok(serde_json::from_str(&reply).unwrap_or_else(|error| panic!("a reply is JSON: {error}")))
    }

    /// What everybody sees.
    ///
    /// # Errors
    /// What the activity refuses.
    pub fn view(&mut self) -> Result<View> {
        self.look(None, None)
    }

    /// What a member sees.
    ///
    /// # Errors
    /// What the activity refuses.
    pub fn view_of(&mut self, viewer: &Member) -> Result<View> {
        self.look(Some(viewer.clone()), None)
    }

    /// What a member sees who asks for a page or filter.
    ///
    /// # Errors
    /// What the activity refuses.
    pub fn view_of_page(&mut self, viewer: &Member, query: &str) -> Result<View> {
        self.look(Some(viewer.clone()), Some(query.to_owned()))
    }

    /// Moves the clock on. Timers that become due fire on the way, each at its time. One that arms itself again fires at most
    /// ten times a second.
    ///
    /// # Errors
    /// The first refusal of a tick; the clock stands there then, and the timer is armed still.
    pub fn advance_ms(&mut self, ms: u64) -> Result<()> {
        let target_ms = self.world.now_ms + ms;
        while let Some((name, due_ms)) = self.next_timer().filter(|(_, due_ms)| *due_ms <= target_ms) {
            self.world.now_ms = self.world.now_ms.max(due_ms);
            // Disarmed within the call, so that it is undone with the call.
            self.world.call(|| {
                imports::timer::cancel(&name);
                Guest::<A>::tick(name.clone())
            })?;
            self.world.paced_ms.remove(&name);
            if self.world.timers.contains_key(&name) {
                self.world.paced_ms.insert(name, self.world.now_ms + TICK_PACE_MS);
            }
        }
        self.world.now_ms = target_ms;
        Ok(())
    }

    /// Moves the clock on while no timer fires, as on a server that is busy or was down. Those that have become due fire late,
    /// with the next [`advance_ms`](Room::advance_ms).
    pub fn delay_timers_ms(&mut self, ms: u64) {
        self.world.now_ms += ms;
    }

    /// Closes the activity. No timer fires after that.
    ///
    /// # Errors
    /// What the activity refuses; it stays open then.
    ///
    /// # Panics
    /// When the activity is not open.
    pub fn close(&mut self) -> Result<()> {
        assert_eq!(self.phase, Phase::Open, "the host closes an open activity only");
        self.world.call(Guest::<A>::close)?;
        self.phase = Phase::Closed;
        Ok(())
    }

    /// The whole report, page by page.
    ///
    /// # Errors
    /// What the activity refuses.
    pub fn report(&mut self) -> Result<Table> {
        let first = self.world.read(|| Guest::<A>::report(None))?;
        let summary = serde_json::from_str(&first.summary).unwrap_or_else(|error| panic!("a summary is JSON: {error}"));
        bounds::check_page(&first.rows);
        let mut table = Table { summary, columns: first.columns, rows: first.rows, pages: 1 };
        let mut next = first.next;
        while next.is_some() {
            let page = self.world.read(|| Guest::<A>::report(next.take()))?;
            bounds::check_page(&page.rows);
            assert_eq!(page.columns, table.columns, "the columns are the same on each page");
            table.rows.extend(page.rows);
            table.pages += 1;
            next = page.next;
        }
        bounds::check_report(&table);
        Ok(table)
    }

    /// Puts another version of the plugin in this one's place: `B` migrates a copy of this room if the layouts differ.
    /// A draft has no state and just moves.
    ///
    /// # Errors
    /// What `B` refuses; this room stays as it is.
    ///
    /// # Panics
    /// When the activity is closed: the host leaves it on the version that it was closed on.
    pub fn upgrade<B: Activity>(&self) -> Result<Room<B>> {
        assert_ne!(self.phase, Phase::Closed, "what is closed stays on its version: no other one ever sees its state");
        let mut room: Room<B> = Room { world: self.world.clone(), phase: self.phase, activity: PhantomData };
        if self.phase == Phase::Open {
            room.migrate(A::STATE_VERSION)?;
        }
        Ok(room)
    }

    fn migrate(&mut self, from_version: u32) -> Result<()> {
        if from_version == A::STATE_VERSION {
            return Ok(());
        }
        self.world.call(|| Guest::<A>::migrate(from_version))
    }

    fn look(&mut self, viewer: Option<Member>, query: Option<String>) -> Result<View> {
        let asked = |blocks| View::asking(blocks, imports::confirmation::take());
        let view = self.world.read(|| Guest::<A>::view(viewer, query).map(asked))?;
        bounds::check_view(&view);
        Ok(view)
    }

    /// The timer that fires next, and when.
    fn next_timer(&self) -> Option<(String, u64)> {
        if self.phase != Phase::Open {
            return None;
        }
        let paced_ms = |name: &str| self.world.paced_ms.get(name).copied().unwrap_or(0);
        let runs_ms = |name: &str, at_ms: u64| at_ms.max(paced_ms(name)).max(self.world.now_ms);
        // Of those that can run at the same moment, the one that was armed for an earlier one goes first.
        let due = self.world.timers.iter().map(|(name, at_ms)| (runs_ms(name, *at_ms), *at_ms, name));
        due.min().map(|(runs_ms, _, name)| (name.clone(), runs_ms))
    }
}

impl<A> Room<A> {
    /// Milliseconds since 1970 on the room's clock.
    pub fn now_ms(&self) -> u64 {
        self.world.now_ms
    }

    /// Gives the next call that may draw this seed instead of one from the room's own. Views and reports may not.
    pub fn seed_next_call(&mut self, seed: [u8; 32]) {
        self.world.next_seed = Some(seed);
    }

    /// Takes the events that were emitted since the last look.
    pub fn take_emitted(&mut self) -> Vec<Emitted> {
        std::mem::take(&mut self.world.emitted)
    }

    /// The armed timers and when they are due, in milliseconds since 1970.
    pub fn timers(&self) -> &BTreeMap<String, u64> {
        &self.world.timers
    }

    /// The state, key by key.
    pub fn state(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.world.state
    }

    /// All lines that were logged.
    pub fn log(&self) -> &[(Level, String)] {
        &self.world.log
    }
}

/// Runs something with a context, on a room of its own: for tests of one piece of a plugin.
pub fn with_ctx<T>(body: impl FnOnce(&mut Ctx<NoEvent>) -> T) -> T {
    run(World::new(0), body)
}

/// The same in a room with participants of these ids.
pub fn with_members<T>(ids: impl IntoIterator<Item = String>, body: impl FnOnce(&mut Ctx<NoEvent>) -> T) -> T {
    let mut world = World::new(0);
    ids.into_iter().for_each(|id| drop(world.join(&id, &id, Role::Participant)));
    run(world, body)
}

fn run<T>(mut world: World, body: impl FnOnce(&mut Ctx<NoEvent>) -> T) -> T {
    // One piece may do more than one call may, so its writes are not counted.
    world.bounded = false;
    match world.call(|| Ok::<T, Error>(body(&mut Ctx::new()))) {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| panic!("a test gives JSON: {error}"))
}

#[cfg(test)]
mod tests;
