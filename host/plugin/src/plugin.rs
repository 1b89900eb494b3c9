//! A plugin that went all the way through the pipeline: compiled, linked, described, ready to be instantiated.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Description, Engine, SchemaProblem, bindings::PluginPre, description::Described, host::Host, live::ATTENDANCE,
};

/// A compiled plugin. Clones share it.
#[derive(Clone)]
pub struct Plugin {
    shared: Arc<SharedPlugin>,
}

struct SharedPlugin {
    engine: Engine,
    linked: PluginPre<Host>,
    hash: String,
    component_bytes: usize,
    described: Described,
}

impl Plugin {
    /// What [`crate::pipeline`] has made of a component.
    pub(crate) fn new(
        engine: &Engine,
        linked: PluginPre<Host>,
        hash: &str,
        component_bytes: usize,
        described: Described,
    ) -> Self {
        let (engine, hash) = (engine.clone(), hash.to_owned());
        Self { shared: Arc::new(SharedPlugin { engine, linked, hash, component_bytes, described }) }
    }

    /// What the plugin says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.shared.described.description
    }

    /// Whether it asked to be told who comes and goes: it exports the optional interface.
    #[must_use]
    pub fn wants_attendance(&self) -> bool {
        let component = self.shared.linked.instance_pre().component();
        component.get_export_index(None, ATTENDANCE).is_some()
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

    /// Checks a configuration against the plugin's schema.
    ///
    /// # Errors
    /// With what does not fit, the first few problems.
    pub fn check_config(&self, config: &Value) -> Result<(), Vec<SchemaProblem>> {
        self.shared.described.config.check(config, self.engine().limits().schema_work)
    }

    /// Checks an action against the plugin's schema.
    ///
    /// # Errors
    /// With what does not fit, the first few problems.
    pub fn check_action(&self, action: &Value) -> Result<(), Vec<SchemaProblem>> {
        self.shared.described.action.check(action, self.engine().limits().schema_work)
    }

    /// The component with its imports bound, from which instances are made.
    pub(crate) fn linked(&self) -> &PluginPre<Host> {
        &self.shared.linked
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Description { name, version, .. } = self.description();
        f.debug_struct("Plugin").field("name", name).field("version", version).field("hash", &self.shared.hash).finish()
    }
}
