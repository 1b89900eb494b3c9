//! Instances that are kept warm between calls, for the next call to be a fast one.
//!
//! A warm instance is a convenience and no right. The engine has room for so many instances; when they are all taken and an activity
//! that has none wants to run, somebody who has one and does not use it gives it back, which costs them some microseconds at
//! their next call. Whoever has the most is asked first: one person's thousand activities keep nobody else out.
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
pub(super) struct KeptInstance {
    /// Whose conference it is.
    owner: UserId,
    /// When it was used last, in steps of the clock of all of them.
    used: AtomicU64,
    /// A mutex because others may park it. Whoever calls holds it, and others only try.
    instance: Mutex<Instance>,
}

impl KeptInstance {
    /// The instance, for a call.
    pub(super) fn take(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is alive. One that is at work is.
    pub(super) fn is_warm(&self) -> bool {
        self.instance.try_lock().map_or(true, |instance| instance.is_warm())
    }
}

/// The warm instances of a server. Clones share them.
#[derive(Clone)]
pub struct Instances(Arc<WarmInstances>);

struct WarmInstances {
    warm_max: usize,
    clock: AtomicU64,
    /// A mutex for the threads that run plugins: held for a walk through at most as many as there are activities in
    /// memory, and only when an instance has to be made.
    kept: Mutex<Vec<Weak<KeptInstance>>>,
}

impl Instances {
    /// Warm instances for an engine with room for so many instances, on which so many threads run calls.
    pub fn new(instances: u32, threads: usize) -> Self {
        let others = threads.saturating_mul(PER_THREAD).saturating_add(FOR_OTHERS);
        let warm_max = usize::try_from(instances).unwrap_or(usize::MAX).saturating_sub(others).max(1);
        Self(Arc::new(WarmInstances { warm_max, clock: AtomicU64::new(0), kept: Mutex::default() }))
    }

    /// A place for the instance of an activity in somebody's conference.
    pub(super) fn keep(&self, plugin: &Plugin, owner: &UserId) -> Arc<KeptInstance> {
        let kept =
            KeptInstance { owner: owner.clone(), used: AtomicU64::new(0), instance: Mutex::new(Instance::new(plugin)) };
        let kept = Arc::new(kept);
        let mut kept_by_all = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept_by_all.len() == kept_by_all.capacity() {
            // Before the list grows: what is gone makes room.
            kept_by_all.retain(|kept| kept.strong_count() > 0);
        }
        kept_by_all.push(Arc::downgrade(&kept));
        kept
    }

    /// Calls are about to run on this instance: others give theirs back if need be.
    pub(super) fn prepare(&self, kept: &Arc<KeptInstance>) {
        kept.used.store(self.0.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        if !kept.is_warm() {
            self.make_room(kept);
        }
    }

    fn make_room(&self, for_whom: &Arc<KeptInstance>) {
        let all = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut warm: Vec<Arc<KeptInstance>> =
            all.iter().filter_map(Weak::upgrade).filter(|kept| kept.is_warm()).collect();
        drop(all);
        warm.retain(|kept| !Arc::ptr_eq(kept, for_whom));
        while warm.len() >= self.0.warm_max {
            let held: Vec<(&UserId, u64)> =
                warm.iter().map(|kept| (&kept.owner, kept.used.load(Ordering::Relaxed))).collect();
            let Some(at) = first_to_go(&held) else { return };
            let kept = warm.swap_remove(at);
            if let Ok(mut instance) = kept.instance.try_lock() {
                instance.park();
            }
        }
    }
}

/// Of those who have the most instances, the one that was not used for longest.
fn first_to_go(warm: &[(&UserId, u64)]) -> Option<usize> {
    let mut held: HashMap<&UserId, usize> = HashMap::new();
    warm.iter().for_each(|(owner, _)| *held.entry(owner).or_default() += 1);
    let most = held.values().copied().max()?;
    let of_the_most = warm.iter().enumerate().filter(|(_, (owner, _))| held[owner] == most);
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
        assert_eq!(Instances::new(1_000, 2).0.warm_max, 992);
        assert_eq!(Instances::new(4, 64).0.warm_max, 1, "a machine with more threads than instances");
    }
}
