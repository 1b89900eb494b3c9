//! A command: what a member asks a conference for, under an id that makes it happen once.
//!
//! One shape from the wire to the room, whichever way it came; its [`Stamp`] goes on into the journal's reply. What came of
//! a command is not known here.
//!
//! # Invariants
//! * The same thing asked for in two ways of writing has one fingerprint; another thing has another one.
//! * What a command costs to read is paid where it is made, and not by the room.
//! * Texts of people in it are tidy: no plugin has to know of normal forms or of what nobody sees.

use sha2::{Digest, Sha256};

use super::activity::{Draft, Schedule};
use super::changes::ConferenceChanges;
use super::id::{ActivityId, CommandId, UserId};
use super::language::Languages;
use super::measure::Measure;
use super::payload::Payload;
use super::text::tidy;
use super::veil::Veil;

/// Identifies a command: half of a SHA-256 over the member and the id, so that nobody can make two meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandKey([u8; 16]);

/// Hash of what a command says, to tell another command under the same id.
pub type Fingerprint = [u8; 8];

impl CommandKey {
    /// The key of the command that this member sent under this id.
    pub fn new(member: &UserId, id: &CommandId) -> Self {
        let hash = digest(&[member.as_str(), id.as_str()]);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        Self(key)
    }

    /// The first half of the key, for an index: two keys may share it, so what is found by it must be compared.
    pub fn half(self) -> u64 {
        let mut half = [0; 8];
        half.copy_from_slice(&self.0[..8]);
        u64::from_be_bytes(half)
    }
}

/// An activity to make.
#[derive(Debug, Clone)]
pub struct NewActivity {
    /// Name of the plugin.
    pub plugin: String,
    /// Which version to try; the active one if none. Only an administrator may: that is for the caller to see to.
    pub version: Option<String>,
    /// What its organizer chose, which the plugin checks before the activity is made.
    pub config: Payload,
    /// Whether to open it at once, by a command of its own.
    pub open: bool,
    /// When it opens and closes by itself.
    pub schedule: Schedule,
    /// Whether nobody is to learn who does what in it.
    pub anonymous: bool,
}

/// A reaction to a message, or its end.
#[derive(Debug, Clone)]
pub struct Reaction {
    /// The message's place.
    pub message: u64,
    /// How they react, a word or a picture of the settings.
    pub reaction: String,
    /// Whether it is to be there.
    pub stands: bool,
}

/// What a command asks for.
#[derive(Debug)]
pub enum Request {
    /// Say something to everybody.
    Chat {
        /// What is said, tidied before it is kept; too long or with a blocked word it is refused.
        text: String,
        /// The place of the message that they answer.
        reply_to: Option<u64>,
    },
    /// Delete a message.
    Delete {
        /// The message's place.
        message: u64,
    },
    /// React to a message, or take that back.
    React(Reaction),
    /// Put a message on the wall, or take it off.
    Wall {
        /// The message's place.
        message: u64,
        /// Whether it is to be there.
        stands: bool,
    },
    /// Pin a notice, or take it away.
    Notice {
        /// The words; none to take it away.
        text: Option<String>,
    },
    /// Do something about a person.
    Measure {
        /// What is done about them.
        measure: Measure,
        /// The person it is done about.
        whom: UserId,
    },
    /// Change the conference.
    Change {
        /// What is changed.
        changes: Box<ConferenceChanges>,
    },
    /// Exchange the key of the link.
    Rekey,
    /// Act in an activity.
    Act {
        /// In which one, by its id.
        activity: ActivityId,
        /// What is done: JSON whose meaning is the plugin's.
        action: Payload,
        /// For whom an organizer does it, if not for themselves.
        on_behalf_of: Option<UserId>,
    },
    /// Let an activity open and close by itself.
    Schedule {
        /// Which one, by its id.
        activity: ActivityId,
        /// The times, in place of those that it has.
        schedule: Schedule,
    },
    /// Make an activity.
    Create {
        /// The activity to make.
        new: NewActivity,
        /// What the plugin said of it; none to find out whether the command was carried out before.
        draft: Option<Draft>,
    },
    /// Prepare an activity otherwise.
    Revise {
        /// Which draft, by its id.
        activity: ActivityId,
        /// The configuration in place of the one that it has.
        config: Payload,
        /// What the plugin said of it; none to find out whether the command was carried out before.
        draft: Option<Draft>,
    },
    /// Throw an activity away that was not opened.
    Discard {
        /// Which draft, by its id.
        activity: ActivityId,
    },
    /// Open an activity.
    Open {
        /// Which draft, by its id.
        activity: ActivityId,
    },
    /// Close an activity.
    Close {
        /// Which open one, by its id.
        activity: ActivityId,
    },
}

