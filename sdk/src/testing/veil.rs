//! How an anonymous activity knows people in a test room: by an id that looks as the host's do, and by no name.
//!
//! The host's ids cannot be guessed; these are the same in every run, as everything else of a test room is.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Member;

/// Makes an activity of a test room an anonymous one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Veil;

impl Veil {
    /// The member as the activity knows them.
    pub(crate) fn over(self, member: &Member) -> Member {
        let hash = |half: u8| {
            let mut hasher = DefaultHasher::new();
            (half, &member.id).hash(&mut hasher);
            hasher.finish()
        };
        Member { id: format!("{:016x}{:016x}", hash(0), hash(1)), name: String::new(), role: member.role }
    }
}
