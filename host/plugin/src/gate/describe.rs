//! The last questions: does it start, what does it say of itself, and is that well-formed.
//!
//! The component runs here for the first time, within the same bounds as in any call and with nothing but `log`.

use semver::Version;
use wasmtime::{
    Store,
    component::{ComponentNamedList, Instance, Lift, Lower},
};

use super::world::EXPORT;
use crate::{
    Description, Engine, Fault, GateError,
    bindings::{
        PluginPre,
        hezi::activity::types::{
            Block, Description as RawDescription, Error as RawError, Member as RawMember, ReportPage,
        },
    },
    host::Host,
    live::{Live, new_store, start_fault},
    plugin::Described,
    schema::Schema,
};

const NAME_BYTES_MAX: usize = 40;
const TITLE_CHARS_MAX: usize = 80;
const SUMMARY_CHARS_MAX: usize = 400;
const VERSION_BYTES_MAX: usize = 64;

/// Starts the component and checks what it says of itself.
pub(crate) fn check(engine: &Engine, pre: &PluginPre<Host>) -> Result<Described, GateError> {
    check_export_types(engine, pre)?;
    let failed = |fault: Fault| GateError::DescribeFailed { fault };
    let mut live = Live::start(engine, pre).map_err(failed)?;
    let raw = live.describe().map_err(failed)?;
    // The same instance, which can remember that it was asked before. A fresh one is given nothing that differs.
    let again = live.describe().map_err(failed)?;
    if format!("{raw:?}") != format!("{again:?}") {
        return Err(wrong("describe", "it must be the same each time"));
    }
    well_formed(raw)
}

/// Finds a mistyped export and names it. The engine compares a function's types when it is looked up in an instance.
fn check_export_types(engine: &Engine, pre: &PluginPre<Host>) -> Result<(), GateError> {
    let mut store = new_store(engine);
    let instance = match pre.instance_pre().instantiate(&mut store) {
        Ok(instance) => instance,
        Err(error) => return Err(GateError::StartFailed { fault: start_fault(&error, store.data_mut()) }),
    };
    let mut exports = Exports { store, instance };
    exports.check::<(), (RawDescription,)>("describe")?;
    exports.check::<(&str,), (Result<String, RawError>,)>("open")?;
    exports.check::<(&RawMember, &str), (Result<String, RawError>,)>("act")?;
    exports.check::<(Option<&RawMember>,), (Result<Vec<Block>, RawError>,)>("view")?;
    exports.check::<(&str,), (Result<(), RawError>,)>("tick")?;
    exports.check::<(), (Result<(), RawError>,)>("close")?;
    exports.check::<(Option<&str>,), (Result<ReportPage, RawError>,)>("report")?;
    exports.check::<(u32,), (Result<(), RawError>,)>("migrate")
}

/// An instance whose exports are compared with the interface.
struct Exports {
    store: Store<Host>,
    instance: Instance,
}

impl Exports {
    fn check<P, R>(&mut self, function: &str) -> Result<(), GateError>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let mismatch = |problem: String| GateError::ExportMismatch { message: format!("`{function}`: {problem}") };
        let interface = self.instance.get_export_index(&mut self.store, None, EXPORT);
        let index = self.instance.get_export_index(&mut self.store, interface.as_ref(), function);
        let index = index.ok_or_else(|| mismatch("it is missing".into()))?;
        let found = self.instance.get_typed_func::<P, R>(&mut self.store, index);
        found.map(drop).map_err(|error| mismatch(format!("{error:#}")))
    }
}

fn well_formed(raw: RawDescription) -> Result<Described, GateError> {
    check_name(&raw.name)?;
    let version = check_version(&raw.version)?;
    check_text("title", &raw.title, TITLE_CHARS_MAX)?;
    check_text("summary", &raw.summary, SUMMARY_CHARS_MAX)?;
    let config = schema("config-schema", &raw.config_schema)?;
    let action = schema("action-schema", &raw.action_schema)?;
    let description = Description {
        name: raw.name,
        version,
        title: raw.title,
        summary: raw.summary,
        config_schema: config.value().clone(),
        action_schema: action.value().clone(),
        reply_schema: schema("reply-schema", &raw.reply_schema)?.value().clone(),
        event_schema: schema("event-schema", &raw.event_schema)?.value().clone(),
        state_version: raw.state_version,
    };
    Ok(Described { description, config, action })
}

fn check_name(name: &str) -> Result<(), GateError> {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if !starts || name.len() > NAME_BYTES_MAX || !name.bytes().all(letters) {
        return Err(wrong("name", "it must match [a-z][a-z0-9-]{0,39}, as in `red-packet`"));
    }
    Ok(())
}

fn check_version(version: &str) -> Result<Version, GateError> {
    let malformed = || wrong("version", "it must be a semantic version without build metadata, as in `1.2.3`");
    if version.len() > VERSION_BYTES_MAX {
        return Err(malformed());
    }
    // Two versions that differ in build metadata only would be the same version for everybody who compares them.
    Version::parse(version).ok().filter(|version| version.build.is_empty()).ok_or_else(malformed)
}

fn check_text(field: &'static str, text: &str, limit_chars: usize) -> Result<(), GateError> {
    if text.trim().is_empty() || text.chars().count() > limit_chars || text.contains(char::is_control) {
        return Err(wrong(field, &format!("it must have 1 to {limit_chars} characters, on one line")));
    }
    Ok(())
}

fn schema(field: &'static str, text: &str) -> Result<Schema, GateError> {
    Schema::compile(text).map_err(|message| GateError::Description { field, message })
}

fn wrong(field: &'static str, message: &str) -> GateError {
    GateError::Description { field, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw() -> RawDescription {
        RawDescription {
            name: "vote".into(),
            version: "1.0.0-rc.1".into(),
            title: "投票".into(),
            summary: "Choose.".into(),
            config_schema: "{}".into(),
            action_schema: "{}".into(),
            reply_schema: "true".into(),
            event_schema: "true".into(),
            state_version: 1,
        }
    }

    fn field(change: impl FnOnce(&mut RawDescription)) -> &'static str {
        let mut raw = raw();
        change(&mut raw);
        match well_formed(raw) {
            Ok(_) => "fine",
            Err(GateError::Description { field, .. }) => field,
            Err(_) => "other",
        }
    }

    #[test]
    fn a_description_is_checked_field_by_field() {
        assert_eq!(field(|_| {}), "fine");
        for name in ["", "Vote", "1vote", "vote_", "投票", "../vote", &"v".repeat(41)] {
            assert_eq!(field(|raw| raw.name = name.into()), "name", "{name:?}");
        }
        for version in ["", "1", "1.0", "v1.0.0", "1.0.0+build", "01.0.0", &format!("1.0.0-{}", "a".repeat(70))] {
            assert_eq!(field(|raw| raw.version = version.into()), "version", "{version:?}");
        }
        assert_eq!(field(|raw| raw.title = "题".repeat(80)), "fine");
        for title in [" ", "a\nb", &"题".repeat(81)] {
            assert_eq!(field(|raw| raw.title = title.into()), "title", "{title:?}");
        }
        assert_eq!(field(|raw| raw.summary = "s".repeat(401)), "summary");
        assert_eq!(field(|raw| raw.config_schema = String::new()), "config-schema");
        assert_eq!(field(|raw| raw.action_schema = "{\"type\":1}".into()), "action-schema");
        assert_eq!(field(|raw| raw.reply_schema = "[]".into()), "reply-schema");
        assert_eq!(field(|raw| raw.event_schema = "{\"$ref\":\"x\"}".into()), "event-schema");
    }
}
