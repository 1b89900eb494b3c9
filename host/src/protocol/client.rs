//! What a client may send over the socket: commands, each with an id of the client's choosing.
//!
//! Only shapes are judged here; whether the sender may do it is the room's business.
//!
//! # Invariants
//! * Unknown fields are refused, so that a mistyped one does not pass unnoticed.

use hezi_plugin::limits::QUERY_BYTES_MAX;
use serde::Deserialize;
use utoipa::ToSchema;

use super::code::{Code, Problem};
use crate::domain::changes::ConferenceChanges;
use crate::domain::command::{Reaction, Request};
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::measure::Measure;
use crate::domain::payload::Payload;
use crate::domain::sentence::Sentence;

/// A message that cannot be carried out, with the command's id where it could be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The id the client gave, to tell it which command is meant.
    pub id: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $word:tt, $fields:literal;)*) => {
        /// A kind of command, as its `type` says. The words are part of the contract with clients.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
        pub enum CommandKind {
            $($(#[doc = $doc])* #[serde(rename = $word)] $name,)*
        }

        impl CommandKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [CommandKind] = &[$(CommandKind::$name,)*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(CommandKind::$name => $word,)* }
            }

            /// Which fields it has besides `type` and `id`, for a sentence in any language.
            fn fields(self) -> &'static str {
                match self { $(CommandKind::$name => $fields,)* }
            }
        }
    };
}

kinds! {
    /// Say something to everybody.
    Chat = "chat", "`text`, `reply_to`";
    /// Act in an activity.
    Act = "act", "`activity`, `action`, `member`";
    /// Be sent one's own view of an activity.
    Watch = "watch", "`activity`, `query`";
    /// Be sent the view that everybody sees again.
    Unwatch = "unwatch", "`activity`";
    /// Delete a message.
    Delete = "delete", "`message`";
    /// React to a message.
    React = "react", "`message`, `reaction`";
    /// Take a reaction back.
    Unreact = "unreact", "`message`, `reaction`";
    /// Put a message on the wall.
    PutUp = "put_up", "`message`";
    /// Take a message off the wall.
    TakeDown = "take_down", "`message`";
    /// Pin a notice.
    Pin = "pin", "`text`";
    /// Take the notice away.
    Unpin = "unpin", "–";
    /// Take the word from a member.
    Mute = "mute", "`member`";
    /// Give it back.
    Unmute = "unmute", "`member`";
    /// Send a member out, and keep them out.
    Remove = "remove", "`member`";
    /// Let somebody in again.
    Readmit = "readmit", "`member`";
    /// Make a member an organizer.
    Appoint = "appoint", "`member`";
    /// Make an organizer a participant.
    Dismiss = "dismiss", "`member`";
    /// Make a member the owner.
    HandOver = "hand_over", "`member`";
    /// Change the conference.
    Change = "change", "`changes`";
    /// Exchange the key of the link.
    Rekey = "rekey", "–";
}

/// What a client sends: which of the members there are hangs on its `type`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientMessage {
    #[serde(rename = "type")]
    kind: CommandKind,
    /// Of the client's choosing: the same one again is the same command.
    id: CommandId,
    /// What is said, or pinned.
    text: Option<String>,
    /// The place of the message that is answered.
    reply_to: Option<u64>,
    /// The activity that it is about.
    activity: Option<ActivityId>,
    /// What somebody does in it, by the plugin's schema.
    #[schema(value_type = Option<Object>)]
    action: Option<Payload>,
    /// The place of a message.
    message: Option<u64>,
    /// One of those that a message may get.
    reaction: Option<String>,
    /// Whom it is about, or for whom an organizer acts.
    member: Option<UserId>,
    /// What changes of the conference.
    #[schema(value_type = Option<ConferenceChanges>)]
    changes: Option<Box<ConferenceChanges>>,
    /// A page or filter of a view.
    query: Option<String>,
}

/// What a client asks for.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is read, so its size is moved once")]
pub enum Sent {
    /// A command, which the journal knows of.
    Command(Request),
    /// To be sent one's own view of an activity, at this page of it.
    Watch {
        /// Which one, by its id.
        activity: ActivityId,
        /// The page or filter; the first page if none.
        query: Option<String>,
    },
    /// To be sent the view that everybody sees.
    Unwatch {
        /// Which one, by its id.
        activity: ActivityId,
    },
}

