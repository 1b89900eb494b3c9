//! Names of people, asked for at WeCom's pace while their ids are profile.
//!
//! WeCom says who signs in as often as one likes, but what they are called only ten thousand times a minute, and blocks the
//! corp beyond that. So nobody waits for a name: it is asked for when it is missing or old, one after another and never
//! faster than the settings allow, is kept for days, and the rooms are told when it arrives.
//!
//! # Invariants
//! * At most so many people wait as the queue is long, each once. Who does not fit is asked about when next seen.
//! * When WeCom says that it was too much, or cannot say, nobody is asked about for a while, and longer each time.
//! * One person about whom it never says anything does not keep the others waiting: they are given up for an hour, or until
//!   they sign in again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::dependencies::Dependencies;
use crate::clock::SharedClock;
use crate::config::{Secret, WecomConfig};
use crate::domain::id::UserId;
use crate::domain::member::{NAME_CHARS_MAX, User};
use crate::domain::text::cut_line;
use crate::room::Rooms;
use crate::session::Sessions;
use crate::store::{Store, StoreError};
use crate::wecom::{Profile, Wecom, WecomError};

/// People who may wait: two meetings of ten thousand.
const WAITING_MAX: usize = 20_000;
/// Questions under way at a time: enough to keep the pace when an answer takes a tenth of a second.
const ASKING_MAX: usize = 8;
/// How long nobody is asked about when WeCom could not say; it doubles.
const PAUSE_MS: u64 = 5_000;
/// The longest such time: what passes, passes within a minute or so.
const PAUSE_MS_MAX: u64 = 60_000;
/// The longest such time where it was too much or something is set up wrongly: WeCom blocks for an hour at most.
const BLOCKED_MS_MAX: u64 = 3_600_000;
/// How often in a row a person is asked about before they are given up.
const TRIES_MAX: u32 = 5;
/// How long a person is given up.
const GIVEN_UP_MS: u64 = 3_600_000;

/// Somebody whose name is to be asked for.
struct Wanted {
    user: UserId,
    /// Opens their details.
    ticket: Option<Secret>,
}

struct Waitlist {
    line: mpsc::Sender<Wanted>,
    /// Who waits, so that nobody does twice. A plain lock: held for one change of the set.
    waiting: Mutex<HashSet<UserId>>,
    /// About whom WeCom could not say, how often, and when that is forgotten.
    failed: Mutex<HashMap<UserId, (u32, u64)>>,
    ttl_ms: u64,
}

/// Where people go whose names are to be asked for. Cheap to clone.
#[derive(Clone)]
pub(super) struct NameQueue(Arc<Waitlist>);

/// The other end of the queue: whose names are wanted.
pub(super) struct Wanting {
    wanted: mpsc::Receiver<Wanted>,
    interval: Duration,
}

/// Finds names out, one after another, and tells everybody who shows them.
#[derive(Clone)]
pub(super) struct Lookup {
    wecom: Wecom,
    store: Store,
    sessions: Sessions,
    rooms: Rooms,
    clock: SharedClock,
    queue: NameQueue,
    rest: Arc<Mutex<Rest>>,
}

/// When nobody is asked about.
#[derive(Debug, Default)]
struct Rest {
    until_ms: u64,
    /// How often in a row WeCom could not say.
    failures: u32,
}

