//! The built-in plugins, compiled once for all runs of this process; each thread has a registry of its own.

use std::sync::OnceLock;

use hezi::plugin::{Plugins, load_folder};
use hezi_plugin::{CodeCache, Engine, Limits, Plugin};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::registry::plugins_on;

/// What the activities of a run are made of.
pub(super) const NAMES: [&str; 3] = ["vote", "rating", "red-packet"];

/// Guards the machine code of this process, which nobody else reads.
const KEY: [u8; 32] = [7; 32];

/// What is the same for all registries.
struct Shared {
    /// Has the tasks of the stores.
    runtime: Runtime,
    engine: Engine,
    /// Components and machine code.
    folder: TempDir,
}

static SHARED: OnceLock<Shared> = OnceLock::new();

/// A registry that has seen no fault of any plugin. Not to be called on a runtime.
pub(super) fn plugins() -> Plugins {
    let shared = SHARED.get_or_init(compile);
    shared.runtime.block_on(load(shared))
}

/// How often a plugin of this registry has failed. Those of the runs never do, whatever they are asked.
pub(super) fn faults(plugins: &Plugins) -> u64 {
    NAMES.iter().filter_map(|name| plugins.active(name)).map(|loaded| loaded.counters().faults).sum()
}

fn compile() -> Shared {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().expect("a runtime");
    // How long a call takes on this machine is not to decide what happens in a run.
    let limits = Limits { call_cpu_ms: 30_000, call_wall_ms: 120_000, ..Limits::default() };
    let engine = Engine::new(limits).expect("an engine");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("plugins")).expect("a folder");
    let cache = CodeCache::open(folder.path().join("code"), KEY).expect("a cache");
    for name in NAMES {
        let bytes = hezi_tests::plugin(name);
        // A server compiles in a process of its own, which this is no program for.
        Plugin::load(&engine, &bytes, Some(&cache)).expect("a built-in plugin");
        std::fs::write(folder.path().join("plugins").join(format!("{name}.wasm")), bytes).expect("a file");
    }
    Shared { runtime, engine, folder }
}

async fn load(shared: &Shared) -> Plugins {
    let cache = CodeCache::open(shared.folder.path().join("code"), KEY).expect("a cache");
    let plugins = plugins_on(&shared.engine, cache).await;
    let loaded = load_folder(&plugins, &shared.folder.path().join("plugins")).await.expect("the folder is there");
    assert_eq!(loaded, (NAMES.len(), 0), "every built-in plugin is loaded");
    plugins
}
