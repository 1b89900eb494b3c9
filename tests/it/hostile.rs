//! Plugins that mean harm: each is bounded, what it did is as if it never happened, and the room goes on.
//!
//! `rows` is the list of what they do and of the word for each; the other files are the stories that go through it. A
//! version that fails five times within a minute is taken out of service, so after each deed the administrator of these
//! stories puts it back.

mod calls;
mod manners;
mod memory;
mod migrations;
mod neighbours;
mod quarantine;
mod rows;
mod story;
mod uploads;
