//! The end-to-end tests, one binary: it links once and shares one limit on how many servers run.
//!
//! Files follow the tree of URLs and the promises of the product. Every test starts a server of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits on the machine's own clock"
)]

mod actions;
mod activities;
mod administration;
mod administrators;
mod anonymous;
mod audit;
mod auth;
mod author;
mod bodies;
mod browser;
mod budgets;
mod c_plugin;
mod check_in;
mod client_types;
mod compile;
mod conferences;
mod connections;
mod console;
mod contract;
mod doors;
mod durability;
mod full_meeting;
mod history;
mod hostile;
mod joined;
mod journal;
mod journal_back;
mod js_plugin;
mod languages;
mod log;
mod lottery;
mod matrix;
mod members;
mod messages;
mod numbers;
mod on_wall;
mod operations;
mod pages;
mod people;
mod planning;
mod plugins;
mod preparing;
mod qa;
mod qr;
mod quiz;
mod ranking;
mod rating;
mod red_packet;
mod registry;
mod relatives;
mod remote;
mod reports;
mod roles;
mod schedule;
mod settings;
mod signatures;
mod simulation;
mod socket;
mod startup;
mod store;
mod survey;
mod swap;
mod texts;
mod tidy;
mod torture;
mod vote;
mod watch;
mod wecom;
mod wire;
mod word_cloud;
