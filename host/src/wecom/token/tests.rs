//! The cache against a WeCom made of counters, with a clock that is moved by hand.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::*;
use crate::clock::{Clock, SystemRng};
use crate::store::StoreError;
use crate::wecom::error::Trouble;
use crate::wecom::seal_of;
use crate::wecom::vault::Kept as KeptFuture;

mod walk_tests;

const LIFE_MS: u64 = 7_200_000;

#[derive(Default)]
struct HandClock(AtomicU64);

impl HandClock {
    fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now_ms(&self) -> u64 {
        1_700_000_000_000 + self.monotonic_ms()
    }

    fn monotonic_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Gives out `t1`, `t2`, … and can be told to fail.
#[derive(Default)]
struct FakeWecom {
    fetches: AtomicUsize,
    under_way: AtomicUsize,
    overlapped: AtomicBool,
    error: Mutex<Option<WecomError>>,
    life_ms: Mutex<Option<u64>>,
    dies: AtomicBool,
}

impl FakeWecom {
    async fn fetch(&self) -> Result<Fetched, WecomError> {
        if self.under_way.fetch_add(1, Ordering::SeqCst) > 0 {
            self.overlapped.store(true, Ordering::SeqCst);
        }
        // Lets everybody else run, so that whoever could overlap does.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let number = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(!self.dies.load(Ordering::SeqCst), "told to die");
        let life_ms = self.life_ms.lock().expect("a lock").unwrap_or(LIFE_MS);
        match self.error.lock().expect("a lock").clone() {
            Some(error) => Err(error),
            None => Ok(Fetched { value: Secret::new(format!("t{number}")), life_ms }),
        }
    }

    fn fail(&self, error: Option<WecomError>) {
        *self.error.lock().expect("a lock") = error;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

#[derive(Default)]
struct MapVault {
    values: Mutex<HashMap<String, Vec<u8>>>,
    broken: AtomicBool,
}

impl Vault for MapVault {
    fn read<'a>(&'a self, name: &'a str) -> KeptFuture<'a, Option<Vec<u8>>> {
        let value = self.values.lock().expect("a lock").get(name).cloned();
        let broken = self.broken.load(Ordering::SeqCst);
        Box::pin(async move { if broken { Err(StoreError::Conflict) } else { Ok(value) } })
    }

    fn write<'a>(&'a self, name: &'a str, value: &'a [u8]) -> KeptFuture<'a, ()> {
        let broken = self.broken.load(Ordering::SeqCst);
        if !broken {
            self.values.lock().expect("a lock").insert(name.to_owned(), value.to_vec());
        }
        Box::pin(async move { if broken { Err(StoreError::Conflict) } else { Ok(()) } })
    }
}

struct World {
    clock: Arc<HandClock>,
    wecom: Arc<FakeWecom>,
    vault: Arc<MapVault>,
    tasks: TaskTracker,
}

impl World {
    fn new() -> Self {
        Self { clock: Arc::default(), wecom: Arc::default(), vault: Arc::default(), tasks: TaskTracker::new() }
    }

    /// A process of this world.
    fn process(&self) -> Arc<TokenCache> {
        let wecom = Arc::clone(&self.wecom);
        TokenCache::new(Dependencies {
            kind: "token",
            name: "n".into(),
            fetch: Box::new(move || {
                let wecom = Arc::clone(&wecom);
                Box::pin(async move { wecom.fetch().await })
            }),
            vault: Arc::clone(&self.vault) as Arc<dyn Vault>,
            seal: seal_of("ww1", 7, &Secret::new("s"), "tokens").expect("a key"),
            clock: Arc::clone(&self.clock) as SharedClock,
            rng: Arc::new(SystemRng),
            tasks: self.tasks.clone(),
            pace: Pace { interval_ms: 0, wait: Duration::from_secs(5) },
        })
    }

