//! The room's socket: what members hear, in which order, and what happens to those who break the rules.

mod chat;
mod closing;
mod commands;
mod protocol;
mod resume;
mod screen;
mod slow_reader;
mod welcome;