impl Rest {
    /// WeCom could not say. Failures of questions that were under way together count as one.
    fn lengthen(&mut self, error: &WecomError, now_ms: u64) {
        if now_ms < self.until_ms {
            return;
        }
        let (least_ms, most_ms) = match error {
            WecomError::RateLimited { retry_after_ms } => ((*retry_after_ms).max(PAUSE_MS), BLOCKED_MS_MAX),
            WecomError::Configuration(_) => (60_000, BLOCKED_MS_MAX),
            _ => (PAUSE_MS, PAUSE_MS_MAX),
        };
        let pause_ms = least_ms.saturating_mul(1 << self.failures.min(10)).min(most_ms);
        self.failures = self.failures.saturating_add(1);
        self.until_ms = now_ms.saturating_add(pause_ms);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl NameQueue {
    /// A queue and its other end.
    pub(super) fn new(config: &WecomConfig) -> (Self, Wanting) {
        let (line, wanted) = mpsc::channel(WAITING_MAX);
        let ttl_ms = config.name_ttl_s.saturating_mul(1_000);
        let queue = Self(Arc::new(Waitlist { line, waiting: Mutex::default(), failed: Mutex::default(), ttl_ms }));
        let interval = Duration::from_micros(60_000_000 / u64::from(config.names_per_minute.max(1)));
        (queue, Wanting { wanted, interval })
    }

    /// Somebody has signed in: asks for their name, whether it is known or they had been given up. Whoever was renamed signs in
    /// again to be called by the new name.
    pub(super) fn arrived(&self, user: &User, ticket: Option<Secret>) {
        locked(&self.0.failed).remove(&user.id);
        if !user.guest {
            self.push(Wanted { user: user.id.clone(), ticket });
        }
    }

    /// Asks for a person's name, if it is missing or old, not asked for already and not given up.
    pub(super) fn want(&self, user: &User, ticket: Option<Secret>, now_ms: u64) {
        let fresh = user.named_at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < self.0.ttl_ms);
        if !fresh && !user.guest && !self.is_given_up(&user.id, now_ms) {
            self.push(Wanted { user: user.id.clone(), ticket });
        }
    }

    fn push(&self, wanted: Wanted) {
        let mut waiting = locked(&self.0.waiting);
        if !waiting.insert(wanted.user.clone()) {
            return;
        }
        if let Err(error) = self.0.line.try_send(wanted) {
            // Full: they are asked about when they are next seen.
            waiting.remove(&error.into_inner().user);
        }
        metrics::gauge!("hezi_wecom_names_waiting").set(waiting.len() as f64);
    }

    fn done(&self, user: &UserId) {
        locked(&self.0.waiting).remove(user);
    }

    fn is_given_up(&self, user: &UserId, now_ms: u64) -> bool {
        let failed = locked(&self.0.failed);
        failed.get(user).is_some_and(|(tries, until_ms)| *tries >= TRIES_MAX && now_ms < *until_ms)
    }

    /// WeCom could not say, this often more.
    fn note_failure(&self, user: &UserId, tries: u32, now_ms: u64) {
        let mut failed = locked(&self.0.failed);
        if failed.len() >= WAITING_MAX {
            failed.retain(|_, (_, until_ms)| now_ms < *until_ms);
        }
        // Whoever does not fit is asked about once more than others.
        if failed.len() < WAITING_MAX || failed.contains_key(user) {
            let (before, until_ms) = failed.entry(user.clone()).or_default();
            let fresh = if now_ms < *until_ms { *before } else { 0 };
            (*before, *until_ms) = (fresh.saturating_add(tries), now_ms.saturating_add(GIVEN_UP_MS));
        }
    }
}

impl Wanting {
    /// Looks names up until `stop` is cancelled.
    pub(super) async fn run(self, lookup: Lookup, tasks: TaskTracker, stop: CancellationToken) {
        let Self { mut wanted, interval } = self;
        let turns = Arc::new(Semaphore::new(ASKING_MAX));
        let mut pace = tokio::time::interval(interval);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let all = async {
            while let Some(next) = wanted.recv().await {
                lookup.rest().await;
                pace.tick().await;
                // Never closed while this runs.
                let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
                let lookup = lookup.clone();
                tasks.spawn(async move {
                    lookup.ask(next).await;
                    drop(turn);
                });
            }
        };
        tokio::select! {
            () = all => {}
            () = stop.cancelled() => {}
        }
    }
}

impl Lookup {
    /// Looks up at WeCom, keeps what it finds in the store and the sessions, and tells the rooms.
    pub(super) fn new(wecom: Wecom, queue: NameQueue, dependencies: &Dependencies) -> Self {
        let Dependencies { store, sessions, rooms, clock, .. } = dependencies.clone();
        Self { wecom, store, sessions, rooms, clock, queue, rest: Arc::default() }
    }

