//! How the parts are wired: what is started in which order, and how it comes to rest.
//!
//! Nothing is decided here but order.
//!
//! # Invariants
//! * The port is taken before anything is opened, so that a second server finds out before it touches the data.
//! * The line that says "ready" is the last thing before requests are served, and the only one on standard output.
//! * From the signal to the end it takes at most ten seconds.

mod chores;
mod error;
mod files;
mod idle;
mod secret;
mod stop;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hezi_plugin::{CodeCache, Engine};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::error::StartError;

use crate::access::AdminPolicy;
use crate::activity::Executor;
use crate::clock::{Clock, SharedClock, SharedRng, SystemClock, SystemRng};
use crate::config::{Config, LogFormat, check_serving};
use crate::domain::blocked_words::BlockedWords;
use crate::http::{self, AppState, MetricsPlace, Server, ServerLimits, Site};
use crate::plugin::{self, Plugins, TrustedKeys, Watch, load_folder};
use crate::room::{self, Rooms};
use crate::session::Sessions;
use crate::sign_in::{self, DevSignIn, SignIn};
use crate::store::{Store, Verified};
use crate::telemetry::{self, Metrics};
use crate::ws::OpenSockets;

/// Longest wait for rooms to make durable what is under way.
const ROOMS_GRACE: Duration = Duration::from_secs(5);
/// Connections at a time on the listener for the metrics: a few scrapers, and whoever looks by hand.
const METRICS_CONNECTIONS: usize = 32;
/// Longest wait for a store that is being opened: an ordinary opening is over by then, and whoever waits for a database that does not
/// answer is not kept for longer.
const OPEN_GRACE: Duration = Duration::from_secs(3);
/// Longest wait for everything, from the signal on; what is left of ten seconds is for the threads.
const GRACE: Duration = Duration::from_secs(9);

/// Runs the server of these settings until the process is told to stop, be it while it starts.
///
/// # Errors
/// [`StartError`] when it does not start.
pub async fn run(config: Config) -> Result<(), StartError> {
    check_serving(&config)?;
    let metrics = telemetry::start(&config.log.filter, config.log.format)?;
    let stop = stop::asked().map_err(StartError::part)?;
    let (listener, address) = listen("listen", config.listen).await?;
    let for_metrics = match config.metrics.listen {
        Some(address) => Some(listen("metrics.listen", address).await?),
        None => None,
    };
    let checked = CheckedSettings::of(&config, address)?;
    tokio::pin!(stop);
    let rng: SharedRng = Arc::new(SystemRng);
    let Some(store) = open_store(&config, &rng, stop.as_mut()).await? else { return Ok(()) };
    let built = tokio::select! {
        built = App::build(&config, checked, store.clone(), metrics, Arc::new(SystemClock::new()), rng) => Some(built),
        // This may compile plugins for minutes. What is half done in the store is not done; a compile ends with us.
        () = &mut stop => {
            tracing::info!("stopped while starting");
            None
        }
    };
    let app = match built {
        Some(Ok(app)) => app,
        not_built => {
            rest(&store).await;
            return not_built.map_or(Ok(()), |failed| failed.map(drop));
        }
    };
    if let Some((_, address)) = &for_metrics {
        tracing::info!("metrics are at http://{address}/metrics");
    }
    say_ready(address, config.log.format);
    app.serve(listener, for_metrics.map(|(listener, _)| listener), stop).await
}

/// Opens the store; none when the process is told to stop meanwhile. The engine has work under way by then that is not to be cut
/// off, so it is opened to its end and closed.
///
/// # Errors
/// [`StartError`] when the store does not open.
async fn open_store(
    config: &Config,
    rng: &SharedRng,
    stop: impl Future<Output = ()>,
) -> Result<Option<Store>, StartError> {
    make_data_folder(config)?;
    let mut opening = std::pin::pin!(Store::open(config, Arc::clone(rng)));
    tokio::select! {
        store = &mut opening => return store.map(Some).map_err(StartError::part),
        () = stop => tracing::info!("stopped while starting"),
    }
    let closing = async {
        // One that does not open leaves nothing to close, and whoever has stopped it is not asking why.
        if let Ok(store) = opening.await {
            rest(&store).await;
        }
    };
    if tokio::time::timeout(OPEN_GRACE, closing).await.is_err() {
        tracing::warn!("stopped without waiting for the store, which was being opened");
    }
    Ok(None)
}

/// Lets a store come to rest that nothing is served from any more, or yet.
async fn rest(store: &Store) {
    if let Err(error) = store.close().await {
        tracing::error!("the store did not come to rest: {error}");
    }
}

/// Takes the port of a setting. Gives also the address, in which a free port is no 0.
async fn listen(setting: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen_error = |source| StartError::Listen { setting, address, source };
    let listener = TcpListener::bind(address).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    Ok((listener, address))
}