impl ClientMessage {
    /// What it asks for; none where a field is missing.
    fn take_sent(&mut self) -> Option<Sent> {
        Some(match self.kind {
            CommandKind::Watch => {
                let query = self.query.take();
                if query.as_ref().is_some_and(|query| query.len() > QUERY_BYTES_MAX) {
                    return None;
                }
                Sent::Watch { activity: self.activity.take()?, query }
            }
            CommandKind::Unwatch => Sent::Unwatch { activity: self.activity.take()? },
            _ => Sent::Command(self.take_request()?),
        })
    }

    fn take_request(&mut self) -> Option<Request> {
        use CommandKind as Kind;
        Some(match self.kind {
            // These are no commands.
            Kind::Watch | Kind::Unwatch => return None,
            Kind::Chat => Request::Chat { text: self.text.take()?, reply_to: self.reply_to.take() },
            Kind::Act => Request::Act {
                activity: self.activity.take()?,
                action: self.action.take()?,
                on_behalf_of: self.member.take(),
            },
            Kind::Delete => Request::Delete { message: self.message.take()? },
            Kind::React | Kind::Unreact => Request::React(Reaction {
                message: self.message.take()?,
                reaction: self.reaction.take()?,
                stands: self.kind == Kind::React,
            }),
            Kind::PutUp | Kind::TakeDown => {
                Request::Wall { message: self.message.take()?, stands: self.kind == Kind::PutUp }
            }
            Kind::Pin => Request::Notice { text: Some(self.text.take()?) },
            Kind::Unpin => Request::Notice { text: None },
            Kind::Mute => self.take_measure(Measure::Mute)?,
            Kind::Unmute => self.take_measure(Measure::Unmute)?,
            Kind::Remove => self.take_measure(Measure::Remove)?,
            Kind::Readmit => self.take_measure(Measure::Readmit)?,
            Kind::Appoint => self.take_measure(Measure::Appoint)?,
            Kind::Dismiss => self.take_measure(Measure::Dismiss)?,
            Kind::HandOver => self.take_measure(Measure::HandOver)?,
            Kind::Change => Request::Change { changes: self.changes.take()? },
            Kind::Rekey => Request::Rekey,
        })
    }

    fn take_measure(&mut self, measure: Measure) -> Option<Request> {
        Some(Request::Measure { measure, whom: self.member.take()? })
    }

    /// Whether nothing is left that the command does not have.
    fn is_spent(&self) -> bool {
        let Self { kind: _, id: _, text, reply_to, activity, action, message, reaction, member, changes, query } = self;
        text.is_none()
            && reply_to.is_none()
            && activity.is_none()
            && action.is_none()
            && message.is_none()
            && reaction.is_none()
            && member.is_none()
            && changes.is_none()
            && query.is_none()
    }
}

#[derive(Deserialize)]
struct OnlyId {
    id: Option<String>,
}

/// Reads a message of a client.
///
/// # Errors
/// [`Unreadable`] with `malformed_json` when it is not JSON, `invalid` when a field is missing, unknown or wrong.
pub fn parse(message: &str) -> Result<(CommandId, Sent), Unreadable> {
    let mut parsed: ClientMessage = serde_json::from_str(message).map_err(|e| unreadable(message, &e))?;
    if !message.trim_start().starts_with('{') {
        // A derived reader takes an array of the fields in their order, too; nobody means that.
        return Err(Unreadable { id: None, problem: Problem::new(Code::Invalid, Sentence::MessageNoObject {}) });
    }
    match parsed.take_sent().filter(|_| parsed.is_spent()) {
        Some(sent) => Ok((parsed.id, sent)),
        None => {
            let (kind, fields) = (parsed.kind.as_str(), parsed.kind.fields());
            let problem = Problem::new(Code::Invalid, Sentence::CommandFields { kind, fields });
            Err(Unreadable { id: Some(parsed.id.to_string()), problem })
        }
    }
}

