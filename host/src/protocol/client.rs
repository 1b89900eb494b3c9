//! What a client may send over the socket: a chat message or an action, each with an id of the client's choosing.
//!
//! Only shapes are judged here; whether the sender may do it is the room's business.
//!
//! # Invariants
//! * Unknown fields are refused, so that a mistyped one does not pass unnoticed.

use serde::Deserialize;

use super::code::{Code, Problem};
use crate::domain::command::{Payload, Request};
use crate::domain::id::{ActivityId, CommandId};

/// A message that cannot be carried out, with the command's id where it could be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The id the client gave, to tell it which command is meant.
    pub id: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is said of an array, a number or a text.
const NOT_AN_OBJECT: &str = "a message is a JSON object";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientMessage {
    #[serde(rename = "type")]
    kind: String,
    id: CommandId,
    text: Option<String>,
    activity: Option<ActivityId>,
    action: Option<Payload>,
}

#[derive(Deserialize)]
struct OnlyId {
    id: Option<String>,
}

/// Reads a message of a client.
///
/// # Errors
/// [`Unreadable`] with `malformed_json` when it is not JSON, `invalid` when a field is missing, unknown or wrong.
pub fn parse(message: &str) -> Result<(CommandId, Request), Unreadable> {
    let parsed: ClientMessage = serde_json::from_str(message).map_err(|e| unreadable(message, &e))?;
    if !message.trim_start().starts_with('{') {
        // A derived reader takes an array of the fields in their order, too; nobody means that.
        return Err(Unreadable { id: None, problem: Problem::new(Code::Invalid, NOT_AN_OBJECT) });
    }
    let refuse = |detail: &str| Unreadable {
        id: Some(parsed.id.to_string()),
        problem: Problem::new(Code::Invalid, detail.to_owned()),
    };
    let request = match (parsed.kind.as_str(), parsed.text, parsed.activity, parsed.action) {
        ("chat", Some(text), None, None) => Request::Chat { text },
        ("chat", ..) => return Err(refuse("`chat` has the fields `id` and `text`")),
        ("act", None, Some(activity), Some(action)) => Request::Act { activity, action },
        ("act", ..) => return Err(refuse("`act` has the fields `id`, `activity` and `action`")),
        (other, ..) => {
            return Err(refuse(&format!("`type` is `chat` or `act`, not `{}`", other.escape_debug())));
        }
    };
    Ok((parsed.id, request))
}

fn unreadable(message: &str, error: &serde_json::Error) -> Unreadable {
    // A wrong type may stand before the place where it stops being JSON: that is what has to be said then.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(message) {
        let problem = Problem::new(Code::MalformedJson, format!("the message cannot be read: {error}"));
        return Unreadable { id: None, problem };
    }
    if !message.trim_start().starts_with('{') {
        return Unreadable { id: None, problem: Problem::new(Code::Invalid, NOT_AN_OBJECT) };
    }
    let id = serde_json::from_str::<OnlyId>(message).ok().and_then(|only| only.id);
    let code = Code::Invalid;
    Unreadable { id, problem: Problem::new(code, format!("the message cannot be read: {error}")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_both_commands() {
        let (id, command) = parse(r#"{"type":"chat","id":"c1","text":"你好"}"#).expect("a chat");
        assert_eq!(id.as_str(), "c1");
        assert!(matches!(command, Request::Chat { text } if text == "你好"));
        let (_, command) =
            parse(r#"{"type":"act","id":"c2","activity":"a","action":{"choose":["A"]}}"#).expect("an act");
        assert!(matches!(command, Request::Act { action, .. } if action.text() == r#"{"choose":["A"]}"#));
    }

    #[test]
    fn says_what_is_wrong_and_with_which_command() {
        for (message, id, code) in [
            ("{", None, Code::MalformedJson),
            (r#"{"type":"chat","id":"c1"}"#, Some("c1"), Code::Invalid),
            (r#"{"type":"chat","id":"c1","text":1}"#, Some("c1"), Code::Invalid),
            (r#"{"type":"sing","id":"c1","text":"la"}"#, Some("c1"), Code::Invalid),
            (r#"{"type":"chat","id":"c1","text":"a","colour":"red"}"#, Some("c1"), Code::Invalid),
            (r#"{"type":"chat","text":"a"}"#, None, Code::Invalid),
            (r#"["chat"]"#, None, Code::Invalid),
            (r#"["chat","c1","hi",null,null]"#, None, Code::Invalid),
            ("[1,", None, Code::MalformedJson),
        ] {
            let unreadable = parse(message).expect_err(message);
            assert_eq!(unreadable.id.as_deref(), id, "{message}");
            assert_eq!(unreadable.problem.code, code, "{message}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(message in ".*") {
            let _ = parse(&message);
        }
    }
}