/// What somebody has to be in a conference, so that a command of theirs is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// Somebody who joined.
    Member,
    /// Somebody who runs it.
    Organizer,
    /// The one who owns it.
    Owner,
}

/// What tells a command from every other one, from its arrival to the reply in the journal.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The member who sent it.
    pub by: UserId,
    /// The id that they gave it.
    pub id: CommandId,
    /// Both in one.
    pub key: CommandKey,
    /// Hash of what it says.
    pub fingerprint: Fingerprint,
    /// What stands for member and id in the journal, where that is not to tell who sent it.
    pub veiled: Option<(UserId, CommandId)>,
}

impl Stamp {
    /// The stamp of a command in an anonymous activity: it tells the command from others as it did, but what is kept of it
    /// says nothing of who sent it to whoever lacks the veil, and confirms no guess.
    #[must_use]
    pub fn under(self, veil: &Veil) -> Self {
        let (member, command) = (veil.pseudonym(&self.by), veil.command(&self.by, &self.id));
        let (key, fingerprint) = (CommandKey::new(&member, &command), veil.print(self.fingerprint));
        Self { key, fingerprint, veiled: Some((member, command)), ..self }
    }

    /// The names by which the journal keeps the command: whose it is, and its id.
    pub fn names(&self) -> (&UserId, &CommandId) {
        self.veiled.as_ref().map_or((&self.by, &self.id), |(member, command)| (member, command))
    }
}

/// A command of a member.
#[derive(Debug)]
pub struct Command {
    /// What tells it from others.
    pub stamp: Stamp,
    /// What it asks for.
    pub request: Request,
    /// What whoever sent it reads.
    pub languages: Languages,
}

impl Command {
    /// The command of this member, who reads these, under this id. Reads what was sent, once.
    pub fn new(by: UserId, id: CommandId, mut request: Request, languages: Languages) -> Self {
        match &mut request {
            Request::Act { action: payload, .. }
            | Request::Create { new: NewActivity { config: payload, .. }, .. }
            | Request::Revise { config: payload, .. } => payload.read(),
            Request::Chat { text, .. } | Request::Notice { text: Some(text) } => *text = tidy(text).into_owned(),
            Request::React(of) => of.reaction = tidy(&of.reaction).into_owned(),
            _ => {}
        }
        let key = CommandKey::new(&by, &id);
        let stamp = Stamp { by, id, key, fingerprint: request.fingerprint(), veiled: None };
        Self { stamp, request, languages }
    }
}

impl Request {
    /// What somebody has to be to ask for it.
    pub fn authority(&self) -> Authority {
        match self {
            Self::Act { on_behalf_of: Some(_), .. } | Self::Schedule { .. } => Authority::Organizer,
            Self::Chat { .. } | Self::Act { .. } | Self::Delete { .. } | Self::React(_) => Authority::Member,
            Self::Measure { measure, .. } if measure.is_for_the_owner() => Authority::Owner,
            Self::Create { .. } | Self::Revise { .. } | Self::Discard { .. } => Authority::Organizer,
            Self::Open { .. } | Self::Close { .. } => Authority::Organizer,
            Self::Wall { .. } | Self::Notice { .. } | Self::Measure { .. } => Authority::Organizer,
            Self::Change { .. } | Self::Rekey => Authority::Organizer,
        }
    }

    /// Whether there is a bound on how many of it a member asks for in a second. What activities there may be something else
    /// bounds.
    pub fn is_paced(&self) -> bool {
        !matches!(self, Self::Create { .. } | Self::Open { .. } | Self::Close { .. })
    }

    fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Chat { text, reply_to: None } => fingerprint(&["chat", text]),
            Self::Chat { text, reply_to: Some(message) } => fingerprint(&["chat", text, &message.to_string()]),
            Self::Act { activity, action, on_behalf_of: None } => {
                fingerprint(&["act", activity.as_str(), action.canonical()])
            }
            Self::Act { activity, action, on_behalf_of: Some(member) } => {
                fingerprint(&["act", activity.as_str(), action.canonical(), member.as_str()])
            }
            Self::Schedule { activity, schedule } => {
                fingerprint(&["schedule", activity.as_str(), &schedule.fingerprint_text()])
            }
            Self::Create { new, draft: _ } => new.fingerprint(),
            Self::Revise { activity, config, draft: _ } => {
                fingerprint(&["revise", activity.as_str(), config.canonical()])
            }
            Self::Discard { activity } => fingerprint(&["discard", activity.as_str()]),
            Self::Open { activity } => fingerprint(&["open", activity.as_str()]),
            Self::Close { activity } => fingerprint(&["close", activity.as_str()]),
            Self::Delete { message } => fingerprint(&["delete", &message.to_string()]),
            Self::React(Reaction { message, reaction, stands }) => {
                fingerprint(&[if *stands { "react" } else { "unreact" }, &message.to_string(), reaction])
            }
            Self::Wall { message, stands } => {
                fingerprint(&[if *stands { "put_up" } else { "take_down" }, &message.to_string()])
            }
            Self::Notice { text } => fingerprint(&["notice", text.as_deref().unwrap_or_default()]),
            Self::Measure { measure, whom } => fingerprint(&["measure", &measure.to_string(), whom.as_str()]),
            Self::Change { changes } => {
                // Its fields stand in one order and its keys are texts: it can be written.
                let changes = serde_json::to_string(changes).unwrap_or_default();
                fingerprint(&["change", &changes])
            }
            Self::Rekey => fingerprint(&["rekey"]),
        }
    }
}

impl NewActivity {
    fn fingerprint(&self) -> Fingerprint {
        let Self { plugin, version, config, open, schedule, anonymous } = self;
        let mut parts = vec!["create", plugin, config.canonical(), if *open { "open" } else { "" }];
        parts.extend(version.as_deref());
        let schedule_text = schedule.fingerprint_text();
        if !schedule.is_empty() {
            parts.push(&schedule_text);
        }
        if *anonymous {
            parts.push("anonymous");
        }
        fingerprint(&parts)
    }
}

/// The fingerprint of a command: its kind and what it is about.
pub fn fingerprint(parts: &[&str]) -> Fingerprint {
    let mut print = [0; 8];
    print.copy_from_slice(&digest(parts)[..8]);
    print
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps ("ab","c") and ("a","bc") apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }

    fn act(action: &str) -> Command {
        let (by, id) = (UserId::parse("u").expect("an id"), CommandId::parse("c").expect("an id"));
        let activity = ActivityId::parse("a").expect("an id");
        let action = serde_json::from_str(action).expect("JSON");
        Command::new(by, id, Request::Act { activity, action, on_behalf_of: None }, Languages::default())
    }

    #[test]
    fn the_same_thing_written_in_two_ways_is_one_command() {
        let print = |text: &str| act(text).stamp.fingerprint;
        assert_eq!(print(r#"{"a":1,"b":[ 2 ]}"#), print(r#"{ "b":[2], "a":1 }"#));
        assert_ne!(print(r#"{"a":1}"#), print(r#"{"a":2}"#));
    }

    #[test]
    fn the_same_characters_in_two_normal_forms_are_one_command() {
        let forms = [
            "{\"choose\":[\"caf\u{e9}\"]}",
            "{\"choose\":[\"cafe\u{301}\"]}",
            "{\"choose\":[\"cafe\\u0301\u{200b}\"]}",
        ];
        let prints = forms.map(|form| act(form).stamp.fingerprint);
        assert_eq!(prints, [prints[0]; 3]);
    }

    #[test]
    fn a_stamp_under_a_veil_tells_commands_apart_and_not_people() {
        let (plain, veil) = (|| act("{}").stamp, Veil::new([1; 32]));
        let veiled = plain().under(&veil);
        assert_eq!((veiled.key, veiled.fingerprint), (plain().under(&veil).key, plain().under(&veil).fingerprint));
        assert_ne!((veiled.key, veiled.fingerprint), (plain().key, plain().fingerprint));
        assert_ne!(veiled.fingerprint, act("[]").stamp.under(&veil).fingerprint);
        assert_ne!(veiled.key, plain().under(&Veil::new([2; 32])).key);
        let (member, command) = veiled.names();
        assert_eq!(CommandKey::new(member, command), veiled.key, "it is found again by what the journal keeps");
        assert!(*member != veiled.by && *command != veiled.id);
    }
}
