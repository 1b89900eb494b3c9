//! A plugin that passed the gate: compiled, linked, described, ready to be instantiated.
//!
//! There are two ways in: [`Plugin::load`] compiles in this process, for commands that check one component and exit, and
//! [`Plugin::from_compiled`] never compiles, for servers. Limits may have been lowered since a component was uploaded, so
//! the gate's questions are asked each time; only compiling is saved by the cache.

use std::sync::Arc;

use semver::Version;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    CodeCache, Compiled, Engine, GateError, Instance, SchemaProblem, bindings::PluginPre, gate, host::Host,
    schema::Schema,
};

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Name of the activity type.
    pub name: String,
    /// Version of the plugin.
    pub version: Version,
    /// Title for people.
    pub title: String,
    /// One sentence for people.
    pub summary: String,
    /// JSON Schema of the configuration.
    pub config_schema: Value,
    /// JSON Schema of an action.
    pub action_schema: Value,
    /// JSON Schema of a reply.
    pub reply_schema: Value,
    /// JSON Schema of emitted events.
    pub event_schema: Value,
    /// Version of the layout of the state.
    pub state_version: u32,
}

/// A compiled plugin. Clones share it.
#[derive(Clone)]
pub struct Plugin {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    pre: PluginPre<Host>,
    hash: String,
    component_bytes: usize,
    description: Description,
    config: Schema,
    action: Schema,
}

/// What the gate found out about a component by asking it.
pub(crate) struct Described {
    pub(crate) description: Description,
    pub(crate) config: Schema,
    pub(crate) action: Schema,
}

impl Plugin {
    /// Checks, compiles and describes a component. It may take minutes of processor time and gigabytes of memory if the
    /// component's author means harm, and it belongs on a blocking thread.
    ///
    /// # Errors
    /// With the gate's reason, a sentence for the plugin's author.
    pub fn load(engine: &Engine, bytes: &[u8], cache: Option<&CodeCache>) -> Result<Self, GateError> {
        if let Some(compiled) = cache.and_then(|cache| cache.load(engine, &component_hash(bytes))) {
            return Self::from_compiled(engine, bytes, &compiled);
        }
        check_structure(engine, bytes)?;
        let compiled = Compiled::here(engine, bytes)?;
        let plugin = Self::describe(engine, bytes, &compiled)?;
        if let Some(cache) = cache {
            // A cache that cannot be written costs time at the next start and nothing else.
            drop(cache.store(engine, &compiled));
        }
        Ok(plugin)
    }

    /// Checks and describes a component whose machine code is there. Never compiles; it takes no longer than a few calls,
    /// and belongs on a blocking thread.
    ///
    /// # Errors
    /// With the gate's reason, a sentence for the plugin's author.
    pub fn from_compiled(engine: &Engine, bytes: &[u8], compiled: &Compiled) -> Result<Self, GateError> {
        if component_hash(bytes) != compiled.hash() {
            let message = "its machine code is that of another component".to_owned();
            return Err(GateError::DoesNotCompile { message });
        }
        check_structure(engine, bytes)?;
        Self::describe(engine, bytes, compiled)
    }

    fn describe(engine: &Engine, bytes: &[u8], compiled: &Compiled) -> Result<Self, GateError> {
        let pre = gate::world::check(engine, compiled.component())?;
        let Described { description, config, action } = gate::describe::check(engine, &pre)?;
        // Paid here once and not by the first call. Without the image a fresh instance only takes longer.
        drop(compiled.component().initialize_copy_on_write_image());
        let (component_bytes, hash) = (bytes.len(), compiled.hash().to_owned());
        let engine = engine.clone();
        Ok(Self { shared: Arc::new(Shared { engine, pre, hash, component_bytes, description, config, action }) })
    }

    /// What the plugin says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.shared.description
    }

    /// The SHA-256 of the component, in hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.shared.hash
    }

    /// The size of the component, in bytes.
    #[must_use]
    pub fn component_bytes(&self) -> usize {
        self.shared.component_bytes
    }

    /// The engine that the plugin was compiled for.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// A new instance for an activity.
    #[must_use]
    pub fn instance(&self) -> Instance {
        Instance::new(self)
    }

    /// Checks a configuration against the plugin's schema.
    ///
    /// # Errors
    /// With what does not fit, the first few problems.
    pub fn check_config(&self, config: &Value) -> Result<(), Vec<SchemaProblem>> {
        self.shared.config.check(config, self.engine().limits().schema_work)
    }

    /// Checks an action against the plugin's schema.
    ///
    /// # Errors
    /// With what does not fit, the first few problems.
    pub fn check_action(&self, action: &Value) -> Result<(), Vec<SchemaProblem>> {
        self.shared.action.check(action, self.engine().limits().schema_work)
    }

    pub(crate) fn pre(&self) -> &PluginPre<Host> {
        &self.shared.pre
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Description { name, version, .. } = &self.shared.description;
        f.debug_struct("Plugin").field("name", name).field("version", version).field("hash", &self.shared.hash).finish()
    }
}

/// The SHA-256 of a component, in hexadecimal digits: its name in caches, journals and registries.
#[must_use]
pub fn component_hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn check_structure(engine: &Engine, bytes: &[u8]) -> Result<(), GateError> {
    gate::structure::check(engine.limits(), engine.wasmtime().get_wasm_features(), bytes)
}
