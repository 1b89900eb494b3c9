//! Members who write while their server ends in every way, and starts again, and ends again.
//!
//! Each life of the server runs on a disk of its own making, sound or failing, and ends as it is told. Members chat, vote,
//! rate and grab with a fixed number of commands under way, come back with the last place that they saw, and send again
//! what was not answered. At the end everything is settled on a sound disk, everybody reads everything, and the
//! [`History`] is judged.
//!
//! # Invariants
//! * Only what arrived before a question is demanded of its answer, so how fast the machine is decides nothing.
//! * The seed settles what members send and what the disk loses; the order of things is up to the machine.

mod line;
mod rounds;
mod torn;
mod verdict;
mod writer;

use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use futures_util::future::{join, join_all};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::timeout;

pub use self::rounds::Round;
pub use self::torn::{TORN_CHARS, Torn};
pub use self::verdict::Verdict;
use self::writer::{Activities, Writer};
use crate::history::{History, Violation};
use crate::{Activity, Conference, Drive, Host, Launch, User};
use crate::{Disk, DiskCall};

/// How long a life may last: long for a disk that syncs slowly, and the end of one on which nothing is acknowledged.
const LIFE_MAX: Duration = Duration::from_secs(20);
/// How long a server may take to end after its disk was cut off, or to meet a fault that ends it.
const END_MAX: Duration = Duration::from_secs(60);
/// Money and shares of the packet: fewer shares than members, so that some come too late.
const PACKET_CENTS: u64 = 10_000;
/// What the server's smallest buffers are, so that flushes and compactions come often.
const MEMTABLE_BYTES: u64 = 64 << 10;

/// How a life of the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By SIGKILL.
    Kill,
    /// By SIGTERM.
    Stop,
    /// By a power cut.
    PowerCut,
    /// By a power cut after a SIGTERM, while it puts everything in order.
    CutWhileStopping,
    /// By itself, for what its disk does to it; by SIGKILL if it does not.
    OfItself,
}

/// One life of the server.
#[derive(Clone, Debug)]
pub struct Life {
    /// How it was to end.
    pub end: End,
    /// How the process ended; none when it had to be killed although it should have ended by itself.
    pub status: Option<ExitStatus>,
    /// Whether it was ready at some time.
    pub started: bool,
    /// Whether a mishap met the engine's log, and not its tables alone.
    pub met_log: bool,
    /// Commands that were acknowledged in it for the first time.
    pub acknowledged: usize,
}

/// A meeting under torture.
#[derive(Debug)]
pub struct Torture {
    seed: u64,
    launch: Launch,
    host: Host,
    room: Conference,
    activities: [Activity; 3],
    writers: Vec<Writer>,
    stage: Stage,
    lives: Vec<Life>,
}

/// What all members share.
#[derive(Debug, Default)]
struct Stage {
    /// Held for moments, and never while somebody waits.
    history: Mutex<History>,
    acknowledged: watch::Sender<usize>,
    /// Whether the present life is over.
    over: watch::Sender<bool>,
}

impl Stage {
    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().expect("nobody panics while noting")
    }
}

/// Settings with which the server's buffers are full and written out all the time.
pub fn small_buffers(launch: Launch) -> Launch {
    launch.unhurried().set("surrealdb.memtable_bytes", MEMTABLE_BYTES).set("surrealdb.block_cache_bytes", 1 << 20)
}

impl Torture {
    /// A meeting of an organizer and `members` others, with a rating, a vote and a packet; its server is down.
    pub async fn prepare(seed: u64, members: usize, launch: Launch) -> Self {
        let launch = launch.on_disk(Disk::sound(seed));
        let mut host = launch.clone().start().await;
        let owner = host.user("小王").await;
        let room = owner.create_conference("压力测试").await;
        let members = host.members(&room.number, members).await;
        let activities = open_activities(&owner, &room, members.len()).await;
        host.kill().await;
        let stage = Stage::default();
        note_activities(&mut stage.history(), &activities, members.len());
        let ids = Activities::of(&activities);
        let people = [owner].into_iter().chain(members).enumerate();
        let writers = people.map(|(who, user)| Writer::new(user, &room, ids.clone(), seed, who)).collect();
        Torture { seed, launch, host, room, activities, writers, stage, lives: Vec::new() }
    }

    /// The number from which all chance comes.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The disk under the server.
    pub fn drive(&self) -> Drive {
        self.launch.drive()
    }

    /// How the server is started.
    pub fn launch(&self) -> &Launch {
        &self.launch
    }

    /// Changes how the server is started from its next life on.
    pub fn relaunch(&mut self, change: impl FnOnce(Launch) -> Launch) {
        self.launch = change(self.launch.clone());
    }

    /// The lives up to now.
    pub fn lives(&self) -> &[Life] {
        &self.lives
    }

