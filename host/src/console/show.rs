//! How answers look to people.

use hezi_client::{
    AuditPage, ClientError, Counters, PluginList, PluginLogLine, PluginStatus, PluginVersion, Printable, ServerAnswer,
};

use super::table::{size, table};

/// Log lines of a version that are shown.
const LOG_LINES_MAX: usize = 20;
/// Stands where there is nothing to say.
const NOTHING: &str = "-";

/// All plugins, one a line, with the numbers of the active version.
pub(super) fn list(answer: &ServerAnswer) -> Result<String, ClientError> {
    let PluginList { plugins } = answer.read()?;
    let head = ["NAME", "ACTIVE", "OTHER VERSIONS", "SIZE", "CALLS", "FAULTS", "QUARANTINED"];
    Ok(table(head, plugins.into_iter().map(row)))
}

fn row(plugin: PluginStatus) -> [Printable; 7] {
    let versions = |which: &dyn Fn(&&PluginVersion) -> bool| {
        let versions: Vec<&str> = plugin.versions.iter().filter(which).map(|version| &*version.version).collect();
        or_nothing((!versions.is_empty()).then(|| versions.join(", ").into()))
    };
    let active = plugin.versions.iter().find(|version| version.active);
    let number = |number: fn(&Counters) -> u64| said(active.and_then(|version| version.counters.as_ref()).map(number));
    [
        plugin.name.clone(),
        or_nothing(plugin.active.clone()),
        versions(&|version| !version.active),
        or_nothing(active.map(|version| size(version.size_bytes).into())),
        number(|counters| counters.calls),
        number(|counters| counters.faults),
        versions(&|version| version.quarantined),
    ]
}

/// A plugin: its versions, then what each logged last.
pub(super) fn plugin(answer: &ServerAnswer) -> Result<String, ClientError> {
    let PluginStatus { name, active, versions, .. } = answer.read()?;
    let head = ["VERSION", "STATE", "SIZE", "ACTIVATED", "CALLS", "REFUSED", "FAULTS", "SHA-256"];
    let mut text = format!("{}\n{}", sentence(&name, active.as_deref()), table(head, versions.iter().map(details)));
    for version in versions.iter().filter(|version| !version.log.is_empty()) {
        text.push_str(&format!("\nlast log lines of {name} {}\n", version.version));
        let last = version.log.iter().skip(version.log.len().saturating_sub(LOG_LINES_MAX));
        text.push_str(&table(["AT", "LEVEL", "EXPORT", "ACTIVITY", "MESSAGE"], last.map(log_line)));
    }
    Ok(text)
}

fn details(version: &PluginVersion) -> [Printable; 8] {
    let state = match (version.active, version.quarantined) {
        (true, true) => "active, quarantined",
        (true, false) => "active",
        (false, true) => "quarantined",
        (false, false) => NOTHING,
    };
    let number = |number: fn(&Counters) -> u64| said(version.counters.as_ref().map(number));
    [
        version.version.clone(),
        state.to_owned().into(),
        size(version.size_bytes).into(),
        or_nothing(version.activated_at.clone()),
        number(|counters| counters.calls),
        number(|counters| counters.refusals),
        number(|counters| counters.faults),
        version.hash.clone(),
    ]
}

fn log_line(line: &PluginLogLine) -> [Printable; 5] {
    let at = jiff::Timestamp::from_millisecond(line.at_ms);
    let at = at.map_or_else(|_| line.at_ms.to_string(), |at| format!("{at:.3}"));
    let PluginLogLine { level, export, activity, message, .. } = line.clone();
    [at.into(), level, or_nothing(export), or_nothing(activity), message]
}

/// Which version of a plugin is active now.
pub(super) fn active_version(answer: &ServerAnswer) -> Result<String, ClientError> {
    let PluginStatus { name, active, swap, .. } = answer.read()?;
    Ok(format!("{}\n{}", sentence(&name, active.as_deref()), swap.unwrap_or_default()))
}

fn sentence(name: &str, active: Option<&str>) -> String {
    match active {
        Some(version) => format!("{name} {version} is active"),
        None => format!("{name} is switched off"),
    }
}

/// A version that was stored.
pub(super) fn stored_version(answer: &ServerAnswer) -> Result<String, ClientError> {
    let PluginVersion { name, version, hash, active, swap, .. } = answer.read()?;
    let state = if active { "stored and active" } else { "stored, not active" };
    Ok(format!("{name} {version} is {state} (sha256 {hash})\n{}", swap.unwrap_or_default()))
}

/// A page of the audit log, and how to see the next one.
pub(super) fn audit(answer: &ServerAnswer) -> Result<String, ClientError> {
    let AuditPage { audit, next } = answer.read()?;
    let mut text = table(["AT", "WHO", "WHAT"], audit.into_iter().map(|line| [line.at, line.who, line.what]));
    if let Some(next) = next {
        text.push_str(&format!("\nolder lines: --before {next}\n"));
    }
    Ok(text)
}

fn said(number: Option<u64>) -> Printable {
    or_nothing(number.map(|number| number.to_string().into()))
}

fn or_nothing(text: Option<Printable>) -> Printable {
    text.unwrap_or_else(|| NOTHING.to_owned().into())
}
