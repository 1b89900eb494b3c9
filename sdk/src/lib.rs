//! Write an activity for Hezi (盒子), the live-meeting platform: a poll, a draw, a game.
//!
//! An activity is a type that implements [`Activity`]. This is a complete one, with its test:
//!
//! ```
//! use hezi_sdk::{Activity, Counter, Ctx, Done, Error, Form, Map, Member, NoEvent, ReadCtx, Result, View};
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//!
//! hezi_sdk::texts! {
//!     /// What a show of hands says.
//!     pub struct Texts: "zh-Hans", "en";
//!
//!     title = "举手", "Show of hands";
//!     summary = "问一句,看多少人举手", "Ask, and see who raises a hand";
//!     fields { "question" = "问题", "Question"; }
//!     raise() = "举手", "Raise your hand";
//!     raised() = "已举手", "Hands up";
//!     raised_already() = "你已经举过手了", "Your hand is up already";
//! }
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Config { question: String }
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(rename_all = "snake_case")]
//! enum Action { Raise {} }
//!
//! const HANDS: Counter = Counter::new("hands");
//! const RAISED: Map<str, u64> = Map::new("raised/");
//! struct Hands;
//!
//! impl Activity for Hands {
//!     const NAME: &'static str = "hands";
//!     const VERSION: &'static str = env!("CARGO_PKG_VERSION");
//!     type Texts = Texts;
//!     type Config = Config;
//!     type Action = Action;
//!     type Reply = Done;
//!     type Event = NoEvent;
//!
//!     fn open(_ctx: &mut Ctx, config: Config) -> Result<String> { Ok(config.question) }
//!
//!     fn act(ctx: &mut Ctx, caller: &Member, Action::Raise {}: Action) -> Result<Done> {
//!         if RAISED.contains(ctx, &caller.id) { return Err(Error::conflict(ctx.texts::<Texts>().raised_already())); }
//!         RAISED.set(ctx, &caller.id, &ctx.now_ms());
//!         HANDS.add(ctx, 1);
//!         Ok(Done {})
//!     }
//!
//!     fn view(ctx: &ReadCtx, _viewer: Option<&Member>) -> Result<View> {
//!         let (texts, mut view) = (ctx.texts::<Texts>(), View::new());
//!         view.statistic(texts.raised(), HANDS.get(ctx).to_string()).form(Form::new(texts.raise()).wrap("raise"));
//!         Ok(view)
//!     }
//! }
//! hezi_sdk::export!(Hands);
//!
//! # fn main() {
//! // The test room is the host: `cargo test` runs the plugin natively, rules, JSON, state and all.
//! let mut room = hezi_sdk::testing::Room::<Hands>::new();
//! let li = room.join("li", "小李");
//! room.open(serde_json::json!({"question": "懂了吗?"})).unwrap();
//! room.act(&li, serde_json::json!({"raise": {}})).unwrap();
//! assert!(matches!(room.act(&li, serde_json::json!({"raise": {}})), Err(Error::Conflict(_))));
//! assert_eq!(room.view().unwrap().find_statistic("已举手"), Some("1"));
//! # }
//! ```
//!
//! # Layout, in reading order
//! * [`Activity`] is what an author implements, [`export!`] makes a component of it.
//! * [`Ctx`] and [`ReadCtx`] are what a call may do: [`Ctx`] in calls that change something, [`ReadCtx`] in `view` and
//!   `report`, where writing does not compile.
//! * [`Cell`], [`Map`], [`Counter`], [`Counters`], [`Blobs`], [`Names`] and [`Roster`] are the state.
//! * [`View`] and [`Report`] are what people see, in the words of a table that [`texts!`] makes.
//! * [`testing`] is a room for tests, off WebAssembly.
//!
//! # Writing in a view does not compile
//!
//! ```
//! # use hezi_sdk::{Counter, Ctx, ReadCtx};
//! const SHOWN: Counter = Counter::new("shown");
//! fn act(ctx: &mut Ctx) -> u64 { SHOWN.add(ctx, 1) }
//! fn view(ctx: &ReadCtx) -> u64 { SHOWN.get(ctx) }
//! ```
//!
//! The same with a write in `view`:
//!
//! ```compile_fail,E0308
//! # use hezi_sdk::{Counter, Ctx, ReadCtx};
//! const SHOWN: Counter = Counter::new("shown");
//! fn act(ctx: &mut Ctx) -> u64 { SHOWN.add(ctx, 1) }
//! fn view(ctx: &ReadCtx) -> u64 { SHOWN.add(ctx, 1) }
//! ```
//!
//! Neither does drawing a random number, arming a timer or emitting an event:
//!
//! ```compile_fail,E0599
//! fn view(ctx: &hezi_sdk::ReadCtx) -> u64 { ctx.random_u64() }
//! ```
//!
//! ```compile_fail,E0599
//! fn view(ctx: &hezi_sdk::ReadCtx) { ctx.set_timer("end", 0) }
//! ```
//!
//! ```compile_fail,E0599
//! fn view(ctx: &hezi_sdk::ReadCtx) { ctx.emit_everyone(&1) }
//! ```
//!
//! # Invariants
//! * A plugin imports nothing but `hezi:activity`: this crate brings neither WASI nor `getrandom` into it.
//! * Off WebAssembly every import goes to the test room of the current thread.

#![deny(missing_docs)]

mod activity;
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, reason = "generated code")]
pub mod bindings;
mod clock;
mod confirmation;
mod ctx;
mod error;
mod export;
#[doc(hidden)]
pub mod guest;
mod host;
mod json;
mod locale;
mod log;
mod nothing;
mod random;
mod report;
mod room;
mod state;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod texts;
mod timer;
mod view;

pub use activity::{Activity, Attendance};
// The types of the interface are exported by name, so that a new one never shadows a type of this crate.
pub use bindings::hezi::activity::log::Level;
pub use bindings::hezi::activity::room::Presence;
pub use bindings::hezi::activity::types::{
    Audience, Bar, Block, Button, Card, Choice, ChoiceField, Description, Field, Form, Input, MatrixField, Member,
    NumberField, OrderField, Person, PointsField, Role, ShownTo, Standing, Tab, TextField, Tone, Word,
};
pub use ctx::{Ctx, ReadCtx};
pub use error::{Error, Result};
pub use nothing::{Done, NoEvent};
pub use report::{Report, list_cell};
pub use state::{Blobs, Cell, Counter, Counters, Key, Map, Names, Roster, RosterReader, RosterWriter, roster_name};
pub use texts::Texts;
pub use view::{VIEW_BLOCKS_MAX, VIEW_BYTES_MAX, View, fitting, names_apart, text_json_bytes};
pub use {schemars, serde, serde_json};

/// The guide, so that its code is compiled and its tests are run: a block with `test_harness` is a whole plugin.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Guide;
