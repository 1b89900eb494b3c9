//! The registry of plugins without a server around it: what comes of several who want something at the same time.
//!
//! The machine code of its versions is put into the cache, since this is no program that a registry could compile in.

use std::future::ready;
use std::sync::{Arc, LazyLock};

use hezi::access::{AdminPolicy, AdminProof};
use hezi::clock::{SystemClock, SystemRng};
use hezi::config::{AdminConfig, CompileLimits, Config, QuarantineLimits};
use hezi::plugin::{Dependencies, Downgrade, PluginError, PluginStatus, Plugins, TrustedKeys};
use hezi::store::{AuditQuery, Store};
use hezi_plugin::{CodeCache, Compiled, Engine, Limits, Plugin, component_hash};
use hezi_tests::{altered, guest};
use tempfile::TempDir;
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;

/// Guards the machine code of this process, which nobody else reads.
const KEY: [u8; 32] = [9; 32];
/// Rounds of what may go one way or another.
const ROUNDS: usize = 25;

/// Two versions of the tally, as components and compiled.
struct Tallies {
    engine: Engine,
    components: [Vec<u8>; 2],
    compiled: [Compiled; 2],
}

static TALLIES: LazyLock<Tallies> = LazyLock::new(|| {
    let engine = Engine::new(Limits { instances: 4, ..Limits::default() }).expect("an engine");
    let folder = tempfile::tempdir().expect("a folder");
    let cache = CodeCache::open(folder.path(), KEY).expect("a cache");
    let tally = guest("tally");
    let components = [altered(&tally, b"hezi-tally/0.1.0/works..", b"hezi-tally/0.1.7/works.."), tally];
    let compiled = components.each_ref().map(|component| {
        Plugin::load(&engine, component, Some(&cache)).expect("it passes the gate");
        cache.load(&engine, &component_hash(component)).expect("it is kept")
    });
    Tallies { engine, components, compiled }
});
/// The versions of [`TALLIES`].
const VERSIONS: [&str; 2] = ["0.1.7", "0.1.0"];

/// A registry with a store and a cache of its own.
struct Registry {
    plugins: Plugins,
    cache: CodeCache,
    _folder: TempDir,
}

impl Registry {
    async fn upload(&self, at: usize, activate: bool) {
        // Whatever was removed has no machine code any more.
        self.cache.store(&TALLIES.engine, &TALLIES.compiled[at]).expect("it is kept");
        let component = TALLIES.components[at].clone();
        self.plugins
            .upload(admin(), "token", component, None, activate, Downgrade::Wanted)
            .await
            .expect("it is stored");
    }
}

async fn registry() -> Registry {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = || CodeCache::open(folder.path(), KEY).expect("a cache");
    let plugins = plugins_on(&TALLIES.engine, cache()).await;
    Registry { plugins, cache: cache(), _folder: folder }
}

/// The plugins of a server that is not there: with a store in memory and nothing in it.
pub(crate) async fn plugins_on(engine: &Engine, cache: CodeCache) -> Plugins {
    let rng = Arc::new(SystemRng);
    let config = Config { store: Some("mem://".into()), ..Config::default() };
    let dependencies = Dependencies {
        engine: engine.clone(),
        cache: Some(cache),
        store: Store::open(&config, Arc::clone(&rng) as _).await.expect("a store"),
        clock: Arc::new(SystemClock::new()),
        rng,
        compile: CompileLimits::default(),
        quarantine: QuarantineLimits::default(),
        trusted_keys: TrustedKeys::new(&config.plugins).expect("no keys"),
        stop: CancellationToken::new(),
    };
    Plugins::start(dependencies).await.expect("the registry starts")
}

/// A registry that has both versions, none of them active.
async fn with_both() -> Registry {
    let registry = registry().await;
    registry.upload(0, false).await;
    registry.upload(1, false).await;
    registry
}

fn admin() -> AdminProof {
    let token = "0123456789abcdef";
    let policy = AdminPolicy::new(&AdminConfig { token: Some(token.into()), ..AdminConfig::default() });
    policy.token(token).expect("the administrator")
}

