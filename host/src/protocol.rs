//! The shapes on the wire: what clients send and receive, and the codes they are told.
//!
//! Shapes only: no sockets, no HTTP status codes, no rules.
//!
//! # Invariants
//! * Every error a client can be told has one [`code::Code`]; every close of a socket one [`close::Close`].

pub mod client;
pub mod close;
pub mod code;
pub mod conference;
pub mod entry;
pub mod field;
pub mod frame;
pub mod server;
pub mod time;
