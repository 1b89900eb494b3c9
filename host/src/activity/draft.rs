//! A draft: does this configuration make sense? The plugin is asked by opening it on a state that is thrown away.

use std::sync::Arc;

use hezi_plugin::{Answer, Call, CallContext, Instance, Space};

use super::{ActivityError, Surroundings};
use crate::clock::random_32;
use crate::domain::activity::PluginRef;

/// A configuration that makes sense.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// The title that the plugin gave.
    pub title: String,
    /// The version that judged.
    pub plugin: PluginRef,
}

/// Finds out whether the plugin would open with this configuration.
///
/// # Errors
/// [`ActivityError`] that says why not.
pub async fn draft(plugin: &str, config: &str, around: &Surroundings) -> Result<Drafted, ActivityError> {
    let loaded = around.plugins.active(plugin).ok_or_else(|| ActivityError::NoPlugin { plugin: plugin.to_owned() })?;
    if loaded.is_quarantined() {
        return Err(ActivityError::Quarantined { plugin: plugin.to_owned() });
    }
    let place = Arc::clone(&around.threads).acquire_owned().await.map_err(|_| ActivityError::Gone)?;
    let context = CallContext {
        now_ms: around.clock.now_ms(),
        seed: random_32(around.rng.as_ref()),
        members: Arc::clone(&around.members.load().members),
    };
    let (plugins, config) = (around.plugins.clone(), config.to_owned());
    let judged = tokio::task::spawn_blocking(move || {
        let _place = place;
        loaded.check_config(&config).map_err(ActivityError::Schema)?;
        let mut instance = Instance::new(loaded.plugin());
        let report = instance.call(&mut Space::new(), context, Call::Open { config });
        plugins.count(&loaded, "draft", &report);
        match report.result?.answer {
            Answer::Title(title) => Ok(Drafted { title, plugin: loaded.reference().clone() }),
            _ => Err(ActivityError::Gone),
        }
    });
    judged.await.unwrap_or(Err(ActivityError::Gone))
}
