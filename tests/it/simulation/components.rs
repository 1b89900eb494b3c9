//! The built-in plugins, compiled once for all runs of this process.

use std::sync::{Arc, OnceLock};

use hezi::clock::{SystemClock, SystemRng};
use hezi::config::{CompileLimits, Config};
use hezi::plugin::{Plugins, Start, TrustedKeys, load_folder};
use hezi::store::Store;
use hezi_plugin::{CodeCache, Engine, Limits, Plugin};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// What the activities of a run are made of.
pub(super) const NAMES: [&str; 3] = ["vote", "rating", "red-packet"];

/// Guards the machine code of this process, which nobody else reads.
const KEY: [u8; 32] = [7; 32];

/// The plugins. The runtime beside them has the tasks of their store.
static PLUGINS: OnceLock<(Runtime, Plugins)> = OnceLock::new();

/// The plugins. Not to be called on a runtime.
pub(super) fn plugins() -> Plugins {
    let (_, plugins) = PLUGINS.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().expect("a runtime");
        let plugins = runtime.block_on(load());
        (runtime, plugins)
    });
    plugins.clone()
}

async fn load() -> Plugins {
    // How long a call takes on this machine is not to decide what happens in a run.
    let limits = Limits { call_cpu_ms: 30_000, call_wall_ms: 120_000, ..Limits::default() };
    let engine = Engine::new(limits).expect("an engine");
    let folder = tempfile::tempdir().expect("a folder");
    let cache = CodeCache::open(folder.path().join("code"), KEY).expect("a cache");
    let components = folder.path().join("plugins");
    std::fs::create_dir_all(&components).expect("a folder");
    for name in NAMES {
        let bytes = hezi_tests::plugin(name);
        // A server compiles in a process of its own, which this is no program for.
        Plugin::load(&engine, &bytes, Some(&cache)).expect("a built-in plugin");
        std::fs::write(components.join(format!("{name}.wasm")), bytes).expect("a file");
    }
    let rng = Arc::new(SystemRng);
    let config = Config { store: Some("mem://".into()), ..Config::default() };
    let start = Start {
        engine,
        cache: Some(cache),
        store: Store::open(&config, Arc::clone(&rng) as _).await.expect("a store"),
        clock: Arc::new(SystemClock::new()),
        rng,
        compile: CompileLimits::default(),
        trusted_keys: TrustedKeys::new(&config.plugins).expect("no keys"),
        stop: CancellationToken::new(),
    };
    let plugins = Plugins::start(start).await.expect("the registry starts");
    let loaded = load_folder(&plugins, &components).await.expect("the folder is there");
    assert_eq!(loaded, (NAMES.len(), 0), "every built-in plugin is loaded");
    plugins
}
