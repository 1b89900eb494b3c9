//! The guest `tally` in its two versions, under a steady load while an administrator changes them.
//!
//! Both versions count actions, `{"add":{}}` gives `{"n":<total>,"version":"…"}`, and each keeps its state in a layout of
//! its own. The test of swaps and the benchmark share it.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::load::steadily;
use crate::{Activity, Answered, Caller, Conference, Host, Progress, User, guest};

/// An open tally, with its members.
#[derive(Debug)]
pub struct Tally {
    /// Who made the conference and opened the tally; the load comes from the members alone.
    pub owner: User,
    /// Where it is.
    pub room: Conference,
    /// The tally itself.
    pub activity: Activity,
    /// Who acts.
    pub members: Vec<User>,
    administrator: Caller,
}

impl Tally {
    /// The version that it begins with.
    pub const FIRST: &str = "0.1.0";
    /// The version with another layout of the state.
    pub const NEXT: &str = "0.2.0";
    /// Actions a second of all members together.
    pub const ACTIONS_PER_S: u32 = 500;

    /// Members, so that each sends twenty actions a second.
    const MEMBERS: usize = 25;
    /// Replies of a version that are waited for before the next one takes over: some 80 ms.
    const REPLIES_EACH: usize = 40;

    /// Loads both versions and opens a tally on the first.
    pub async fn open(host: &Host) -> Self {
        let (administrator, owner) = (host.administrator(), host.user("小王").await);
        administrator.upload(guest("tally")).await.ok(201);
        administrator.upload_inactive(guest("tally-next")).await.ok(201);
        let room = owner.create_conference("计数").await;
        let activity = owner.open(&room.number, "tally", json!({})).await;
        let members = host.members(&room.number, Self::MEMBERS).await;
        Tally { owner, room, activity, members, administrator }
    }

    /// Has all members act, [`Tally::ACTIONS_PER_S`] times a second, until the story has come to its end. Gives what was
    /// answered in order of `seq`, and what the story gave.
    pub async fn under_load<T>(&self, story: impl AsyncFnOnce(&Progress) -> T) -> (Vec<Answered>, T) {
        let mut sockets = Vec::with_capacity(self.members.len());
        for member in &self.members {
            sockets.push(member.connect(&self.room.number).await);
        }
        steadily(sockets, &self.activity, &json!({ "add": {} }), Self::ACTIONS_PER_S, story).await
    }

    /// Makes this version the active one; how long the server took to answer.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn activate(&self, version: &str) -> Duration {
        let started = Instant::now();
        let body = json!({ "version": version });
        self.administrator.post("/api/admin/plugins/tally/activate", &body).await.ok(200);
        started.elapsed()
    }

    /// Changes from one version to the other and back, `times` times, each as soon as the one before has given a few dozen
    /// replies. Gives how long each activation took.
    pub async fn back_and_forth(&self, progress: &Progress, times: usize) -> Vec<Duration> {
        progress.more_from(Self::FIRST, Self::REPLIES_EACH).await;
        let mut activations = Vec::with_capacity(times);
        for version in [Self::NEXT, Self::FIRST].into_iter().cycle().take(times) {
            activations.push(self.activate(version).await);
            progress.more_from(version, Self::REPLIES_EACH).await;
        }
        activations
    }
}

/// What changes of the version cost those who acted meanwhile.
#[derive(Debug)]
pub struct Swaps {
    /// How long the first action after each change waited for its reply.
    pub first: Vec<Duration>,
    /// How long all other actions waited.
    pub other: Vec<Duration>,
    /// From the last reply of a version to the first one of the next.
    pub gaps: Vec<Duration>,
    /// From each other reply to the next.
    pub other_gaps: Vec<Duration>,
}

impl Swaps {
    /// Reads them off what was answered, which is in order of `seq`.
    pub fn of(answered: &[Answered]) -> Self {
        let mut swaps = Swaps { first: Vec::new(), other: Vec::new(), gaps: Vec::new(), other_gaps: Vec::new() };
        for pair in answered.windows(2) {
            // Replies to different members may arrive in another order than they were sent.
            let gap = pair[1].arrived.saturating_duration_since(pair[0].arrived);
            let is_swap = pair[0].version() != pair[1].version();
            let (latencies, gaps) = match is_swap {
                true => (&mut swaps.first, &mut swaps.gaps),
                false => (&mut swaps.other, &mut swaps.other_gaps),
            };
            latencies.push(pair[1].latency());
            gaps.push(gap);
        }
        swaps
    }

    /// The figures as lines for people: what, and how long.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        vec![
            ("reply to the first action after a swap", spread(&self.first)),
            ("  reply to any other action", spread(&self.other)),
            ("from the last reply of a version to the next one's first", spread(&self.gaps)),
            ("  from any other reply to the next", spread(&self.other_gaps)),
        ]
    }
}

/// Median and longest of these times, as text.
fn spread(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort();
    let ms = |time: Option<&Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
    format!("{:.2} ms median, {:.2} ms max", ms(times.get(times.len() / 2)), ms(times.last()))
}