    /// Waits while nobody is to be asked about.
    async fn rest(&self) {
        loop {
            let until_ms = locked(&self.rest).until_ms;
            let left_ms = until_ms.saturating_sub(self.clock.monotonic_ms());
            if left_ms == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(left_ms)).await;
        }
    }

    async fn ask(&self, wanted: Wanted) {
        let result = self.wecom.profile(wanted.user.as_str(), wanted.ticket.as_ref()).await;
        match result {
            Ok(profile) => {
                locked(&self.rest).failures = 0;
                locked(&self.queue.0.failed).remove(&wanted.user);
                self.keep(&wanted.user, Some(profile)).await;
                self.queue.done(&wanted.user);
            }
            // Not asked about again until the name would be old.
            Err(WecomError::UnknownMember) => {
                self.keep(&wanted.user, None).await;
                self.queue.done(&wanted.user);
            }
            // An answer, too, and about this person: the next one may well have a name.
            Err(error @ WecomError::Unknown(_)) => {
                tracing::warn!("the name of a person is not asked for again until they sign in: {error}");
                self.queue.note_failure(&wanted.user, TRIES_MAX, self.clock.now_ms());
                self.queue.done(&wanted.user);
            }
            Err(error) => self.failed(wanted, &error),
        }
    }

    /// Nobody is asked about for a while, and then this person again, but for those who were asked about often enough.
    fn failed(&self, wanted: Wanted, error: &WecomError) {
        tracing::warn!("names are not asked for, for a while: {error}");
        locked(&self.rest).lengthen(error, self.clock.monotonic_ms());
        // These are nobody's own.
        if !matches!(error, WecomError::RateLimited { .. } | WecomError::Configuration(_)) {
            self.queue.note_failure(&wanted.user, 1, self.clock.now_ms());
        }
        self.queue.done(&wanted.user);
        if !self.queue.is_given_up(&wanted.user, self.clock.now_ms()) {
            self.queue.push(wanted);
        }
    }

    async fn keep(&self, id: &UserId, profile: Option<Profile>) {
        let before = match self.store.user(id).await {
            Ok(Some(user)) => user,
            // The sign-in that wanted the name is still being written down, or came to nothing: next time.
            Ok(None) => return,
            Err(error) => return tracing::warn!(%error, "a name could not be kept; it will be asked for again"),
        };
        let known = before.name.clone();
        let user = renamed(before, profile, self.clock.now_ms());
        if let Err(error) = self.store.put_user(&user).await {
            return tracing::warn!(%error, "a name could not be kept; it will be asked for again");
        }
        self.sessions.forget(&user.id);
        if user.name != known {
            self.rooms.rename(&user).await;
        }
    }
}

/// The person under their name, where they were looked up by their id only and it became known since; the rooms are told, too.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn named_since(user: &User, store: &Store, rooms: &Rooms) -> Result<Option<User>, StoreError> {
    if !user.is_unnamed() {
        return Ok(None);
    }
    let named = store.user(&user.id).await?.filter(|now| now.name != user.name);
    if let Some(user) = &named {
        rooms.rename(user).await;
    }
    Ok(named)
}

