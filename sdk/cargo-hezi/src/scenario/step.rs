//! A step of a scenario: what happens, and what has to come of it.

use std::fmt;

use hezi_plugin::{Audience, Member, RefusalKind, excerpt};
use serde_json::Value;

/// One thing that happens, and what is expected of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
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
        action: Value,
    },
    Wait {
        ms: u64,
    },
    /// What a member sees, or everybody.
    View {
        who: Option<String>,
    },
    Close,
    Report,
    Join(Member),
    Leave {
        who: String,
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
            Self::Act { who, action } => format!("{who} does {action}"),
            Self::Wait { ms } => format!("wait {ms} ms"),
            Self::View { who: None } => "everyone looks".to_owned(),
            Self::View { who: Some(who) } => format!("{who} looks"),
            Self::Close => "close".to_owned(),
            Self::Report => "report".to_owned(),
            Self::Join(member) => format!("{} joins", member.id),
            Self::Leave { who } => format!("{who} leaves"),
            Self::Migrate { from, .. } => format!("take over a state of layout {from}"),
        };
        f.write_str(&excerpt(&text, SHOWN_CHARS_MAX))
    }
}
