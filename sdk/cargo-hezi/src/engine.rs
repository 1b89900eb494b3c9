//! The server's engine with the server's default limits, in a size for one command.

use hezi_plugin::{Engine, EngineError, Limits};

/// Instances that a command needs at the same time.
const INSTANCES: u32 = 4;

/// Starts the engine. The clocks that stand behind the limit of work are left out: what comes of a scenario must not hang
/// on how fast the author's machine is.
pub(crate) fn start() -> Result<Engine, EngineError> {
    Engine::new(Limits { call_cpu_ms: u64::MAX, call_wall_ms: u64::MAX, instances: INSTANCES, ..Limits::default() })
}
