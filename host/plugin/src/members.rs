//! The members of a conference as a plugin sees them: an ordered map by id.
//!
//! A call holds the map as it was at one moment, however long it runs. The map is a persistent one: whoever changes it
//! meanwhile copies the few nodes on the way to the member and none of the others, be they ten thousand.

use std::{ops::Bound, sync::Arc};

use rpds::{HashTrieSetSync, RedBlackTreeMapSync};
use serde::{Deserialize, Serialize};

/// What a member may do in the conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes part.
    Participant,
    /// Runs the conference.
    Organizer,
}

/// A member of the conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Stable identifier.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// What the member may do.
    pub role: Role,
}

/// The members, in ascending order of id bytes. A clone is cheap and stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Members {
    by_id: RedBlackTreeMapSync<Arc<str>, Arc<Member>>,
    /// How many there are of whom nothing is told.
    untold: usize,
}

impl Members {
    /// A conference without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// So many members of whom nothing else is told: they are in no list, and found by no id.
    #[must_use]
    pub fn counted(count: usize) -> Self {
        Self { untold: count, ..Self::default() }
    }

    /// Adds a member, or replaces the one with the same id.
    pub fn insert(&mut self, member: Member) {
        self.by_id.insert_mut(member.id.as_str().into(), Arc::new(member));
    }

    /// Removes a member; true if there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove_mut(id)
    }

    /// The member with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Member> {
        self.by_id.get(id).map(|member| &**member)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.size() + self.untold
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All members in order.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.by_id.values().map(|member| &**member)
    }

    /// The members whose id is greater than `cursor`, in order; all of them without one.
    pub fn after<'a>(&'a self, cursor: Option<&'a str>) -> impl Iterator<Item = &'a Member> {
        let from = cursor.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_id.range::<str, _>((from, Bound::Unbounded)).map(|(_, member)| &**member)
    }
}

impl FromIterator<Member> for Members {
    fn from_iter<I: IntoIterator<Item = Member>>(members: I) -> Self {
        let mut all = Self::new();
        members.into_iter().for_each(|member| all.insert(member));
        all
    }
}

/// Who of the members has the conference open, by id. A clone is cheap and stays as it is.
pub type Online = HashTrieSetSync<Arc<str>>;

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, name: &str) -> Member {
        Member { id: id.into(), name: name.into(), role: Role::Participant }
    }

    #[test]
    fn members_are_ordered_by_id_and_found_by_it() {
        let mut members: Members = [member("b", "B"), member("a", "A"), member("c", "C")].into_iter().collect();
        members.insert(member("b", "B2"));
        assert_eq!(members.len(), 3);
        assert_eq!(members.get("b").unwrap().name, "B2");
        let after: Vec<_> = members.after(Some("a")).map(|m| m.id.as_str()).collect();
        assert_eq!(after, ["b", "c"]);
        assert!(members.remove("a") && !members.remove("a"));
        assert_eq!(members.after(Some("zz")).count(), 0);
    }
}
