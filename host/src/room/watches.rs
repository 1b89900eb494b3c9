//! Who looks at an activity with their own eyes: sockets that are sent their member's own view of it, and not the room's.
//!
//! A view of one's own costs a call, so there is a pace: each socket gets one at most every [`PAUSE_MS`], and all of the room's
//! together [`DUE_MAX`] at a time.
//!
//! # Invariants
//! * After the last change each of them is sent a view that shows it.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::roster::ConnectionId;
use crate::domain::id::ActivityId;

/// Most activities that one socket looks at in this way.
pub(super) const WATCHES_MAX: usize = 8;
/// Shortest time between two views of one socket's own.
const PAUSE_MS: u64 = 1_000;
/// Most views that are asked for at a time.
const DUE_MAX: usize = 64;

/// The sockets that look with their own eyes.
#[derive(Default)]
pub(super) struct Watches {
    of: BTreeMap<ActivityId, HashMap<ConnectionId, OwnLook>>,
    /// Those whose view is old and not asked for yet.
    old: VecDeque<(ActivityId, ConnectionId)>,
}

/// How one socket looks at one activity.
struct OwnLook {
    /// Which page or filter it asked for.
    query: Option<String>,
    /// Whether something has changed since its view was asked for last.
    is_old: bool,
    /// Whether a view was asked for and has not come.
    is_asked_for: bool,
    not_before_ms: u64,
}

/// A view that is to be asked for.
pub(super) struct Due {
    pub(super) activity: ActivityId,
    pub(super) connection: ConnectionId,
    pub(super) query: Option<String>,
}

impl Watches {
    /// This socket looks at this activity from now on, at this page of it. False if it looks at too many.
    pub(super) fn add(&mut self, connection: ConnectionId, activity: &ActivityId, query: Option<String>) -> bool {
        let others = self.of.iter().filter(|(other, of)| *other != activity && of.contains_key(&connection)).count();
        if others >= WATCHES_MAX {
            return false;
        }
        let watch = OwnLook { query, is_old: false, is_asked_for: false, not_before_ms: 0 };
        self.of.entry(activity.clone()).or_default().insert(connection, watch);
        self.is_old(activity, connection);
        true
    }

    /// This socket looks at this activity as the room does again.
    pub(super) fn remove(&mut self, connection: ConnectionId, activity: &ActivityId) {
        if let Some(of) = self.of.get_mut(activity) {
            of.remove(&connection);
        }
        self.of.retain(|_, of| !of.is_empty());
    }

    /// This socket has gone.
    pub(super) fn forget(&mut self, connection: ConnectionId) {
        self.of.retain(|_, of| {
            of.remove(&connection);
            !of.is_empty()
        });
    }

    /// Whether this socket looks at this activity with its own eyes.
    pub(super) fn has(&self, connection: ConnectionId, activity: &ActivityId) -> bool {
        self.of.get(activity).is_some_and(|of| of.contains_key(&connection))
    }

    /// The activity has changed.
    pub(super) fn note(&mut self, activity: &ActivityId) {
        let connections: Vec<ConnectionId> =
            self.of.get(activity).into_iter().flat_map(HashMap::keys).copied().collect();
        connections.into_iter().for_each(|connection| self.is_old(activity, connection));
    }

    fn is_old(&mut self, activity: &ActivityId, connection: ConnectionId) {
        let watch = self.of.get_mut(activity).and_then(|of| of.get_mut(&connection));
        if let Some(watch) = watch.filter(|watch| !watch.is_old) {
            watch.is_old = true;
            if !watch.is_asked_for {
                self.old.push_back((activity.clone(), connection));
            }
        }
    }

    /// Whether a view is to be asked for, now or soon.
    pub(super) fn has_old(&self) -> bool {
        !self.old.is_empty()
    }

    /// The views that are to be asked for now.
    pub(super) fn take_due(&mut self, now_ms: u64) -> Vec<Due> {
        let mut due = Vec::new();
        for _ in 0..self.old.len() {
            if due.len() == DUE_MAX {
                break;
            }
            let Some((activity, connection)) = self.old.pop_front() else { break };
            let Some(watch) = self.of.get_mut(&activity).and_then(|of| of.get_mut(&connection)) else { continue };
            if watch.not_before_ms > now_ms {
                self.old.push_back((activity, connection));
                continue;
            }
            (watch.is_old, watch.is_asked_for, watch.not_before_ms) = (false, true, now_ms.saturating_add(PAUSE_MS));
            due.push(Due { activity, connection, query: watch.query.clone() });
        }
        due
    }

    /// The view that was asked for has come, or will not.
    pub(super) fn answered(&mut self, activity: &ActivityId, connection: ConnectionId) {
        let watch = self.of.get_mut(activity).and_then(|of| of.get_mut(&connection));
        if let Some(watch) = watch {
            watch.is_asked_for = false;
            if watch.is_old {
                self.old.push_back((activity.clone(), connection));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(id: &str) -> ActivityId {
        ActivityId::parse(id).expect("an id")
    }

    fn due(watches: &mut Watches, now_ms: u64) -> Vec<ConnectionId> {
        watches.take_due(now_ms).into_iter().map(|due| due.connection).collect()
    }

    #[test]
    fn each_socket_is_asked_for_once_a_change_and_once_a_second() {
        let (mut watches, vote) = (Watches::default(), activity("vote"));
        assert!(watches.add(1, &vote, None) && watches.add(2, &vote, Some("2".into())));
        assert_eq!(due(&mut watches, 0), [1, 2]);
        watches.note(&vote);
        watches.note(&vote);
        assert_eq!(due(&mut watches, 10), [0; 0], "what was asked for has not come");
        watches.answered(&vote, 1);
        assert_eq!(due(&mut watches, 10), [0; 0], "it is too early");
        assert!(watches.has_old());
        assert_eq!(due(&mut watches, PAUSE_MS), [1]);
        watches.answered(&vote, 1);
        watches.answered(&vote, 2);
        assert_eq!(due(&mut watches, 2 * PAUSE_MS), [2]);
        watches.answered(&vote, 2);
        assert!(!watches.has_old(), "everybody has seen the last change");
    }

    #[test]
    fn who_has_gone_is_not_asked_for() {
        let (mut watches, vote) = (Watches::default(), activity("vote"));
        watches.add(1, &vote, None);
        watches.forget(1);
        assert!(due(&mut watches, 0).is_empty() && !watches.has(1, &vote) && !watches.has_old());
        watches.add(1, &vote, None);
        watches.remove(1, &vote);
        assert!(due(&mut watches, 0).is_empty());
        for n in 0..WATCHES_MAX {
            assert!(watches.add(1, &activity(&format!("a{n}")), None));
        }
        assert!(!watches.add(1, &activity("one-more"), None));
        assert!(watches.add(1, &activity("a0"), Some("page".into())), "the same one on another page");
    }
}
