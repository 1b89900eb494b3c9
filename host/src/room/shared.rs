//! What all rooms share: the store, the plugins, time, randomness, limits.

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::activity::{Environment, Executor, Instances, MembersAsOf};
use crate::clock::{SharedClock, SharedRng};
use crate::config::{ConferenceConfig, RoomLimits};
use crate::domain::blocked_words::BlockedWords;
use crate::domain::conference::Conference;
use crate::pace::Bucket;
use crate::plugin::Plugins;
use crate::store::SharedJournals;

/// A failing timer is tried again after this, and then less and less often.
const TICK_RETRY_MS: u64 = 1_000;

/// What rooms are made of.
pub struct Dependencies {
    /// Where journals and what follows from them are kept.
    pub store: SharedJournals,
    /// Which versions there are, for the activities.
    pub plugins: Plugins,
    /// Where rooms read the time, of the day and since the start.
    pub clock: SharedClock,
    /// Ids, and seeds of calls.
    pub rng: SharedRng,
    /// Settings of conferences.
    pub conference: ConferenceConfig,
    /// How much, and how fast.
    pub limits: RoomLimits,
    /// How many conferences one person may own that have not ended.
    pub open_conferences: usize,
    /// The server's address, without a slash at the end.
    pub public_url: String,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
    /// Where plugin code runs.
    pub executor: Executor,
    /// How many instances of plugins there may be at a time.
    pub plugin_instances: u32,
    /// How often a socket gets a sign of life, for the welcome to say.
    pub alive_every_ms: u64,
    /// Words that nobody may say.
    pub blocked_words: BlockedWords,
}

/// What all rooms share.
pub(super) struct Shared {
    /// What all rooms may make the journals grow by.
    pub(super) bytes: Arc<Mutex<Bucket>>,
    pub(super) store: SharedJournals,
    pub(super) limits: RoomLimits,
    pub(super) open_conferences: usize,
    pub(super) public_url: String,
    pub(super) alive_every_ms: u64,
    pub(super) number_cooldown_s: u64,
    pub(super) activities_max: usize,
    pub(super) number_pool: u32,
    pub(super) blocked_words: Arc<BlockedWords>,
    pub(super) reactions: Vec<String>,
    pub(super) clock: SharedClock,
    pub(super) rng: SharedRng,
    pub(super) tasks: TaskTracker,
    /// Cancelled when the server stops: nothing is begun then that nobody asks for.
    pub(super) stop: CancellationToken,
    plugins: Plugins,
    executor: Executor,
    instances: Instances,
}

impl From<Dependencies> for Shared {
    fn from(of: Dependencies) -> Self {
        Self {
            bytes: Arc::default(),
            store: of.store,
            limits: of.limits,
            open_conferences: of.open_conferences,
            public_url: of.public_url,
            alive_every_ms: of.alive_every_ms,
            number_cooldown_s: of.conference.number_cooldown_s,
            activities_max: of.conference.activities,
            number_pool: of.conference.number_pool,
            blocked_words: Arc::new(of.blocked_words),
            reactions: of.conference.reactions,
            clock: of.clock,
            rng: of.rng,
            tasks: of.tasks,
            stop: CancellationToken::new(),
            plugins: of.plugins,
            instances: Instances::new(of.plugin_instances, of.executor.count()),
            executor: of.executor,
        }
    }
}

impl Shared {
    /// What the activities of a conference are given.
    pub(super) fn environment(&self, conference: &Conference, members: Arc<ArcSwap<MembersAsOf>>) -> Environment {
        Environment {
            conference: conference.id.clone(),
            owner: conference.owner.id.clone(),
            plugins: self.plugins.clone(),
            clock: Arc::clone(&self.clock),
            rng: Arc::clone(&self.rng),
            members,
            online: Arc::default(),
            executor: self.executor.clone(),
            instances: self.instances.clone(),
            tasks: self.tasks.clone(),
            tick_retry_ms: TICK_RETRY_MS,
        }
    }
}
