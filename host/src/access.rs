//! Who may do what. The right to administer the server is a value that only this module can make: what needs it asks for the
//! value. All other rights are questions, asked where the deed is judged.
//!
//! Who somebody *is* is `session`'s business; what follows from being allowed is everybody else's.

use std::collections::HashSet;

use subtle::ConstantTimeEq;

use crate::config::AdminConfig;
use crate::domain::conference::Conference;
use crate::domain::id::UserId;
use crate::domain::join_key::JoinKey;
use crate::domain::member::{Member, Role, User};

/// The right to administer the server.
#[derive(Debug)]
pub struct AdminProof(());

/// Whether this member may run the conference.
pub fn may_organize(member: &Member) -> bool {
    member.role == Role::Organizer
}

/// Whether this person owns the conference, and so may appoint organizers.
pub fn is_owner(user: &UserId, conference: &Conference) -> bool {
    *user == conference.owner.id
}

/// Whether this person may see and join the conference: a guest only where guests may.
pub fn may_enter(user: &User, conference: &Conference) -> bool {
    !user.guest || conference.guests
}

/// Whether this key opens a conference whose link has that one. One without a key needs none. Takes the same time for every
/// wrong key of the right length.
pub fn is_key(of_link: Option<&JoinKey>, shown: Option<&JoinKey>) -> bool {
    match (of_link, shown) {
        (None, _) => true,
        (Some(of_link), Some(shown)) => of_link.as_str().as_bytes().ct_eq(shown.as_str().as_bytes()).into(),
        (Some(_), None) => false,
    }
}

/// Whether this person may make conferences: a guest may not.
pub fn may_found(user: &User) -> bool {
    !user.guest
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
        assert!(is_key(None, None) && is_key(None, Some(&wrong)));
        assert!(is_key(Some(&right), Some(&right)));
        assert!(!is_key(Some(&right), Some(&wrong)) && !is_key(Some(&right), None));
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
