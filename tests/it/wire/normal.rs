//! A JSON value with what differs from run to run replaced by what it is: `<id>`, `<time>`, `<hash>`.
//!
//! Nothing else is left out, so a field that comes, goes or changes its type shows in a snapshot.

use serde_json::Value;

/// The value, in the form in which two runs of the same story are equal.
pub(super) fn normal(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(normal_text(&text)),
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| field(name, value)).collect(),
        other => other,
    }
}

/// Numbers that nobody chose are known by the name of their field.
fn field(name: String, value: Value) -> (String, Value) {
    let measured = ["size_bytes", "cpu_us", "until_ms", "now_ms", "opened_at_ms", "closed_at_ms"]
        .contains(&name.as_str())
        || name.starts_with("retry_after");
    let value = if measured && value.is_number() { Value::String(format!("<{name}>")) } else { normal(value) };
    (name, value)
}

fn normal_text(text: &str) -> String {
    let kind = |kind: &str| format!("<{kind}>");
    match text {
        _ if is_id(text) => kind("id"),
        _ if is_time(text) => kind("time"),
        _ if text.len() == 64 && text.bytes().all(is_hex) => kind("hash"),
        _ if is_number(text) => kind("number"),
        _ => words(text),
    }
}

/// A text in which an address, an id or a hash may stand among other words.
fn words(text: &str) -> String {
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '.' || char == ':';
    let mut out = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let length = rest.find(|char| !is_name(char)).unwrap_or(rest.len()).max(char.len_utf8());
        let (word, after) = rest.split_at(length);
        out.push_str(match word {
            _ if is_id(word) => "<id>",
            _ if word.len() == 64 && word.bytes().all(is_hex) => "<hash>",
            _ if word.starts_with("127.0.0.1:") => "<address>",
            _ if out.ends_with("/c/") && is_number(word) => "<number>",
            _ => word,
        });
        rest = after;
    }
    out
}

/// A ULID in lower case.
fn is_id(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !b"ilou".contains(&byte));
    text.len() == 26 && text.starts_with('0') && text.bytes().all(is_digit)
}

/// RFC 3339 in UTC with milliseconds.
fn is_time(text: &str) -> bool {
    let pattern = "0000-00-00T00:00:00.000Z".bytes();
    text.len() == pattern.len()
        && pattern.zip(text.bytes()).all(|(like, byte)| if like == b'0' { byte.is_ascii_digit() } else { byte == like })
}

/// The number of a conference.
fn is_number(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[test]
fn only_what_differs_from_run_to_run_is_replaced() {
    let value = serde_json::json!({
        "id": "01kb2c3d4e5f6g7h8j9k0m1n2p",
        "at": "2026-11-22T08:00:00.123Z",
        "number": "51879",
        "join_url": "http://127.0.0.1:4000/c/51879",
        "size_bytes": 7,
        "seq": 12,
        "text": "午饭吃什么? 51879 years",
    });

    let expected = serde_json::json!({
        "id": "<id>",
        "at": "<time>",
        "number": "<number>",
        "join_url": "http://<address>/c/<number>",
        "size_bytes": "<size_bytes>",
        "seq": 12,
        "text": "午饭吃什么? 51879 years",
    });
    assert_eq!(normal(value), expected);
}