/// Checks everything that the store of these settings keeps, without serving anything.
///
/// # Errors
/// [`StartError`] when the store does not open or cannot be read; what is wrong in it is no error.
pub async fn verify(config: &Config) -> Result<Verified, StartError> {
    let store = Store::open(config, Arc::new(SystemRng)).await.map_err(StartError::part)?;
    let verified = store.verify().await.map_err(StartError::part);
    store.close().await.map_err(StartError::part)?;
    verified
}

/// Whoever started the process may wait for this line.
fn say_ready(address: SocketAddr, format: LogFormat) {
    let line =
        telemetry::line(format, SystemClock::new().now_ms(), "INFO", &format!("hezi is ready at http://{address}"));
    let mut out = std::io::stdout().lock();
    // Nobody listening to standard output is no reason not to serve.
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}

/// What the settings say before anything is opened: a wrong one is found out without a trace.
struct CheckedSettings {
    limits: ServerLimits,
    site: Site,
    trusted_keys: TrustedKeys,
}

impl CheckedSettings {
    /// `address` is where it will be served.
    fn of(config: &Config, address: SocketAddr) -> Result<Self, StartError> {
        let trusted_keys = TrustedKeys::new(&config.plugins).map_err(StartError::part)?;
        Ok(Self { limits: server_limits(config)?, site: site(config, address), trusted_keys })
    }
}

/// The server, ready to serve.
struct App {
    state: AppState,
    limits: ServerLimits,
    idle_end_s: u64,
    watch: Option<Watch>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl App {
    /// Opens everything beside the store that these settings name.
    ///
    /// # Errors
    /// [`StartError`] of the part that does not open.
    async fn build(
        config: &Config,
        CheckedSettings { limits, site, trusted_keys }: CheckedSettings,
        store: Store,
        metrics: Metrics,
        clock: SharedClock,
        rng: SharedRng,
    ) -> Result<Self, StartError> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let plugins = open_plugins(config, trusted_keys, &store, &clock, &rng, &stop).await?;
        let watch = watch(config, &plugins).await?;
        let rooms = open_rooms(config, &site, &store, &plugins, &clock, &rng, &tasks).await?;
        let sessions = Sessions::new(store.clone(), Arc::clone(&clock), &config.auth);
        let with = sign_in::Dependencies {
            store: store.clone(),
            sessions: sessions.clone(),
            rooms: rooms.clone(),
            clock: Arc::clone(&clock),
            rng: Arc::clone(&rng),
            public_url: site.public_url().to_owned(),
            tasks: tasks.clone(),
        };
        let state = AppState::new(http::Dependencies {
            sessions,
            dev: DevSignIn::new(config),
            wecom: SignIn::start(config, with, &stop).map_err(StartError::part)?,
            admins: AdminPolicy::new(&config.admin),
            sockets: OpenSockets::new(config.limits.socket.clone()),
            proxies: config.http.proxies()?,
            tongue: config.language,
            domain_proof: config.wecom.domain_proof().map(|(name, text)| (name.to_owned(), text.to_owned())),
            limits: config.limits.clone(),
            site,
            clock,
            rng,
            store,
            rooms,
            plugins,
            metrics,
            metrics_place: config.metrics.listen.map_or(MetricsPlace::Site, |_| MetricsPlace::Apart),
        });
        Ok(Self { state, limits, idle_end_s: config.conference.idle_end_s, watch, tasks, stop })
    }

    /// Serves until `stop` completes, the metrics also on a listener of their own where there is one, then comes to rest: no new
    /// connections, everything acknowledged durable, sockets told to come back, requests under way finished, the store closed.
    ///
    /// # Errors
    /// [`StartError::StoreBroken`] as soon as the store's log fails: nothing is waited for then, since nothing could be kept.
    async fn serve(
        self,
        listener: TcpListener,
        for_metrics: Option<TcpListener>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), StartError> {
        let store = self.state.store.clone();
        tokio::select! {
            reason = store.broken() => Err(StartError::StoreBroken(reason)),
            () = self.serve_until(listener, for_metrics, stop) => Ok(()),
        }
    }

    async fn serve_until(
        self,
        listener: TcpListener,
        for_metrics: Option<TcpListener>,
        stop: impl Future<Output = ()>,
    ) {
        let server = Server::new(http::router(&self.state), self.limits, self.stop.clone());
        chores::start(&self.state, self.idle_end_s, &self.tasks, &self.stop);
        if let Some(watch) = self.watch {
            self.tasks.spawn(watch.run(self.stop.clone()));
        }
        let serving = self.tasks.spawn(server.run(listener));
        if let Some(listener) = for_metrics {
            let limits = ServerLimits { connections: METRICS_CONNECTIONS, ..self.limits };
            let server = Server::new(http::metrics_router(&self.state), limits, self.stop.clone());
            self.tasks.spawn(server.run(listener));
        }
        stop.await;
        tracing::info!("stopping");
        self.stop.cancel();
        let at_rest = async {
            self.state.rooms.shutdown(ROOMS_GRACE).await;
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server broke");
            }
            self.state.sockets.ended().await;
            self.state.plugins.shutdown().await;
            self.tasks.close();
            self.tasks.wait().await;
            rest(&self.state.store).await;
        };
        match tokio::time::timeout(GRACE, at_rest).await {
            Ok(()) => tracing::info!("stopped"),
            Err(_) => tracing::warn!("stopped without waiting for the last connections"),
        }
    }
}

