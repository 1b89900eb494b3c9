//! The rounds of a torture: what each of them does to the server, in small for the tests and at length on demand.

use fastrand::Rng;

use super::{End, Torture, Verdict, small_buffers};
use crate::{Disk, DiskCall, Launch, Mishap};

/// What is done to the server in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// SIGKILL and SIGTERM in turns.
    Kills,
    /// The power is cut while everybody writes, at any call, also while the server starts.
    PowerCuts,
    /// Kills and power cuts by turns: what one life did not sync the next one's power cut may take.
    KillsAndCuts,
    /// The disk is full, and later it is not.
    FullDisk,
    /// One sync fails.
    SyncFails,
    /// Every sync fails from one on.
    SyncsFail,
    /// One write fails.
    WriteFails,
    /// Syncs take longer than a query may.
    SlowSyncs,
    /// Some writes write a part only.
    ShortWrites,
    /// Syncs report success and make nothing durable. Nobody can keep anything on such a disk: this round is lost, and a
    /// judge who does not say so is none.
    LyingSyncs,
    /// Renamings are undone by a power cut, whatever was synced.
    LyingRenames,
}

impl Round {
    /// Every round that an honest server survives.
    pub const SURVIVED: &[Round] = &[
        Round::Kills,
        Round::PowerCuts,
        Round::KillsAndCuts,
        Round::FullDisk,
        Round::SyncFails,
        Round::SyncsFail,
        Round::WriteFails,
        Round::SlowSyncs,
        Round::ShortWrites,
    ];

    /// Does it, and judges: `lives` of the server, each until about `more` commands were acknowledged.
    pub async fn run(self, seed: u64, launch: Launch, members: usize, lives: u64, more: usize) -> Verdict {
        let launch = match self {
            Round::SlowSyncs => small_buffers(launch).set("surrealdb.query_timeout_ms", QUERY_TIMEOUT_MS),
            // Only the log is written, so the disk lies about nothing but what was acknowledged, and the server starts again.
            Round::LyingSyncs => launch.unhurried(),
            _ => small_buffers(launch),
        };
        let mut torture = Torture::prepare(seed, members, launch).await;
        let mut rng = Rng::with_seed(seed);
        for life in 0..lives {
            let more = rng.usize(more / 2..=more);
            let (disk, end) = self.life(life, &mut rng);
            torture.live(disk, end, more).await;
            if self.is_fault() {
                // What the fault left behind must carry on, and what was not synced then may be lost yet.
                let end = if life.is_multiple_of(2) { End::PowerCut } else { End::Kill };
                torture.live(Disk::sound(rng.u64(..)), end, more).await;
            }
        }
        torture.judge().await
    }

    fn is_fault(self) -> bool {
        !matches!(self, Round::Kills | Round::PowerCuts | Round::KillsAndCuts | Round::LyingSyncs | Round::LyingRenames)
    }

    /// The disk of a life, and how it ends. A start takes about 20 syncs, and each group of commands one more: what comes
    /// early meets a server that has just begun to acknowledge.
    fn life(self, life: u64, rng: &mut Rng) -> (Disk, End) {
        let disk = Disk::sound(rng.u64(..));
        let call = rng.u64(30..200);
        let early = rng.u64(25..35);
        match self {
            Round::Kills if life.is_multiple_of(2) => (disk, End::Kill),
            Round::Kills => (disk, End::Stop),
            Round::KillsAndCuts if life.is_multiple_of(2) => (disk, End::Kill),
            Round::PowerCuts | Round::KillsAndCuts => match life % 5 {
                0 => (disk.with(Mishap::Cut, DiskCall::Sync, call..), End::OfItself),
                1 => (disk.with(Mishap::Cut, DiskCall::Write, call..), End::OfItself),
                // Somewhere in the start, where the last life's leavings are read and put in order.
                2 => (disk.with(Mishap::Cut, DiskCall::Sync, rng.u64(1..20)..), End::OfItself),
                3 => (disk, End::PowerCut),
                _ => (disk, End::CutWhileStopping),
            },
            Round::FullDisk => match life % 3 {
                0 => (disk.with(Mishap::Full, DiskCall::Write, call..), End::OfItself),
                // Room is made after a while.
                1 => (disk.with(Mishap::Full, DiskCall::Write, call..call + 20), End::OfItself),
                _ => (disk.with(Mishap::Full, DiskCall::Write, rng.u64(1..20)..), End::OfItself),
            },
            Round::SyncFails => (disk.with(Mishap::Eio, DiskCall::Sync, call..=call), End::OfItself),
            Round::SyncsFail => (disk.with(Mishap::Eio, DiskCall::Sync, call..), End::OfItself),
            Round::WriteFails => (disk.with(Mishap::Eio, DiskCall::Write, call..=call), End::OfItself),
            Round::SlowSyncs => {
                let slow = Mishap::Slow(QUERY_TIMEOUT_MS * 2);
                (disk.with(slow, DiskCall::Sync, early..early + 3), End::Kill)
            }
            Round::ShortWrites => (disk.with(Mishap::Short, DiskCall::Write, early..early + 40), End::Stop),
            Round::LyingRenames => (disk.with(Mishap::Lie, DiskCall::Rename, ..), End::PowerCut),
            Round::LyingSyncs => (disk.with(Mishap::Lie, DiskCall::Sync, early..), End::PowerCut),
        }
    }
}

/// The longest query while syncs are slow: two slow syncs are longer.
const QUERY_TIMEOUT_MS: u64 = 400;
