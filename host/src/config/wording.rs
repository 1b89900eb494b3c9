//! How a setting that cannot be read is reported: on one line that names it.
//!
//! # Invariants
//! * What a secret was set to stands in no message, nor does the line of the file that it stands on.

/// Settings whose values stand in no message.
const SECRETS: &[&str] = &["admin.token", "surrealdb.password", "wecom.secret"];

/// One line that names the setting first.
pub(super) fn name_setting(error: figment::Error) -> String {
    let path = error.path.join(".");
    let metadata = error.metadata.as_ref();
    let source = metadata
        .map_or_else(String::new, |m| m.source.as_ref().map_or_else(|| m.name.to_string(), ToString::to_string));
    let key = match &error.kind {
        figment::error::Kind::UnknownField(field, _) if !path.ends_with(field.as_str()) => {
            if path.is_empty() {
                field.clone()
            } else {
                format!("{path}.{field}")
            }
        }
        _ => path,
    };
    if key.is_empty() {
        return format!("file {source}: {}", without_excerpt(&error.kind.to_string()));
    }
    let from = if source.is_empty() { String::new() } else { format!(" (from {source})") };
    if SECRETS.contains(&key.as_str()) {
        return format!("`{key}`{from}: is a text; write it between quotation marks if it looks like a number");
    }
    format!("`{key}`{from}: {}", error.kind)
}

/// What the reader of the file says, on one line, without the line of the file that it quotes: it may hold a secret.
fn without_excerpt(text: &str) -> String {
    let is_excerpt =
        |line: &&str| line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().starts_with('|');
    let lines: Vec<&str> = text.lines().filter(|line| !is_excerpt(line)).map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}