fn site(config: &Config, address: SocketAddr) -> Site {
    Site::new(config.public_url.as_deref(), &format!("http://{address}"))
}

fn server_limits(config: &Config) -> Result<ServerLimits, StartError> {
    Ok(ServerLimits {
        connections: files::connections(config)?,
        waiting_connections: config.limits.http.waiting_connections,
        head_timeout: Duration::from_millis(config.limits.http.head_timeout_ms),
        write_timeout: Duration::from_millis(config.limits.socket.write_timeout_ms),
    })
}

/// Makes the folder, and finds out that it can be written to before anything in it says so without its name.
fn make_data_folder(config: &Config) -> Result<(), StartError> {
    let probe = config.data.join(".writable");
    let made = std::fs::create_dir_all(&config.data).and_then(|()| std::fs::File::create(&probe).map(drop));
    made.and_then(|()| std::fs::remove_file(&probe))
        .map_err(|source| StartError::Folder { folder: config.data.display().to_string(), source })
}

/// The plugins of the store, then those of the folder.
async fn open_plugins(
    config: &Config,
    trusted_keys: TrustedKeys,
    store: &Store,
    clock: &SharedClock,
    rng: &SharedRng,
    stop: &CancellationToken,
) -> Result<Plugins, StartError> {
    let engine = Engine::new(config.limits.plugin.clone()).map_err(StartError::part)?;
    let folder = config.code_dir();
    let key_error = |source| StartError::Folder { folder: folder.display().to_string(), source };
    let key = secret::beside(&folder, rng.as_ref()).map_err(key_error)?;
    let cache = CodeCache::open(&folder, key).map_err(StartError::part)?;
    let dependencies = plugin::Dependencies {
        engine,
        cache: Some(cache),
        store: store.clone(),
        clock: Arc::clone(clock),
        rng: Arc::clone(rng),
        compile: config.limits.compile.clone(),
        quarantine: config.limits.quarantine.clone(),
        trusted_keys,
        stop: stop.clone(),
    };
    let plugins = Plugins::start(dependencies).await.map_err(StartError::part)?;
    if let Some(folder) = &config.plugins.dir {
        let (loaded, refused) = load_folder(&plugins, folder).await.map_err(StartError::part)?;
        tracing::info!(plugins.loaded = loaded, plugins.refused = refused, "plugins of the folder");
    }
    Ok(plugins)
}

/// The rooms, those open already in which something runs.
async fn open_rooms(
    config: &Config,
    site: &Site,
    store: &Store,
    plugins: &Plugins,
    clock: &SharedClock,
    rng: &SharedRng,
    tasks: &TaskTracker,
) -> Result<Rooms, StartError> {
    let rooms = Rooms::new(room::Dependencies {
        store: Arc::new(store.clone()),
        plugins: plugins.clone(),
        clock: Arc::clone(clock),
        rng: Arc::clone(rng),
        conference: config.conference.clone(),
        limits: config.limits.room.clone(),
        open_conferences: config.limits.person.open_conferences,
        public_url: site.public_url().to_owned(),
        tasks: tasks.clone(),
        executor: Executor::threads(std::thread::available_parallelism().map_or(1, usize::from)),
        alive_every_ms: config.limits.socket.ping_interval_ms,
        plugin_instances: config.limits.plugin.instances,
        blocked_words: BlockedWords::new(&config.conference.blocked_words).map_err(StartError::part)?,
    });
    rooms.resume().await.map_err(StartError::part)?;
    Ok(rooms)
}

/// The watched folder, with what is in it loaded.
async fn watch(config: &Config, plugins: &Plugins) -> Result<Option<Watch>, StartError> {
    match &config.plugins.watch {
        Some(folder) => Watch::begin(plugins.clone(), folder.clone()).await.map(Some).map_err(StartError::part),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_nobody_can_write_to_is_named() {
        let config = Config { data: "/proc".into(), ..Config::default() };
        let error = make_data_folder(&config).expect_err("nobody writes there").to_string();
        assert!(error.contains("/proc"), "{error}");
    }

    #[tokio::test]
    async fn a_store_whose_opening_is_stopped_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config { data: folder.path().join("data"), ..Config::default() };
        let rng: SharedRng = Arc::new(SystemRng);
        for _ in 0..3 {
            let stopped = open_store(&config, &rng, async {}).await.expect("nothing fails");
            assert!(stopped.is_none(), "nobody serves from it");
        }
        // The folder has one owner at a time, so it opens only if nobody holds it any more.
        let store = open_store(&config, &rng, std::future::pending()).await.expect("it opens").expect("a store");
        store.close().await.expect("it closes");
    }
}
