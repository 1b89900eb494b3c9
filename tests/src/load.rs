//! Members who act at a steady pace over their sockets, and what each of them was answered.
//!
//! # Invariants
//! * Every action has exactly one reply, and it succeeded: silence, a refusal or a second reply fails the test.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Interval, interval_at, timeout};

use crate::{Activity, DEADLINE, Reply, Socket};

/// An action that was carried out.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Its place in the journal.
    pub seq: u64,
    /// What the plugin replied.
    pub reply: Value,
    /// When it was sent.
    pub sent: Instant,
    /// When its reply arrived.
    pub arrived: Instant,
}

impl Answered {
    /// The version of the plugin that replied, as its reply says in `version`.
    ///
    /// # Panics
    /// When it says none.
    pub fn version(&self) -> &str {
        self.reply["version"].as_str().unwrap_or_else(|| panic!("a reply names its version: {}", self.reply))
    }

    /// From sending the action to its reply.
    pub fn latency(&self) -> Duration {
        self.arrived - self.sent
    }
}

/// How many replies have come from each version of the plugin.
#[derive(Debug, Default)]
pub struct Progress(watch::Sender<HashMap<String, usize>>);

impl Progress {
    /// Waits until this version has given `count` replies more than now.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn more_from(&self, version: &str, count: usize) {
        let given = |replies: &HashMap<String, usize>| replies.get(version).copied().unwrap_or_default();
        let target = given(&self.0.borrow()) + count;
        let mut replies = self.0.subscribe();
        let reached = timeout(DEADLINE, replies.wait_for(|replies| given(replies) >= target)).await.is_ok();
        assert!(reached, "version {version} has not given {count} more replies: {:?}", self.0.borrow());
    }

    fn note(&self, version: &str) {
        self.0.send_modify(|replies| *replies.entry(version.to_owned()).or_default() += 1);
    }
}

/// Lets the members do this action at `per_s` a second all together, evenly spaced, until the story has come to its end.
/// Gives what was answered, in order of `seq`, and what the story gave.
pub(crate) async fn steadily<T>(
    sockets: Vec<Socket>,
    activity: &Activity,
    action: &Value,
    per_s: u32,
    story: impl AsyncFnOnce(&Progress) -> T,
) -> (Vec<Answered>, T) {
    let progress = Progress::default();
    let (stop, stopped) = watch::channel(false);
    let (start, count) = (tokio::time::Instant::now(), u32::try_from(sockets.len()).expect("a few members"));
    let pace = |members: u32| Duration::from_secs(1) * members / per_s;
    let members = sockets.into_iter().zip(0..).map(|(socket, who)| {
        let ticks = interval_at(start + pace(who), pace(count));
        let member = Acting { socket, ticks, activity, action, under_way: HashMap::new(), answered: Vec::new() };
        member.run(&progress, stopped.clone())
    });
    let story = async {
        let told = story(&progress).await;
        stop.send_replace(true);
        told
    };
    let (answered, told) = join(join_all(members), story).await;
    let mut answered = answered.concat();
    answered.sort_by_key(|answered| answered.seq);
    (answered, told)
}

struct Acting<'a> {
    socket: Socket,
    ticks: Interval,
    activity: &'a Activity,
    action: &'a Value,
    under_way: HashMap<String, Instant>,
    answered: Vec<Answered>,
}

impl Acting<'_> {
    async fn run(mut self, progress: &Progress, mut stopped: watch::Receiver<bool>) -> Vec<Answered> {
        while !*stopped.borrow_and_update() {
            tokio::select! {
                _ = self.ticks.tick() => self.act().await,
                reply = self.socket.any_reply(), if !self.under_way.is_empty() => self.take(reply, progress),
                _ = stopped.changed() => {}
            }
        }
        while !self.under_way.is_empty() {
            let reply = self.socket.any_reply().await;
            self.take(reply, progress);
        }
        self.socket.say("end", "完").await.ok();
        let more = self.socket.untaken("reply");
        assert!(more.is_empty(), "replies that nobody waits for: {more:?}");
        self.answered
    }

    async fn act(&mut self) {
        let id = format!("a{}", self.answered.len() + self.under_way.len());
        self.under_way.insert(id.clone(), Instant::now());
        self.socket.act(&id, &self.activity.id, self.action.clone()).await;
    }

    fn take(&mut self, reply: Option<Reply>, progress: &Progress) {
        let reply = reply.unwrap_or_else(|| panic!("no reply to {:?}", self.under_way));
        let sent = reply.frame["id"].as_str().and_then(|id| self.under_way.remove(id));
        let sent = sent.unwrap_or_else(|| panic!("a second reply, or one to nothing: {}", reply.frame));
        let answered = Answered { seq: reply.seq(), reply: reply.ok().clone(), sent, arrived: Instant::now() };
        progress.note(answered.version());
        self.answered.push(answered);
    }
}
