//! Who may do what. A right is a value that only this module can make: what needs a right asks for the value.
//!
//! Who somebody *is* is `session`'s business; what follows from being allowed is everybody else's.

use std::collections::HashSet;

use subtle::ConstantTimeEq;

use crate::config::AdminConfig;
use crate::domain::conference::Conference;
use crate::domain::id::UserId;
use crate::domain::join_key::JoinKey;
use crate::domain::member::{Member, Role, User};

/// The right to run a conference.
#[derive(Debug)]
pub struct OrganizerProof(());

/// The right to administer the server.
#[derive(Debug)]
pub struct AdminProof(());

/// The right to appoint organizers.
#[derive(Debug)]
pub struct OwnerProof(());

/// Whether this member may run the conference.
pub fn organizer(member: &Member) -> Option<OrganizerProof> {
    (member.role == Role::Organizer).then_some(OrganizerProof(()))
}

/// Whether this person owns the conference.
pub fn owner(user: &UserId, owner: &UserId) -> Option<OwnerProof> {
    (user == owner).then_some(OwnerProof(()))
}

/// The right to be in a conference.
#[derive(Debug)]
pub struct EntryProof(());

/// Whether this person may see and join the conference: a guest only where guests may.
pub fn entry(user: &User, conference: &Conference) -> Option<EntryProof> {
    (!user.guest || conference.guests).then_some(EntryProof(()))
}

/// The right to come in by the key of a conference.
#[derive(Debug)]
pub struct KeyProof(());

/// Whether this key opens a conference whose link has that one. One without a key needs none. Takes the same time for every
/// wrong key of the right length.
pub fn key(of_link: Option<&JoinKey>, shown: Option<&JoinKey>) -> Option<KeyProof> {
    let Some(of_link) = of_link else { return Some(KeyProof(())) };
    bool::from(of_link.as_str().as_bytes().ct_eq(shown?.as_str().as_bytes())).then_some(KeyProof(()))
}

/// The right to make conferences.
#[derive(Debug)]
pub struct FounderProof(());

/// Whether this person may make conferences: a guest may not.
pub fn founder(user: &User) -> Option<FounderProof> {
    (!user.guest).then_some(FounderProof(()))
}

/// Who may administer the server, as the configuration says.
#[derive(Debug, Clone)]
pub struct AdminPolicy {
    users: HashSet<String>,
    token: Option<String>,
}

impl AdminPolicy {
    /// The policy of this configuration.
    pub fn new(config: &AdminConfig) -> Self {
        Self { users: config.users.iter().cloned().collect(), token: config.token.clone() }
    }

    /// Whether this user may administer the server.
    pub fn user(&self, user: &UserId) -> Option<AdminProof> {
        self.users.contains(user.as_str()).then_some(AdminProof(()))
    }

    /// Whether the bearer of this token may. Takes the same time for every wrong token of the right length.
    pub fn token(&self, token: &str) -> Option<AdminProof> {
        let expected = self.token.as_ref()?;
        bool::from(expected.as_bytes().ct_eq(token.as_bytes())).then_some(AdminProof(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_what_it_belongs_to() {
        let [right, wrong] = [[1; 16], [2; 16]].map(JoinKey::new);
        assert!(key(None, None).is_some() && key(None, Some(&wrong)).is_some());
        assert!(key(Some(&right), Some(&right)).is_some());
        assert!(key(Some(&right), Some(&wrong)).is_none() && key(Some(&right), None).is_none());
    }

    #[test]
    fn only_the_configured_are_administrators() {
        let config = AdminConfig { users: vec!["wang".into()], token: Some("0123456789abcdef".into()) };
        let policy = AdminPolicy::new(&config);
        assert!(policy.user(&UserId::parse("wang").expect("an id")).is_some());
        assert!(policy.user(&UserId::parse("li").expect("an id")).is_none());
        assert!(policy.token("0123456789abcdef").is_some());
        assert!(policy.token("0123456789abcdeF").is_none());
        let nobody = AdminPolicy::new(&AdminConfig::default());
        assert!(nobody.token("").is_none());
    }
}
