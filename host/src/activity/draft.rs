//! A draft: does this configuration make sense? The plugin is asked by opening it on a state that is thrown away.

use hezi_plugin::{Answer, Call, Export, Instance, Space};

use super::environment::{Environment, without_people};
use super::error::ActivityError;
use crate::domain::activity::Draft;
use crate::domain::command::NewActivity;
use crate::domain::language::Languages;
use crate::plugin::CallSite;

/// Finds out whether the plugin would open with this configuration: its active version, or the one that is to be tried.
///
/// # Errors
/// [`ActivityError`] that says why not.
pub async fn draft(
    new: &NewActivity,
    languages: &Languages,
    environment: &Environment,
) -> Result<Draft, ActivityError> {
    let (plugin, version, anonymous) = (new.plugin.as_str(), new.version.as_deref(), new.anonymous);
    let loaded = match version {
        Some(version) => environment.plugins.numbered(plugin, version).await.map_err(|error| {
            tracing::warn!(plugin.name = plugin, plugin.version = version, error = ?error.to_string(),
                "a version that was to be tried cannot be loaded");
            ActivityError::NotLoaded { plugin: plugin.to_owned() }
        })?,
        None => environment.plugins.active(plugin),
    };
    let loaded = loaded.ok_or_else(|| ActivityError::NoPlugin { plugin: plugin.to_owned() })?;
    let trial = version.is_some();
    if loaded.is_quarantined() {
        return Err(ActivityError::Quarantined { plugin: plugin.to_owned() });
    }
    if anonymous && !loaded.plugin().description().allows_anonymous {
        return Err(ActivityError::NeedsNames { plugin: plugin.to_owned() });
    }
    let site =
        CallSite { conference: environment.conference.clone(), owner: environment.owner.clone(), activity: None };
    if environment.plugins.is_out(&loaded, &site) {
        return Err(ActivityError::DraftsFail { plugin: plugin.to_owned() });
    }
    let (context, _) = environment.context(loaded.language_for(languages));
    let context = if anonymous { without_people(context) } else { context };
    let (plugins, config) = (environment.plugins.clone(), new.config.text().to_owned());
    let judged = environment.executor.run(move || {
        loaded.check_config(&config).map_err(ActivityError::Schema)?;
        let mut instance = Instance::new(loaded.plugin());
        let now_ms = context.now_ms;
        let report = instance.call(&mut Space::new(), context, Call::Open { config: &config });
        if let Some(fault) = loaded.count(Export::Draft, &site, &report, now_ms) {
            plugins.note_fault(&loaded, Export::Draft, &site, fault);
        }
        let judged = report.result.map_err(|failure| ActivityError::from(failure).of_a_configuration())?;
        match judged.answer {
            Answer::Title(title) => Ok(Draft { title, plugin: loaded.reference().clone(), trial, anonymous }),
            _ => Err(ActivityError::Gone),
        }
    });
    judged.await.unwrap_or(Err(ActivityError::Gone))
}