    /// Waits until nothing is under way.
    async fn rest(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }
}

async fn text(cache: &Arc<TokenCache>) -> String {
    cache.get().await.expect("a token").expose().to_owned()
}

#[tokio::test]
async fn a_hundred_who_ask_at_once_make_one_fetch() {
    let world = World::new();
    let cache = world.process();
    let asking: Vec<_> =
        (0..100).map(|_| Arc::clone(&cache)).map(|c| world.tasks.spawn(async move { text(&c).await })).collect();
    for asked in asking {
        assert_eq!(asked.await.expect("no panic"), "t1");
    }
    assert_eq!(world.wecom.fetches(), 1);
}

#[tokio::test]
async fn whoever_goes_away_does_not_cut_the_fetch_off() {
    let world = World::new();
    let cache = world.process();
    let impatient = Arc::clone(&cache);
    let asking = world.tasks.spawn(async move { impatient.get().await });
    tokio::task::yield_now().await;
    asking.abort();
    assert_eq!(text(&cache).await, "t1");
    assert_eq!(world.wecom.fetches(), 1);
}

#[tokio::test]
async fn a_token_serves_on_while_it_is_renewed() {
    let world = World::new();
    let cache = world.process();
    assert_eq!(text(&cache).await, "t1");
    world.clock.pass(LIFE_MS - MARGIN_MS - u64::from(JITTER_MS) - 1);
    assert_eq!(text(&cache).await, "t1");
    world.rest().await;
    assert_eq!(world.wecom.fetches(), 1, "too early");
    world.clock.pass(u64::from(JITTER_MS) + 2);
    assert_eq!(text(&cache).await, "t1", "the old one serves");
    world.rest().await;
    assert_eq!(text(&cache).await, "t2");
    world.wecom.fail(Some(WecomError::Busy));
    world.clock.pass(LIFE_MS - 1_000);
    assert_eq!(text(&cache).await, "t2", "a renewal that fails takes nothing away");
    world.rest().await;
    assert_eq!(text(&cache).await, "t2");
    world.rest().await;
    assert_eq!(world.wecom.fetches(), 3, "and is not tried again at once");
    world.clock.pass(1_000);
    assert!(cache.get().await.is_err(), "its time is over");
}

#[tokio::test]
async fn a_late_failure_does_not_hit_the_successor() {
    let world = World::new();
    let cache = world.process();
    let first = cache.get().await.expect("a token");
    for _ in 0..100 {
        cache.invalidate(&first);
        assert_eq!(text(&cache).await, "t2");
    }
    assert_eq!(world.wecom.fetches(), 2);
}

#[tokio::test]
async fn after_an_error_nobody_asks_for_a_while() {
    let world = World::new();
    let cache = world.process();
    world.wecom.fail(Some(WecomError::Busy));
    for _ in 0..50 {
        assert_eq!(cache.get().await, Err(WecomError::Busy));
    }
    assert_eq!(world.wecom.fetches(), 1);
    world.wecom.fail(Some(WecomError::RateLimited { retry_after_ms: 60_000 }));
    world.clock.pass(1_000);
    assert!(cache.get().await.is_err());
    world.wecom.fail(None);
    world.clock.pass(59_999);
    assert!(cache.get().await.is_err(), "blocked for a minute");
    assert_eq!(world.wecom.fetches(), 2);
    world.clock.pass(1);
    assert_eq!(text(&cache).await, "t3");
}

#[tokio::test]
async fn an_error_of_the_settings_is_told_as_it_is() {
    let world = World::new();
    let wrong = WecomError::Configuration(Trouble::WrongSecret(40001));
    world.wecom.fail(Some(wrong.clone()));
    assert_eq!(world.process().get().await, Err(wrong));
}

#[tokio::test]
async fn what_is_set_up_wrongly_is_asked_about_seldom_while_an_old_token_serves() {
    let world = World::new();
    let cache = world.process();
    assert_eq!(text(&cache).await, "t1");
    world.wecom.fail(Some(WecomError::Configuration(Trouble::WrongSecret(40001))));
    world.clock.pass(LIFE_MS - MARGIN_MS);
    for _ in 0..MARGIN_MS / 500 - 1 {
        assert_eq!(text(&cache).await, "t1");
        world.rest().await;
        assert_eq!(cache.trouble(), Some(Trouble::WrongSecret(40001)), "it is told before the token ends");
        world.clock.pass(500);
    }
    // After 0, 2, 6, 14, 30 and 62 seconds, and then every minute: up to 302.
    assert!((9..=11).contains(&world.wecom.fetches()), "{}", world.wecom.fetches());
    world.wecom.fail(None);
    world.clock.pass(60_000);
    drop(cache.get().await);
    assert_eq!(cache.trouble(), None);
}

#[tokio::test]
async fn a_right_that_is_missing_is_asked_for_once_a_minute_at_last() {
    let world = World::new();
    let cache = world.process();
    let missing = Trouble::NotPermitted { endpoint: "get_jsapi_ticket", code: 48002 };
    world.wecom.fail(Some(WecomError::Configuration(missing)));
    for _ in 0..600 {
        assert!(cache.get().await.is_err());
        world.clock.pass(1_000);
    }
    assert!(world.wecom.fetches() <= 16, "{} in ten minutes", world.wecom.fetches());
    assert_eq!(cache.trouble(), None, "people get in all the same");
}

#[tokio::test]
async fn tokens_that_are_refused_at_once_are_not_fetched_for_ever() {
    let world = World::new();
    let cache = world.process();
    for _ in 0..600 {
        match cache.get().await {
            Ok(token) => cache.invalidate(&token),
            Err(error) => assert_eq!(error, WecomError::BadToken),
        }
        world.clock.pass(1_000);
    }
    assert!((3..=17).contains(&world.wecom.fetches()), "{} in ten minutes", world.wecom.fetches());
    assert_eq!(cache.refusals(), world.wecom.fetches() as u64);
    world.clock.pass(WRONG_PAUSE_MS_MAX);
    let good = cache.get().await.expect("a token");
    world.clock.pass(YOUNG_MS);
    cache.invalidate(&good);
    assert!(cache.get().await.is_ok(), "one that was good for a while is followed at once");
}

#[tokio::test]
async fn no_life_is_believed_that_cannot_be() {
    let world = World::new();
    *world.wecom.life_ms.lock().expect("a lock") = Some(u64::MAX);
    let cache = world.process();
    assert_eq!(text(&cache).await, "t1");
    world.rest().await;
    world.clock.pass(LIFE_MS_MAX);
    *world.wecom.life_ms.lock().expect("a lock") = Some(0);
    assert!(matches!(cache.get().await, Err(WecomError::Unreachable(_))));
    assert!(cache.get().await.is_err());
    assert_eq!(world.wecom.fetches(), 2, "and is not tried again at once");
}

#[tokio::test]
async fn a_fetch_that_dies_is_a_failure_like_others() {
    let world = World::new();
    world.wecom.dies.store(true, Ordering::SeqCst);
    let cache = world.process();
    for _ in 0..20 {
        assert_eq!(cache.get().await, Err(LOST));
        world.rest().await;
    }
    assert_eq!(world.wecom.fetches(), 1);
    world.wecom.dies.store(false, Ordering::SeqCst);
    world.clock.pass(PAUSE_MS_MAX);
    assert_eq!(text(&cache).await, "t2");
}

#[tokio::test]
async fn a_discarded_token_does_not_come_back() {
    let world = World::new();
    let cache = world.process();
    cache.discard();
    assert_eq!(text(&cache).await, "t1");
    world.rest().await;
    cache.discard();
    assert_eq!(text(&cache).await, "t2");
    assert_eq!(cache.refusals(), 0);
}

#[tokio::test]
async fn a_restart_and_a_second_process_fetch_nothing() {
    let world = World::new();
    assert_eq!(text(&world.process()).await, "t1");
    world.rest().await;
    world.clock.pass(60_000);
    let second = world.process();
    assert_eq!(text(&second).await, "t1");
    assert_eq!(world.wecom.fetches(), 1);
    second.invalidate(&Secret::new("t1"));
    assert_eq!(text(&second).await, "t2", "what WeCom refused is not taken from the store again");
    world.rest().await;
    let first = world.process();
    assert_eq!(text(&first).await, "t2");
    world.clock.pass(LIFE_MS);
    assert_eq!(text(&first).await, "t3", "what is over is not taken from the store");
}

#[tokio::test]
async fn a_store_that_fails_loses_no_token() {
    let world = World::new();
    world.vault.broken.store(true, Ordering::SeqCst);
    let cache = world.process();
    assert_eq!(text(&cache).await, "t1");
    world.rest().await;
    assert_eq!(text(&cache).await, "t1");
    assert_eq!(world.wecom.fetches(), 1);
}
