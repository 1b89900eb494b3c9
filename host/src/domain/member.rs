//! People: who they are, and what they are in a conference.
//!
//! Who is signed in is `session`'s business, who is connected is `room`'s.
//!
//! # Invariants
//! * A display name is one tidy line of 1 to 64 characters.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::id::UserId;
use super::text;

/// Longest display name in characters.
pub const NAME_CHARS_MAX: usize = 64;

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Their identity for good.
    pub id: UserId,
    /// The name to show.
    pub name: String,
}

/// A person who has an account here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their identity for good.
    pub id: UserId,
    /// The name to show.
    pub name: String,
    /// Address of a picture, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Whether this is a guest: somebody from outside whom an organizer let in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// When the name was last asked for, in milliseconds since 1970; none where names are not asked for, or not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_at_ms: Option<u64>,
}

impl User {
    /// A person of whom nothing but the name is known.
    pub fn new(id: UserId, name: String) -> Self {
        Self { id, name, avatar: None, guest: false, named_at_ms: None }
    }

    /// Whether the id stands in for a name that is not known yet: it must not take the place of one that is.
    pub fn is_unnamed(&self) -> bool {
        self.named_at_ms.is_none() && self.name == self.id.as_str()
    }

    /// The person as others see them.
    pub fn person(&self) -> Person {
        Person { id: self.id.clone(), name: self.name.clone() }
    }
}

/// What a member may do in a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes part.
    Participant,
    /// Runs the conference: its owner, and whom the owner appointed.
    Organizer,
}

/// Somebody who joined a conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Their identity for good.
    pub id: UserId,
    /// The name to show.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they joined, in milliseconds since 1970.
    pub joined_at_ms: u64,
    /// Whether an organizer has taken the word from them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_muted: bool,
    /// Whether they came in as a guest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_guest: bool,
}

impl Member {
    /// Somebody who joins now, in milliseconds since 1970.
    pub fn new(user: &User, role: Role, joined_at_ms: u64) -> Self {
        Self { id: user.id.clone(), name: user.name.clone(), role, joined_at_ms, is_muted: false, is_guest: user.guest }
    }

    /// The person without the role.
    pub fn person(&self) -> Person {
        Person { id: self.id.clone(), name: self.name.clone() }
    }
}

/// Tidies a display name. Gives none when nothing can be seen of it, or when it is too long or not one line.
pub fn display_name(name: &str) -> Option<String> {
    text::line(name, NAME_CHARS_MAX)
}
