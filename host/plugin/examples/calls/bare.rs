//! The same component in wasmtime with nothing around it: no limits, no fuel, no budget, no overlay, and host functions on
//! a map. What a call costs at least.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Bound;
use std::time::{Duration, Instant};

use hezi::activity::room::{MemberPage, Presence};
use hezi::activity::state::{Entry, Order, Page};
use hezi::activity::types::{Audience, Member, Role};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, Store};

wasmtime::component::bindgen!({ path: "../../wit", world: "plugin" });

/// What of the engine's ways to bound a call is switched on. None of them ever ends one here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meter {
    /// Nothing.
    None,
    /// Ticks, for clocks.
    Ticks,
    /// Fuel, for work.
    Fuel,
}

/// An engine with the settings that make calls fast, and of those that bound them this one.
fn engine(meter: Meter) -> Engine {
    let mut config = Config::new();
    config.wasm_component_model(true).concurrency_support(false);
    config.consume_fuel(meter == Meter::Fuel).epoch_interruption(meter == Meter::Ticks);
    Engine::new(&config).expect("an engine")
}

/// A store that no bound ever ends a call in.
fn store<T>(engine: &Engine, meter: Meter, data: T) -> Store<T> {
    let mut store = Store::new(engine, data);
    match meter {
        Meter::None => {}
        // The half of all ticks that there can be: the deadline is added to the ticks up to now.
        Meter::Ticks => store.set_epoch_deadline(u64::MAX / 2),
        Meter::Fuel => store.set_fuel(u64::MAX).expect("the engine counts fuel"),
    }
    store
}

/// Ballots by typed calls of an instance that is kept.
pub(crate) fn ballots(component: &[u8], meter: Meter) -> impl FnMut(usize) -> Duration + use<> {
    let engine = engine(meter);
    let component = Component::from_binary(&engine, component).expect("a component");
    let mut linker = Linker::<Room>::new(&engine);
    Plugin::add_to_linker::<_, HasSelf<Room>>(&mut linker, |room| room).expect("the imports are linked");
    let mut store = store(&engine, meter, Room::default());
    let plugin = Plugin::instantiate(&mut store, &component, &linker).expect("an instance");
    let opened = plugin.hezi_activity_activity().call_open(&mut store, crate::CONFIG);
    opened.expect("no trap").expect("the configuration is taken");
    move |n| {
        let caller = Member { id: crate::id(n), name: "小李".into(), role: Role::Participant };
        let started = Instant::now();
        let reply = plugin.hezi_activity_activity().call_act(&mut store, &caller, crate::ACTION, None);
        let took = started.elapsed();
        black_box(reply.expect("no trap").expect("the ballot is taken"));
        took
    }
}

/// Typed calls of a function without arguments, results and body.
pub(crate) fn empty_calls() -> impl FnMut(usize) -> Duration + use<> {
    let engine = engine(Meter::None);
    let text = r#"(component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func (export "f") (canon lift (core func $i "f"))))"#;
    let component = Component::from_binary(&engine, &wat::parse_str(text).expect("a text")).expect("a component");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component).expect("an instance");
    let function = instance.get_typed_func::<(), ()>(&mut store, "f").expect("the function");
    move |_| {
        let started = Instant::now();
        function.call(&mut store, ()).expect("no trap");
        started.elapsed()
    }
}

/// The host of one activity: its state, and nothing else that a ballot needs.
#[derive(Default)]
struct Room {
    state: BTreeMap<String, Vec<u8>>,
}

impl hezi::activity::types::Host for Room {}

impl hezi::activity::state::Host for Room {
    fn get(&mut self, key: String) -> Option<Vec<u8>> {
        self.state.get(&key).cloned()
    }

    fn set(&mut self, key: String, value: Vec<u8>) {
        self.state.insert(key, value);
    }

    fn delete(&mut self, key: String) {
        self.state.remove(&key);
    }

    fn add(&mut self, key: String, delta: i64) -> i64 {
        let before = self
            .state
            .get(&key)
            .map_or(0, |value| str::from_utf8(value).expect("digits").parse::<i64>().expect("a number"));
        self.state.insert(key, (before + delta).to_string().into_bytes());
        before + delta
    }

    fn scan(&mut self, prefix: String, cursor: Option<String>, limit: u32, _order: Order) -> Page {
        let from = match &cursor {
            Some(cursor) => Bound::Excluded(cursor.as_str()),
            None => Bound::Included(prefix.as_str()),
        };
        let entries =
            self.state.range::<str, _>((from, Bound::Unbounded)).take_while(|(key, _)| key.starts_with(&prefix));
        let entry = |(key, value): (&String, &Vec<u8>)| Entry { key: key.clone(), value: value.clone() };
        Page { entries: entries.take(limit as usize).map(entry).collect(), next: None }
    }
}

impl hezi::activity::room::Host for Room {
    fn find(&mut self, _id: String) -> Option<Member> {
        None
    }

    fn count(&mut self) -> u32 {
        0
    }

    fn members(&mut self, _who: Presence, _cursor: Option<String>, _limit: u32) -> MemberPage {
        MemberPage { members: Vec::new(), next: None }
    }

    fn emit(&mut self, _to: Audience, _event: String) {}
}

impl hezi::activity::locale::Host for Room {
    fn language(&mut self) -> String {
        "zh-Hans".to_owned()
    }
}

impl hezi::activity::confirmation::Host for Room {
    fn before_form(&mut self, _: String, _: String) {}

    fn before_button(&mut self, _: String, _: String) {}
}

impl hezi::activity::clock::Host for Room {
    fn now(&mut self) -> u64 {
        1_795_334_400_000
    }
}

impl hezi::activity::random::Host for Room {
    fn bytes(&mut self, len: u32) -> Vec<u8> {
        vec![7; len as usize]
    }

    fn get_u64(&mut self) -> u64 {
        7
    }
}

impl hezi::activity::timer::Host for Room {
    fn set(&mut self, _name: String, _at_ms: u64) {}

    fn cancel(&mut self, _name: String) {}
}

impl hezi::activity::log::Host for Room {
    fn write(&mut self, _level: hezi::activity::log::Level, _message: String) {}
}
