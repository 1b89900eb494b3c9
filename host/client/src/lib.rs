//! A client of the administrators' routes: what `hezi plugin` and `cargo hezi push` have in common.
//!
//! In the order in which a program goes through them: an [`Address`] that a token may go to, the [`BearerToken`], the
//! [`Upload`] where there is something to send, the [`Client`] that asks, and its [`ServerAnswer`] or [`ClientError`], of
//! which a [`Problem`] is what the server itself says. Where those come from, and how they look to people, is each program's.
//!
//! # Invariants
//! * The token goes to the server that was named and to nobody else: no redirect is followed, and over plain HTTP it leaves
//!   this machine only when the user insists. No message has it.
//! * What a server says has no characters that steer a terminal from the moment on that it is read ([`Printable`]).
//! * Every wait has an end, and every file and every answer a bound.

mod address;
mod client;
mod error;
mod file;
mod loopback;
mod plugins;
mod printable;
mod problem;
mod swap;
mod token;
mod upload;

pub use self::address::Address;
pub use self::client::{ActivationPolicy, AuditQuery, Client, ServerAnswer};
pub use self::error::ClientError;
pub use self::loopback::{is_loopback, is_loopback_in_browsers, is_loopback_ip};
pub use self::plugins::{AuditLine, AuditPage, Counters, PluginList, PluginLogLine, PluginStatus, PluginVersion};
pub use self::printable::Printable;
pub use self::problem::Problem;
pub use self::swap::SwapReport;
pub use self::token::BearerToken;
pub use self::upload::Upload;
