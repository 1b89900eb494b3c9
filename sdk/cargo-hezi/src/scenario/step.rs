//! A step of a scenario: what happens, and what has to come of it.

use std::fmt;

use hezi_plugin::{Audience, Member, RefusalKind, excerpt};
use serde_json::Value;

use crate::engine_room::Presence;

/// One thing that happens, and what is expected of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// Which step of the file it is, from 1.
    pub(crate) number: usize,
    pub(crate) deed: Deed,
    pub(crate) expected: Expected,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Deed {
    Open {
        config: Value,
    },
    Act {
        who: String,
        /// For whom, if an organizer does it for somebody.
        on_behalf_of: Option<String>,
        action: Value,
    },
    Wait {
        ms: u64,
    },
    /// What a member sees, or everybody.
    View {
        who: Option<String>,
        /// Which page or filter they ask for.
        query: Option<String>,
    },
    Close,
    Report,
    Join(Member),
    Leave {
        who: String,
    },
    /// A member has the conference open from now on, or not.
    Presence {
        who: String,
        presence: Presence,
    },
    /// Everybody is spoken to in this language from now on.
    Speak {
        language: String,
    },
    /// A version takes over a state of another layout.
    Migrate {
        from: u32,
        state: Vec<(String, Value)>,
    },
}

/// What has to come of a step. What is none is not looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Expected {
    pub(crate) title: Option<String>,
    pub(crate) reply: Option<Value>,
    pub(crate) refused: Option<RefusalKind>,
    pub(crate) says: Option<String>,
    pub(crate) shows: Vec<String>,
    pub(crate) hides: Vec<String>,
    pub(crate) summary: Option<Value>,
    pub(crate) rows: Option<usize>,
    pub(crate) emitted: Option<Vec<(Audience, Value)>>,
}

/// Longest text of a step in a message.
const SHOWN_CHARS_MAX: usize = 120;

/// The step in a few words.
impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Open { config } => format!("open with {config}"),
            Self::Act { who, on_behalf_of: None, action } => format!("{who} does {action}"),
            Self::Act { who, on_behalf_of: Some(member), action } => format!("{who} does {action} for {member}"),
            Self::Wait { ms } => format!("wait {ms} ms"),
            Self::View { who, query } => {
                let who = who.as_deref().unwrap_or("everyone");
                query.as_ref().map_or_else(|| format!("{who} looks"), |query| format!("{who} looks at {query}"))
            }
            Self::Close => "close".to_owned(),
            Self::Report => "report".to_owned(),
            Self::Join(member) => format!("{} joins", member.id),
            Self::Leave { who } => format!("{who} leaves"),
            Self::Presence { who, presence: Presence::Online } => format!("{who} is online"),
            Self::Presence { who, presence: Presence::Offline } => format!("{who} is offline"),
            Self::Speak { language } => format!("speak {language}"),
            Self::Migrate { from, .. } => format!("take over a state of layout {from}"),
        };
        f.write_str(&excerpt(&text, SHOWN_CHARS_MAX))
    }
}