    /// Lets the server live on this disk until `more` commands were acknowledged, or it ends before, and ends it.
    pub async fn live(&mut self, disk: Disk, end: End, more: usize) -> Life {
        let launch = self.launch.clone().on_disk(disk);
        let log_mishaps = self.drive().log_mishaps();
        if let Err(status) = self.host.try_restart_as(launch).await {
            let met_log = self.drive().log_mishaps() > log_mishaps;
            return self.note(Life { end, status: Some(status), started: false, met_log, acknowledged: 0 });
        }
        let before = *self.stage.acknowledged.borrow();
        self.stage.over.send_replace(false);
        let (stage, host, drive) = (&self.stage, &mut self.host, self.launch.drive());
        let writers = join_all(self.writers.iter_mut().map(|writer| writer.write(stage)));
        let ending = async {
            let status = end_after(stage, host, &drive, end, before + more).await;
            stage.over.send_replace(true);
            status
        };
        let (_, status) = join(writers, ending).await;
        let acknowledged = *self.stage.acknowledged.borrow() - before;
        let met_log = self.drive().log_mishaps() > log_mishaps;
        self.note(Life { end, status, started: true, met_log, acknowledged })
    }

    fn note(&mut self, life: Life) -> Life {
        self.lives.push(life.clone());
        life
    }

    /// Starts the server on a sound disk, sends what is unanswered until it is answered, lets everybody read everything,
    /// and judges what they saw.
    pub async fn judge(&mut self) -> Verdict {
        let launch = self.launch.clone().on_disk(Disk::sound(self.seed));
        if let Err(status) = self.host.try_restart_as(launch).await {
            return self.verdict(Vec::new(), Some(format!("it does not start any more: {status}")));
        }
        let settled = join_all(self.writers.iter_mut().map(|writer| writer.settle(&self.stage))).await;
        if let Err(reason) = settled.into_iter().collect::<Result<Vec<()>, String>>() {
            self.host.kill().await;
            return self.verdict(Vec::new(), Some(reason));
        }
        for writer in &self.writers {
            self.read(&writer.user).await;
        }
        let owner = &self.writers[0].user;
        for activity in &self.activities {
            let report = owner.report(activity).await;
            self.stage.history().report(&activity.id, &report);
        }
        self.host.kill().await;
        self.stage.history().everybody_has_read();
        let violations = self.stage.history().check();
        self.verdict(violations, None)
    }

    fn verdict(&self, violations: Vec<Violation>, refused: Option<String>) -> Verdict {
        let drive = self.launch.drive();
        Verdict {
            seed: self.seed,
            refused,
            figures: self.stage.history().figures(&violations),
            violations,
            lives: self.lives.clone(),
            logs: drive.made(".log") + drive.made(".wal"),
            syncs: drive.calls(DiskCall::Sync),
            mishaps: drive.mishaps(),
            story: self.story(),
        }
    }

    async fn read(&self, reader: &User) {
        let asked = self.stage.history().ask_journal(&reader.id);
        let entries = reader.journal(&self.room.number).await;
        self.stage.history().journal(asked, &entries);
    }

    /// What the disk and the server said, for whoever has to find out what went wrong.
    pub fn story(&self) -> String {
        const LINES: usize = 80;
        let tail = |text: String| {
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(LINES)..].join("\n")
        };
        let (disk, server) = (tail(self.launch.drive().log()), tail(self.launch.log()));
        format!("seed {}\nlives: {:#?}\ndisk:\n{disk}\nserver:\n{server}", self.seed, self.lives)
    }
}

/// Waits for the moment to end a life, and ends it.
async fn end_after(stage: &Stage, host: &mut Host, drive: &Drive, end: End, target: usize) -> Option<ExitStatus> {
    let mut acknowledged = stage.acknowledged.subscribe();
    let enough = async { acknowledged.wait_for(|count| *count >= target).await.is_ok() };
    let early = tokio::select! {
        _ = timeout(LIFE_MAX, enough) => None,
        status = host.ended_within(LIFE_MAX) => status,
    };
    if early.is_some() {
        return early;
    }
    match end {
        End::Kill => return killed(host).await,
        End::Stop => host.ask_to_stop().await,
        End::PowerCut => drive.cut_power(),
        End::CutWhileStopping => {
            host.ask_to_stop().await;
            drive.cut_power();
        }
        End::OfItself => {}
    }
    let status = host.ended_within(END_MAX).await;
    if status.is_none() {
        host.kill().await;
    }
    status
}

async fn killed(host: &mut Host) -> Option<ExitStatus> {
    host.kill().await;
    None
}

async fn open_activities(owner: &User, room: &Conference, members: usize) -> [Activity; 3] {
    let rating = json!({ "subject": "茶", "min": 1, "max": 5, "revisable": true });
    let vote = json!({ "question": "?", "options": ["A", "B", "C"], "revisable": true });
    let packet = json!({
        "total_cents": PACKET_CENTS, "shares": shares(members), "mode": "lucky", "greeting": "!", "expires_in_s": 86_400
    });
    [
        owner.open(&room.number, "rating", rating).await,
        owner.open(&room.number, "vote", vote).await,
        owner.open(&room.number, "red-packet", packet).await,
    ]
}

fn note_activities(history: &mut History, [rating, vote, packet]: &[Activity; 3], members: usize) {
    history.register(&rating.id);
    history.register(&vote.id);
    history.packet(&packet.id, PACKET_CENTS, shares(members));
}

fn shares(members: usize) -> u64 {
    members.max(2) as u64 - 1
}
