//! What everybody in a run shares: the store's twin, the server that is up, and what was seen.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use hezi::activity::Executor;
use hezi::clock::SharedRng;
use hezi::config::{ConferenceConfig, RoomLimits};
use hezi::domain::blocked_words::BlockedWords;
use hezi::domain::id::{ActivityId, ConferenceId, Number};
use hezi::plugin::Plugins;
use hezi::room::{Dependencies, Rooms};
use hezi_tests::history::History;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio_util::task::TaskTracker;

use super::dice::{Dice, SeededRng, VirtualClock};
use super::trace::Trace;
use super::twin::{Session, Twin};
use super::weather::{Plan, Plant};

/// How a server of a run is set up.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) rooms: RoomLimits,
    /// Most that may wait for a slow reader.
    pub(super) queue_bytes: usize,
}

impl Settings {
    /// Settings of a seed: bounds are small, so that a short run passes them all.
    fn drawn(dice: &mut Dice) -> Self {
        let rooms = RoomLimits {
            commands_per_s: *dice.pick(&[1, 20, 1_000]),
            command_burst: *dice.pick(&[5, 1_000]),
            resume_events: *dice.pick(&[1, 8, 5_000]),
            sockets_per_member: *dice.pick(&[1, 8]),
            replies_in_memory: *dice.pick(&[1, 50_000]),
            record_bytes: *dice.pick(&[700, 4_096, 1 << 20]),
            idle_unload_ms: *dice.pick(&[500, 10_000, 300_000]),
            answer_timeout_ms: *dice.pick(&[2_000, 15_000]),
            ..RoomLimits::default()
        };
        Self { rooms, queue_bytes: *dice.pick(&[2 << 10, 1 << 20]) }
    }
}

/// A server while it is up.
pub(super) struct Server {
    pub(super) rooms: Rooms,
    session: Arc<Session>,
    name: String,
}

/// An activity that members know of.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: ActivityId,
    pub(super) plugin: String,
}

/// A run.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) twin: Arc<Twin>,
    pub(super) clock: Arc<VirtualClock>,
    pub(super) trace: Trace,
    pub(super) settings: Settings,
    pub(super) tasks: TaskTracker,
    pub(super) conference: OnceLock<(ConferenceId, Number)>,
    server: Mutex<Option<Arc<Server>>>,
    /// A server has come or gone. Whoever waits is woken in the order in which they came, which a watch channel does not
    /// promise.
    turned: Notify,
    rng: SharedRng,
    plugins: Plugins,
    history: Mutex<History>,
    activities: Mutex<Vec<Known>>,
    /// What was seen that cannot be, told from the truth.
    wrong: Mutex<Vec<String>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// The beginning of a run. To be called on its runtime.
    pub(super) fn new(seed: u64, plant: Option<Plant>, plugins: Plugins) -> Arc<Self> {
        let clock = Arc::new(VirtualClock::new());
        let trace = Trace::new(Arc::clone(&clock));
        let twin = Twin::new(Plan::new(seed, plant), Arc::clone(&clock), trace.clone());
        Arc::new(Self {
            seed,
            twin,
            clock,
            trace,
            settings: Settings::drawn(&mut Dice::new(seed, "settings")),
            tasks: TaskTracker::new(),
            conference: OnceLock::new(),
            server: Mutex::default(),
            turned: Notify::new(),
            rng: Arc::new(SeededRng::new(seed)),
            plugins,
            history: Mutex::default(),
            activities: Mutex::default(),
            wrong: Mutex::default(),
        })
    }

    pub(super) fn history(&self) -> MutexGuard<'_, History> {
        locked(&self.history)
    }

    pub(super) fn activities(&self) -> MutexGuard<'_, Vec<Known>> {
        locked(&self.activities)
    }

    /// Notes that something is not as it must be.
    pub(super) fn blame(&self, what: impl std::fmt::Display) {
        self.trace.note("WRONG", &what);
        locked(&self.wrong).push(what.to_string());
    }

    /// What was blamed so far.
    pub(super) fn blamed(&self) -> Vec<String> {
        locked(&self.wrong).clone()
    }

    /// Completes when a server comes or goes after this was called.
    pub(super) fn turn(&self) -> Notified<'_> {
        self.turned.notified()
    }

    /// The server that is up, if one is.
    pub(super) fn up(&self) -> Option<Arc<Server>> {
        locked(&self.server).clone()
    }

    fn replace_server(&self, next: Option<Arc<Server>>) -> Option<Arc<Server>> {
        let before = std::mem::replace(&mut *locked(&self.server), next);
        self.turned.notify_waiters();
        before
    }

    /// A server comes up, as the real one does: the rooms whose activities run are opened first.
    pub(super) async fn start_server(&self, number: u64) {
        let name = format!("server{number}");
        loop {
            let session = self.twin.session(name.clone());
            let rooms = Rooms::new(self.needs(Arc::clone(&session)));
            if rooms.resume().await.is_ok() {
                self.trace.note(&name, "is up");
                self.replace_server(Some(Arc::new(Server { rooms, session, name })));
                return;
            }
            session.cut();
            rooms.shutdown(Duration::ZERO).await;
            self.trace.note(&name, "does not start");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    fn needs(&self, session: Arc<Session>) -> Dependencies {
        Dependencies {
            store: session,
            plugins: self.plugins.clone(),
            clock: Arc::clone(&self.clock) as _,
            rng: Arc::clone(&self.rng),
            conference: ConferenceConfig { number_pool: 3, ..ConferenceConfig::default() },
            limits: self.settings.rooms.clone(),
            open_conferences: usize::MAX,
            public_url: "http://simulated".into(),
            tasks: self.tasks.clone(),
            executor: Executor::InLine,
            plugin_instances: 1_000,
            alive_every_ms: 25_000,
            blocked_words: BlockedWords::new(&[]).expect("no words"),
        }
    }

    /// The server stops as it does when it is told to.
    pub(super) async fn stop_server(&self) {
        let Some(server) = self.up() else { return };
        self.trace.note(&server.name, "is told to stop");
        server.rooms.shutdown(Duration::from_secs(5)).await;
        self.kill_server();
    }

    /// The server dies from one moment to the next.
    pub(super) fn kill_server(&self) {
        let Some(server) = self.replace_server(None) else { return };
        self.trace.note(&server.name, "dies");
        server.session.cut();
        // In a real death its rooms are gone. Here they find out that nobody is there any more, and end by themselves.
        self.tasks.spawn(async move { server.rooms.shutdown(Duration::ZERO).await });
    }
}
