//! Who is online, as numbers for the monitoring: how many conferences have an open socket, and how many members.
//!
//! What members see of each other is a room's business.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::id::{ConferenceId, UserId};

/// How many sockets each member of each conference has.
type SocketCounts = HashMap<ConferenceId, HashMap<UserId, usize>>;

/// Who is online. Cheap to clone. A mutex because it is held for a look-up only.
#[derive(Clone, Default)]
pub(super) struct Online(Arc<Mutex<SocketCounts>>);

impl Online {
    /// A member's socket is open until this is dropped.
    pub(super) fn enter(&self, conference: ConferenceId, user: UserId) -> SocketPresence {
        let mut rooms = self.rooms();
        if !rooms.contains_key(&conference) {
            metrics::gauge!("hezi_rooms_online").increment(1);
        }
        let count = rooms.entry(conference.clone()).or_default().entry(user.clone()).or_default();
        if *count == 0 {
            metrics::gauge!("hezi_members_online").increment(1);
        }
        *count += 1;
        drop(rooms);
        SocketPresence { online: self.clone(), conference, user }
    }

    fn leave(&self, conference: &ConferenceId, user: &UserId) {
        let mut rooms = self.rooms();
        let Some(members) = rooms.get_mut(conference) else { return };
        let Some(count) = members.get_mut(user) else { return };
        *count -= 1;
        if *count == 0 {
            members.remove(user);
            metrics::gauge!("hezi_members_online").decrement(1);
        }
        if members.is_empty() {
            rooms.remove(conference);
            metrics::gauge!("hezi_rooms_online").decrement(1);
        }
    }

    fn rooms(&self) -> MutexGuard<'_, SocketCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open socket of a member.
pub(super) struct SocketPresence {
    online: Online,
    conference: ConferenceId,
    user: UserId,
}

impl Drop for SocketPresence {
    fn drop(&mut self) {
        self.online.leave(&self.conference, &self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_two_sockets_is_one_member_until_the_last_one_closes() {
        let online = Online::default();
        let [here, there] = ["c1", "c2"].map(|id| ConferenceId::parse(id).expect("an id"));
        let li = UserId::parse("li").expect("an id");
        let count = || {
            let rooms = online.rooms();
            (rooms.len(), rooms.values().map(HashMap::len).sum::<usize>())
        };
        let (phone, screen) = (online.enter(here.clone(), li.clone()), online.enter(here, li.clone()));
        let elsewhere = online.enter(there, li);
        assert_eq!(count(), (2, 2));
        drop(phone);
        assert_eq!(count(), (2, 2));
        drop(screen);
        assert_eq!(count(), (1, 1));
        drop(elsewhere);
        assert_eq!(count(), (0, 0));
    }
}
