//! The second questions: does it import and export what the interface says, and does it fit into the engine.
//!
//! Imports are allowed by name before they are compared by type, so that the commonest mistake, a build for a target
//! that brings WASI along, is named as what it is.

use std::iter;

use wasmtime::component::{Component, types::ComponentItem};

use crate::{
    Engine, Export, GateError,
    bindings::PluginPre,
    host::Host,
    limits::{MEMORIES_MAX, TABLES_MAX},
};

/// The interface's package, and what a component of another version is told.
const PACKAGE: &str = "hezi:activity/";
const VERSION: &str = "@0.1.0";
const SUPPORTED: &str = "hezi:activity@0.1.0";
/// The exported interface.
pub(super) const EXPORT: &str = "hezi:activity/activity@0.1.0";

const WASI_ADVICE: &str = "there are no files, clocks, environment or network here; build for wasm32-unknown-unknown \
                           (as `cargo hezi build` does) and use the SDK's clock, random and log";
const OTHER_ADVICE: &str = "a plugin may import the interfaces of hezi:activity only";

/// Checks the component against the interface and links it. The types of exported functions are compared when they are
/// looked up in a live instance, which is the next question's.
pub(crate) fn link(engine: &Engine, component: &Component) -> Result<PluginPre<Host>, GateError> {
    check_imports(engine, component)?;
    check_exports(engine, component)?;
    check_resources(component)?;
    let linked = engine.linker().instantiate_pre(component);
    let linked = linked.map_err(|error| GateError::ImportMismatch { message: format!("{error:#}") })?;
    PluginPre::new(linked).map_err(|error| GateError::ExportMismatch { message: format!("{error:#}") })
}

fn check_imports(engine: &Engine, component: &Component) -> Result<(), GateError> {
    for (name, _) in component.component_type().imports(engine.wasmtime()) {
        if !name.starts_with(PACKAGE) {
            let advice = if name.starts_with("wasi") { WASI_ADVICE } else { OTHER_ADVICE };
            return Err(GateError::ForeignImport { name: name.to_owned(), advice });
        }
        if !name.ends_with(VERSION) {
            return Err(GateError::OtherVersion { name: name.to_owned(), supported: SUPPORTED });
        }
    }
    Ok(())
}

fn check_exports(engine: &Engine, component: &Component) -> Result<(), GateError> {
    let exports = component.component_type();
    let Some(export) = exports.get_export(engine.wasmtime(), EXPORT) else {
        let other = exports.exports(engine.wasmtime()).find(|(name, _)| name.starts_with("hezi:activity/activity@"));
        return Err(match other {
            Some((name, _)) => GateError::OtherVersion { name: name.to_owned(), supported: SUPPORTED },
            None => GateError::ExportMissing { name: EXPORT.to_owned() },
        });
    };
    let ComponentItem::ComponentInstance(interface) = export.ty else {
        return Err(GateError::ExportMismatch { message: format!("`{EXPORT}` is no interface") });
    };
    for function in export_functions() {
        match interface.get_export(engine.wasmtime(), function).map(|export| export.ty) {
            Some(ComponentItem::ComponentFunc(_)) => {}
            Some(_) => return Err(GateError::ExportMismatch { message: format!("`{function}` is no function") }),
            None => return Err(GateError::ExportMissing { name: format!("{EXPORT}#{function}") }),
        }
    }
    Ok(())
}

/// What the exported interface must have: what a component says of itself, and what everything in an activity is done by.
fn export_functions() -> impl Iterator<Item = &'static str> {
    iter::once("describe").chain(Export::ALL.into_iter().filter(|export| export.is_required()).map(Export::name))
}

/// Whether the component fits into the engine.
pub(crate) fn check_resources(component: &Component) -> Result<(), GateError> {
    let does_not_fit = |message: String| Err(GateError::DoesNotFit { message });
    let Some(needs) = component.resources_required() else {
        return does_not_fit("it imports a module or a component".into());
    };
    let (memories, tables) = (needs.num_memories, needs.num_tables);
    if memories > MEMORIES_MAX || tables > TABLES_MAX {
        return does_not_fit(format!(
            "it has {memories} memories and {tables} tables; {MEMORIES_MAX} and {TABLES_MAX} are allowed"
        ));
    }
    Ok(())
}
