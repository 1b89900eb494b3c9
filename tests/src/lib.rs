//! The harness of the end-to-end tests: it starts the real `hezi` binary and speaks of users, not of requests.
//!
//! A test is a story of people in a meeting. Each story has a server of its own, so stories never meet:
//!
//! ```no_run
//! # async fn story() {
//! use hezi_tests::Host;
//!
//! let host = Host::start().await;
//! let wang = host.user("小王").await;
//! let room = wang.create_conference("周会").await;
//! let li = host.user("小李").await.join(&room.number).await;
//! let mut socket = li.connect(&room.number).await;
//! socket.chat("c1", "你好").await;
//! let said = socket.expect_event("chat").await;
//! assert_eq!(said["text"], "你好");
//! # }
//! ```
//!
//! # Layout, in reading order
//! * [`Launch`] says how a server is started; [`Host`] is one that is ready; [`Exit`] is one that refused to start.
//! * [`Console`] runs `hezi plugin …` beside a server, as an administrator does; [`Ran`] is how that ended.
//! * [`Caller`] sends HTTP requests as nobody, as the administrator or as a person; [`User`] is a person with verbs.
//! * [`Answer`] is what came back: [`Answer::ok`] and [`Answer::problem`] check status, type and code in one go.
//! * [`Socket`] is a member's connection to a room; [`RawSocket`] writes frames byte by byte, also those that no
//!   WebSocket library would send.
//! * [`StandIn`] takes WeCom's place; a [`Browser`] is a phone or a desktop on which somebody signs in through it.
//! * [`Chromium`] opens the pages as people see them; a [`Tab`] is a phone, a desk or the wall; a [`Task`] is what its thread did.
//! * [`View`] reads the blocks of an activity's view; [`process`] what Linux says of a server's process.
//! * [`Tally`] is a plugin of two versions under a steady load, and [`Swaps`] is what changing them cost.
//! * [`Author`] writes a plugin with the real `cargo-hezi`.
//! * [`history`] judges what clients saw: whether everything acknowledged is there, once, and in one order for everybody.
//!
//! * [`Disk`] is a disk that fails under a server; [`torture`] lets members write while their server ends in every way.
//!
//! # What holds in every test
//! * No test sleeps to let something happen: each wait is for an event and fails after [`DEADLINE`].
//! * A socket fails the test when it sees a `seq` twice or out of order, whatever the test is about.
//! * A host is killed by its process id when the test ends. When the test failed, the end of the server's log is printed.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a harness fails a test by panicking, and waits on the machine's own clock"
)]

mod answer;
mod artifacts;
mod author;
mod browser;
mod caller;
mod chromium;
mod conference;
mod console;
mod disk;
mod emulation;
pub mod history;
mod host;
mod launch;
mod load;
pub mod process;
pub mod program;
mod raw_socket;
mod socket;
mod surreal;
mod tally;
pub mod torture;
mod trace;
mod user;
mod view;
mod wecom;

use std::time::Duration;

pub use answer::Answer;
pub use artifacts::{altered, built_in_plugins, example, examples_folder, guest, hezi_binary, plugin};
pub use author::{Author, Said};
pub use browser::{Browser, Visit};
pub use caller::{Caller, Request};
pub use chromium::{Chromium, Tab};
pub use conference::{Acted, Activity, Conference};
pub use console::{Console, Ran};
pub use disk::{Call as DiskCall, Disk, Drive, Mishap};
pub use emulation::Network;
pub use host::Host;
pub use launch::{ADMIN_TOKEN, Exit, Launch};
pub use load::{Answered, Progress};
pub use raw_socket::{OpCode, RawSocket};
pub use socket::{Close, Reply, Socket};
pub use surreal::Surreal;
pub use tally::{Swaps, Tally};
pub use trace::Task;
pub use user::User;
pub use view::View;
pub use wecom::{AGENT_ID, CORP_ID, Call, Fault, Person, Rules, SECRET, Sent, StandIn, UNTRUSTED_IP};

/// How long a test waits for anything that has to happen: long for a busy machine with two cores, short for a person.
pub const DEADLINE: Duration = Duration::from_secs(60);