/// What is told of the tally, after looking whether it can be true.
fn told(plugins: &Plugins) -> Option<PluginStatus> {
    let status = plugins.admin_list(admin()).pop()?;
    let active: Vec<_> = status.versions.iter().filter(|version| version.active).map(|it| it.version.clone()).collect();
    assert_eq!(active.first(), status.active.as_ref(), "what is active is one of the stored versions");
    assert!(active.len() <= 1, "{active:?}");
    Some(status)
}

fn active(plugins: &Plugins) -> Option<String> {
    plugins.active("tally").map(|loaded| loaded.reference().version.clone())
}

/// The audit log, oldest line first.
async fn acts(plugins: &Plugins) -> Vec<String> {
    let (lines, _) =
        plugins.audit_log(admin(), &AuditQuery { limit: 100, ..AuditQuery::default() }).await.expect("the log");
    lines.into_iter().rev().map(|line| line.what).collect()
}

#[tokio::test]
async fn two_activations_at_the_same_time_end_in_the_one_that_was_written_down_last() {
    let Registry { plugins, .. } = &with_both().await;
    for _ in 0..ROUNDS {
        let [one, other] = VERSIONS.map(|version| plugins.activate(admin(), "token", "tally", version));
        let (one, other) = tokio::join!(one, other);
        let answered = [one.expect("it is activated"), other.expect("it is activated")];
        let now = active(plugins).expect("one of them");
        assert_eq!(told(plugins).expect("the tally").active.as_ref(), Some(&now));
        assert!(answered.iter().any(|status| status.active.as_ref() == Some(&now)), "{now}");
        assert_eq!(acts(plugins).await.last(), Some(&format!("activated tally {now}")));
    }
    plugins.shutdown().await;
}

#[tokio::test]
async fn a_version_is_not_removed_once_its_activation_was_asked_for() {
    for _ in 0..ROUNDS {
        let Registry { plugins, .. } = &with_both().await;
        let remove = async {
            // Until the activation lies in the mailbox.
            yield_now().await;
            plugins.remove(admin(), "token", "tally", VERSIONS[0]).await
        };
        let (activated, removed) = tokio::join!(plugins.activate(admin(), "token", "tally", VERSIONS[0]), remove);
        assert!(activated.is_ok(), "{activated:?}");
        assert!(matches!(removed, Err(PluginError::InUse { .. })), "{removed:?}");
        assert_eq!(active(plugins).as_deref(), Some(VERSIONS[0]));
        plugins.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_ever_sees_an_active_version_that_is_not_stored() {
    let registry = with_both().await;
    let plugins = registry.plugins.clone();
    let changing = tokio::spawn(async move {
        for round in 0..ROUNDS {
            registry.upload(round % 2, true).await;
            registry.plugins.disable(admin(), "token", "tally").await.expect("it is off");
            let removed = registry.plugins.remove(admin(), "token", "tally", VERSIONS[round % 2]).await;
            removed.expect("nobody uses it");
        }
    });
    while !changing.is_finished() {
        told(&plugins);
        yield_now().await;
    }
    changing.await.expect("every change succeeded");
    assert_eq!((told(&plugins).map(|status| status.versions.len()), active(&plugins)), (None, None), "all are gone");
    plugins.shutdown().await;
}

#[tokio::test]
async fn what_was_begun_is_done_though_nobody_waits_and_nothing_begins_after_the_end() {
    let registry = registry().await;
    let plugins = &registry.plugins;
    let mut upload = Box::pin(registry.upload(0, true));
    tokio::select! {
        biased;
        () = &mut upload => panic!("it takes longer than one look"),
        () = ready(()) => {}
    }
    drop(upload);
    plugins.shutdown().await;
    assert_eq!(active(plugins).as_deref(), Some(VERSIONS[0]), "the uploader went away, the upload did not");
    let late = plugins.disable(admin(), "token", "tally").await;
    assert!(matches!(late, Err(PluginError::Thread(_))), "{late:?}");
    assert_eq!(told(plugins).expect("the tally").active.as_deref(), Some(VERSIONS[0]));
}
