//! Seats: instances that are kept alive between calls, for the next call to be a fast one.
//!
//! A seat is a convenience and no right. The engine has room for so many instances; when they are all taken and an activity
//! that has none wants to run, somebody who has one and does not use it gives it back, which costs them some microseconds at
//! their next call. Whoever has the most seats is asked first: one person's thousand activities keep nobody else out.
//!
//! # Invariants
//! * Only instances that no call runs in are parked.
//! * Before a call that needs a new instance begins, one is free, unless every other one is at work at that moment.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hezi_plugin::{Instance, Plugin};

use crate::domain::id::UserId;

/// Instances that one thread can need at the same time: the one that it calls, and the one that takes its place when a new
/// version does.
const PER_THREAD: usize = 2;
/// Instances for components that are being checked before they are loaded, and for configurations that are tried.
const FOR_OTHERS: usize = 4;

/// Where an activity's instance is kept.
pub(super) struct Seat {
    /// Whose conference it is.
    owner: UserId,
    /// When it was used last, in steps of the clock of all seats.
    used: AtomicU64,
    /// A mutex because others may park it. Whoever calls holds it, and others only try.
    instance: Mutex<Instance>,
}

impl Seat {
    /// The instance, for a call.
    pub(super) fn take(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is alive. One that is at work is.
    pub(super) fn is_warm(&self) -> bool {
        self.instance.try_lock().map_or(true, |instance| instance.is_warm())
    }
}

/// All seats of a server. Clones share them.
#[derive(Clone)]
pub struct Seats(Arc<Shared>);

struct Shared {
    warm_max: usize,
    clock: AtomicU64,
    /// A mutex for the threads that run plugins: held for a walk through at most as many seats as there are activities in
    /// memory, and only when an instance has to be made.
    seats: Mutex<Vec<Weak<Seat>>>,
}

impl Seats {
    /// Seats for an engine with room for so many instances, on which so many threads run calls.
    pub fn new(instances: u32, threads: usize) -> Self {
        let others = threads.saturating_mul(PER_THREAD).saturating_add(FOR_OTHERS);
        let warm_max = usize::try_from(instances).unwrap_or(usize::MAX).saturating_sub(others).max(1);
        Self(Arc::new(Shared { warm_max, clock: AtomicU64::new(0), seats: Mutex::default() }))
    }

    /// A seat for an activity in somebody's conference.
    pub(super) fn seat(&self, plugin: &Plugin, owner: &UserId) -> Arc<Seat> {
        let seat = Seat { owner: owner.clone(), used: AtomicU64::new(0), instance: Mutex::new(Instance::new(plugin)) };
        let seat = Arc::new(seat);
        let mut seats = self.0.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() == seats.capacity() {
            // Before the list grows: what is gone makes room.
            seats.retain(|seat| seat.strong_count() > 0);
        }
        seats.push(Arc::downgrade(&seat));
        seat
    }

    /// Calls are about to run on this seat: others give one back if need be.
    pub(super) fn prepare(&self, seat: &Arc<Seat>) {
        seat.used.store(self.0.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        if !seat.is_warm() {
            self.make_room(seat);
        }
    }

    fn make_room(&self, for_whom: &Arc<Seat>) {
        let seats = self.0.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let mut warm: Vec<Arc<Seat>> = seats.iter().filter_map(Weak::upgrade).filter(|seat| seat.is_warm()).collect();
        drop(seats);
        warm.retain(|seat| !Arc::ptr_eq(seat, for_whom));
        while warm.len() >= self.0.warm_max {
            let held: Vec<(&UserId, u64)> =
                warm.iter().map(|seat| (&seat.owner, seat.used.load(Ordering::Relaxed))).collect();
            let Some(at) = first_to_go(&held) else { return };
            let seat = warm.swap_remove(at);
            if let Ok(mut instance) = seat.instance.try_lock() {
                instance.park();
            }
        }
    }
}

/// Of those who have the most seats, the seat that was not used for longest.
fn first_to_go(seats: &[(&UserId, u64)]) -> Option<usize> {
    let mut held: HashMap<&UserId, usize> = HashMap::new();
    seats.iter().for_each(|(owner, _)| *held.entry(owner).or_default() += 1);
    let most = held.values().copied().max()?;
    let of_the_most = seats.iter().enumerate().filter(|(_, (owner, _))| held[owner] == most);
    of_the_most.min_by_key(|(_, (_, used))| *used).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_the_most_gives_back_what_they_used_least_of_late() {
        let owner = |name: &str| UserId::parse(name).unwrap();
        let (wang, li) = (owner("wang"), owner("li"));
        assert_eq!(
            first_to_go(&[(&li, 1), (&wang, 9), (&wang, 5), (&wang, 7)]),
            Some(2),
            "li's is older, and li's only one"
        );
        assert_eq!(first_to_go(&[(&li, 1), (&wang, 9)]), Some(0), "between equals it is time");
        assert_eq!(first_to_go(&[]), None);
    }

    #[test]
    fn some_room_is_kept_for_calls_that_need_a_second_instance() {
        assert_eq!(Seats::new(1_000, 2).0.warm_max, 992);
        assert_eq!(Seats::new(4, 64).0.warm_max, 1, "a machine with more threads than instances");
    }
}