/// The person under the name that was found, or under the one before, asked about now.
fn renamed(user: User, profile: Option<Profile>, now_ms: u64) -> User {
    let (name, avatar) = profile.map_or((None, None), |profile| (Some(profile.name), profile.avatar));
    let name = name.and_then(|name| cut_line(&name, NAME_CHARS_MAX));
    User { name: name.unwrap_or(user.name), avatar: avatar.or(user.avatar), named_at_ms: Some(now_ms), ..user }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str) -> User {
        User::new(UserId::parse(id).expect("an id"), id.into())
    }

    fn waiting(names: &mut Wanting) -> Vec<String> {
        std::iter::from_fn(|| names.wanted.try_recv().ok()).map(|wanted| wanted.user.to_string()).collect()
    }

    #[test]
    fn each_waits_once_and_only_whose_name_is_missing_or_old() {
        let config = WecomConfig { name_ttl_s: 10, ..WecomConfig::default() };
        let (queue, mut names) = NameQueue::new(&config);
        let guest = User { guest: true, ..user("g") };
        let (fresh, old) =
            (User { named_at_ms: Some(5_000), ..user("fresh") }, User { named_at_ms: Some(4_000), ..user("old") });
        for _ in 0..3 {
            [&user("new"), &guest, &fresh, &old].into_iter().for_each(|user| queue.want(user, None, 14_000));
        }
        assert_eq!(waiting(&mut names), ["new", "old"]);
        queue.want(&user("new"), None, 0);
        assert!(waiting(&mut names).is_empty(), "still being asked about");
        queue.done(&user("new").id);
        queue.want(&user("new"), None, 0);
        assert_eq!(waiting(&mut names), ["new"]);
    }

    #[test]
    fn a_full_queue_forgets_whom_it_cannot_take() {
        let (queue, mut names) = NameQueue::new(&WecomConfig::default());
        for n in 0..=WAITING_MAX {
            queue.want(&user(&format!("u{n}")), None, 0);
        }
        assert_eq!(waiting(&mut names).len(), WAITING_MAX);
        queue.want(&user(&format!("u{WAITING_MAX}")), None, 0);
        assert_eq!(waiting(&mut names), [format!("u{WAITING_MAX}")]);
    }

    #[test]
    fn each_rest_is_longer_than_the_one_before() {
        let mut rest = Rest::default();
        let blocked = WecomError::RateLimited { retry_after_ms: 60_000 };
        rest.lengthen(&blocked, 0);
        rest.lengthen(&blocked, 1);
        assert_eq!(rest.until_ms, 60_000, "questions under way together count once");
        rest.lengthen(&blocked, 60_000);
        assert_eq!(rest.until_ms, 180_000);
        for (error, most_ms) in [(blocked, BLOCKED_MS_MAX), (WecomError::Busy, PAUSE_MS_MAX)] {
            let mut last_ms = 0;
            for _ in 0..20 {
                let now_ms = rest.until_ms;
                rest.lengthen(&error, now_ms);
                last_ms = rest.until_ms - now_ms;
                assert!(last_ms <= most_ms, "{error}");
            }
            assert_eq!(last_ms, most_ms, "{error}");
        }
    }

    #[test]
    fn who_is_never_answered_about_is_given_up_for_an_hour_or_until_they_come_again() {
        let (queue, mut names) = NameQueue::new(&WecomConfig::default());
        let (odd, li) = (user("odd"), user("li"));
        queue.note_failure(&odd.id, TRIES_MAX, 0);
        (1..TRIES_MAX).for_each(|_| queue.note_failure(&li.id, 1, 0));
        for user in [&odd, &li] {
            queue.want(user, None, GIVEN_UP_MS - 1);
        }
        assert_eq!(waiting(&mut names), ["li"], "four failures are not enough");
        queue.arrived(&odd, None);
        assert_eq!(waiting(&mut names), ["odd"]);
        queue.note_failure(&li.id, 1, 1);
        assert!(queue.is_given_up(&li.id, GIVEN_UP_MS));
        assert!(!queue.is_given_up(&li.id, GIVEN_UP_MS + 1), "an hour is enough");
    }

    #[test]
    fn a_name_is_cut_to_what_can_be_shown() {
        let profile = |name: &str| Some(Profile { name: name.into(), avatar: None });
        assert_eq!(renamed(user("u"), profile(" 小\n王 "), 7).name, "小王");
        assert_eq!(renamed(user("u"), profile(&"王".repeat(99)), 7).name, "王".repeat(NAME_CHARS_MAX));
        let unknown = renamed(user("u"), None, 7);
        assert_eq!((unknown.name.as_str(), unknown.named_at_ms), ("u", Some(7)));
    }
}
