//! The Hezi server: from a request or a socket's frame to the journal and back to everybody in the room.
//!
//! A person's click takes this path, and the modules stand in its order, from the outside to the inside. A module imports
//! only modules of a lower rank; a test keeps it so.
//!
//! ```text
//! socket or HTTP -> session -> room -> activity -> plugin call -> commit (one journal record) -> reply and fan-out
//! ```
//!
//! | rank | module | the only place that knows |
//! | --- | --- | --- |
//! | 9 | [`app`] | how the parts are wired |
//! | 8 | [`http`] | axum, status codes, cookies on the wire |
//! | 7 | [`ws`] | fastwebsockets, frames, close codes on the wire |
//! | 7 | [`sign_in`] | how people prove who they are |
//! | 6 | [`session`] | who is signed in |
//! | 5 | [`room`] | who is connected; the order of a conference |
//! | 4 | [`activity`] | phases; how a plugin's calls follow one another |
//! | 3 | [`wecom`] | WeCom's addresses, error codes and tokens; above the store, which keeps its tokens encrypted |
//! | 3 | [`plugin`] | the versions of plugins; the runtime itself is the crate `hezi-plugin` |
//! | 2 | [`seal`] | how a value is encrypted with a key |
//! | 2 | [`access`] | who may do what |
//! | 2 | [`store`] | SurrealDB and SurrealQL |
//! | 2 | [`console`] | the administrator's commands, as a client of the HTTP API |
//! | 2 | [`telemetry`] | log and metrics |
//! | 1 | [`protocol`], [`clock`], [`config`], [`pace`] | wire shapes; time and randomness; settings; how fast is too fast |
//! | 0 | [`domain`] | the words of the product |

pub mod app;
pub mod http;
pub mod ws;

pub mod sign_in;

pub mod session;

pub mod room;

pub mod activity;

pub mod plugin;
pub mod wecom;

pub mod access;
pub mod console;
pub mod seal;
pub mod store;
pub mod telemetry;

pub mod clock;
pub mod config;
pub mod pace;
pub mod protocol;

pub mod domain;