fn unreadable(message: &str, error: &serde_json::Error) -> Unreadable {
    // A wrong type may stand before the place where it stops being JSON: that is what has to be said then.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(message) {
        let why = error.to_string();
        let problem = Problem::new(Code::MalformedJson, Sentence::MessageUnreadable { why });
        return Unreadable { id: None, problem };
    }
    if !message.trim_start().starts_with('{') {
        return Unreadable { id: None, problem: Problem::new(Code::Invalid, Sentence::MessageNoObject {}) };
    }
    let id = serde_json::from_str::<OnlyId>(message).ok().and_then(|only| only.id);
    let why = error.to_string();
    let sentence = match field_of_changes(message) {
        Some(field) => Sentence::BadField { field, why },
        None => Sentence::MessageUnreadable { why },
    };
    Unreadable { id, problem: Problem::new(Code::Invalid, sentence) }
}

/// Which field of the `changes` is to blame, if one is.
fn field_of_changes(message: &str) -> Option<String> {
    let mut json = serde_json::Deserializer::from_str(message);
    let error = serde_path_to_error::deserialize::<_, ClientMessage>(&mut json).err()?;
    error.path().to_string().strip_prefix("changes.").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::tongue::Tongue;

    /// A message of each kind, with all of its fields.
    fn message(kind: CommandKind) -> serde_json::Value {
        let mut message = serde_json::json!({ "type": kind.as_str(), "id": "c1" });
        let fields = serde_json::json!({
            "text": "你好", "reply_to": 3, "activity": "a", "action": {}, "message": 3, "reaction": "👍", "member": "li",
            "changes": { "locked": true }, "query": "2",
        });
        for (name, value) in fields.as_object().expect("fields") {
            if kind.fields().contains(&format!("`{name}`")) {
                message[name] = value.clone();
            }
        }
        message
    }

    #[test]
    fn every_kind_is_read_with_its_fields_and_with_no_other() {
        let others = serde_json::json!({
            "text": "你好", "activity": "a", "message": 3, "member": "li", "changes": { "locked": true },
        });
        for kind in CommandKind::ALL {
            let whole = message(*kind);
            parse(&whole.to_string()).unwrap_or_else(|error| panic!("{whole}: {error:?}"));
            for (field, value) in others.as_object().expect("fields") {
                if *kind == CommandKind::Act && field == "member" {
                    // It may be there and need not be.
                    continue;
                }
                let mut bent = whole.clone();
                if bent.as_object_mut().expect("an object").remove(field).is_none() {
                    bent[field] = value.clone();
                }
                let refused = parse(&bent.to_string()).expect_err(&bent.to_string());
                assert_eq!(refused.problem.code, Code::Invalid, "{bent}");
            }
        }
    }

    #[test]
    fn reads_what_people_say_and_do() {
        let (id, command) = parse(r#"{"type":"chat","id":"c1","text":"你好"}"#).expect("a chat");
        assert_eq!(id.as_str(), "c1");
        let said = |sent| match sent {
            Sent::Command(request) => request,
            other => panic!("{other:?}"),
        };
        assert!(matches!(said(command), Request::Chat { text, reply_to: None } if text == "你好"));
        let (_, command) =
            parse(r#"{"type":"act","id":"c2","activity":"a","action":{"choose":["A"]}}"#).expect("an act");
        assert!(matches!(said(command), Request::Act { action, .. } if action.text() == r#"{"choose":["A"]}"#));
        let (_, watch) = parse(r#"{"type":"watch","id":"c3","activity":"a","query":"2"}"#).expect("a watch");
        assert!(matches!(watch, Sent::Watch { query: Some(query), .. } if query == "2"));
        let long = serde_json::json!({"type": "watch", "id": "c3", "activity": "a", "query": "q".repeat(257)});
        assert_eq!(parse(&long.to_string()).expect_err("too long").problem.code, Code::Invalid);
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

    #[test]
    fn a_change_that_cannot_be_made_names_its_field() {
        for (changes, field) in [(r#"{"screen_chat":"some"}"#, "/screen_chat"), (r#"{"colour":"red"}"#, "/colour")] {
            let message = format!(r#"{{"type":"change","id":"c1","changes":{changes}}}"#);
            let refused = parse(&message).expect_err(&message).problem;
            let pointers: Vec<String> = refused.fields(Tongue::Chinese).into_iter().map(|one| one.pointer).collect();
            assert_eq!(pointers, [field], "{message}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(message in ".*") {
            let _ = parse(&message);
        }
    }
}
