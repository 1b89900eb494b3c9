//! The members of a conference as a plugin sees them: an ordered set by id.
//!
//! A call holds the set behind an `Arc`, so it sees one moment's members however long it runs. Copying the set, which
//! `Arc::make_mut` does while a call is under way, copies pointers and no names.

use std::{borrow::Borrow, cmp::Ordering, collections::BTreeSet, ops::Bound, sync::Arc};

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

/// The members, in ascending order of id bytes.
#[derive(Debug, Clone, Default)]
pub struct Members {
    by_id: BTreeSet<ById>,
}

impl Members {
    /// A conference without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a member, or replaces the one with the same id.
    pub fn insert(&mut self, member: Member) {
        self.by_id.replace(ById(Arc::new(member)));
    }

    /// Removes a member; true if there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id)
    }

    /// The member with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Member> {
        self.by_id.get(id).map(|member| &*member.0)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// All members in order.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.by_id.iter().map(|member| &*member.0)
    }

    /// The members whose id is greater than `cursor`, in order; all of them without one.
    pub fn after<'a>(&'a self, cursor: Option<&'a str>) -> impl Iterator<Item = &'a Member> {
        let from = cursor.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_id.range::<str, _>((from, Bound::Unbounded)).map(|member| &*member.0)
    }
}

impl FromIterator<Member> for Members {
    fn from_iter<I: IntoIterator<Item = Member>>(members: I) -> Self {
        let mut set = Self::new();
        members.into_iter().for_each(|member| set.insert(member));
        set
    }
}

/// Orders a member by its id alone, so that the set can be searched with a plain id.
#[derive(Debug, Clone)]
struct ById(Arc<Member>);

impl Borrow<str> for ById {
    fn borrow(&self) -> &str {
        &self.0.id
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for ById {}

impl PartialOrd for ById {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ById {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.id.cmp(&other.0.id)
    }
}

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
