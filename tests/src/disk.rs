//! A disk that fails under a server: what it is to do, and how to meddle with it while it runs.
//!
//! The disk itself is a library that is preloaded under the real server, `tests/shim/disk.c`. Here stands only what it is
//! told and what it tells.
//!
//! # Invariants
//! * The same seed and plan mean the same chances; which call comes when is up to the server.

use std::fs;
use std::ops::{Bound, RangeBounds};
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::artifacts;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The power is cut: what was not synced may be gone, and the process is dead.
    Cut,
    /// Only a part is written.
    Short,
    /// No space is left.
    Full,
    /// An error of the device.
    Eio,
    /// A sync that takes this long, in milliseconds.
    Slow(u64),
    /// Success is reported, and nothing is made durable.
    Lie,
}

/// Which calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Writes to files.
    Write,
    /// Syncs of files and folders.
    Sync,
    /// Renamings of files.
    Rename,
}

/// What goes wrong with the disk under a server, and when.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    seed: u64,
    plan: Vec<String>,
}

impl Disk {
    /// A disk on which nothing goes wrong unless somebody cuts the power; the seed settles what that takes away.
    pub fn sound(seed: u64) -> Self {
        Disk { seed, plan: Vec::new() }
    }

    /// The mishap meets these calls, counted from 1 on from the server's start.
    pub fn with(mut self, mishap: Mishap, call: Call, which: impl RangeBounds<u64>) -> Self {
        let first = match which.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before + 1,
            Bound::Unbounded => 1,
        };
        let last = match which.end_bound() {
            Bound::Included(last) => last.to_string(),
            Bound::Excluded(after) => (after - 1).to_string(),
            Bound::Unbounded => String::new(),
        };
        let call = match call {
            Call::Write => "write",
            Call::Sync => "sync",
            Call::Rename => "rename",
        };
        let (what, delay) = match mishap {
            Mishap::Cut => ("cut", String::new()),
            Mishap::Short => ("short", String::new()),
            Mishap::Full => ("full", String::new()),
            Mishap::Eio => ("eio", String::new()),
            Mishap::Slow(delay_ms) => ("slow", format!(",{delay_ms}")),
            Mishap::Lie => ("lie", String::new()),
        };
        self.plan.push(format!("{what}@{call}:{first}-{last}{delay}"));
        self
    }

    /// Puts the disk under a server that keeps its data in `folder`.
    pub(crate) fn put_under(&self, command: &mut Command, drive: &Drive, folder: &Path) {
        drive.forget_orders();
        command
            .env("LD_PRELOAD", artifacts::disk_shim())
            .env("DISK_FOLDER", folder)
            .env("DISK_CONTROL", &drive.0)
            .env("DISK_SEED", self.seed.to_string())
            .env("DISK_PLAN", self.plan.join(" "));
    }
}

/// The disk of a launch, whichever of its servers runs.
#[derive(Clone, Debug)]
pub struct Drive(PathBuf);

impl Drive {
    pub(crate) fn new(control: PathBuf) -> Self {
        Drive(control)
    }

    fn forget_orders(&self) {
        let _ = fs::remove_file(self.0.join("cut"));
    }

    /// Cuts the power at the next write or sync.
    pub fn cut_power(&self) {
        fs::write(self.0.join("cut"), "").expect("an order for the disk");
    }

    /// What the disk did: which files were made, which faults came, what power cuts took away.
    pub fn log(&self) -> String {
        fs::read(self.0.join("log")).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// How many files with this ending were made.
    pub fn made(&self, ending: &str) -> usize {
        self.log().lines().filter(|line| line.starts_with("created ") && line.ends_with(ending)).count()
    }

    /// How many calls of this kind all servers of the launch have made.
    pub fn calls(&self, call: Call) -> u64 {
        self.counter(call as usize)
    }

    /// How many calls on the engine's log met a mishap.
    pub fn log_mishaps(&self) -> usize {
        let is_mishap = |line: &&str| line.contains(" at ") && line.ends_with(".log");
        self.log().lines().filter(is_mishap).count()
    }

    /// How many calls met a mishap.
    pub fn mishaps(&self) -> u64 {
        self.counter(Call::Rename as usize + 1)
    }

    /// The shim's table begins with its counters.
    fn counter(&self, index: usize) -> u64 {
        let table = fs::read(self.0.join("table")).unwrap_or_default();
        let bytes = table.get(index * 8..index * 8 + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u64::from_ne_bytes)
    }
}
