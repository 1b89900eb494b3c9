//! How fast people and addresses may go at the doors: guess numbers, guess tokens, make conferences, join again.
//!
//! Mistakes are counted by address as well, since whoever guesses may have many accounts; what succeeds is counted by
//! person only, since a whole meeting may sit behind one address.
//!
//! # Invariants
//! * Whoever has to wait is told for how long and which setting says so, and is not told whether they had guessed right.
//! * Whoever is in a conference gets there, however many others guess from the same address.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroUsize;

use tokio::sync::{Mutex, MutexGuard};

use super::error::ApiError;
use crate::clock::SharedClock;
use crate::config::{LimitsConfig, PersonLimits};
use crate::domain::conference::Conference;
use crate::domain::id::UserId;
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Pause;
use crate::pace::{Buckets, Rate};
use crate::protocol::code::{Code, Problem};

/// People and addresses that are remembered, of each kind.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(19_999);
/// Locks for making conferences: one person is never under two of them, and seldom shares one.
const TURNS: usize = 64;

/// All paces at the doors.
pub(super) struct Paces {
    clock: SharedClock,
    limits: PersonLimits,
    numbers_by_person: Buckets<UserId>,
    numbers_by_address: Buckets<IpAddr>,
    tokens_by_address: Buckets<IpAddr>,
    conferences: Buckets<UserId>,
    rejoins: Buckets<UserId>,
    turns: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Paces {
    pub(super) fn new(limits: &LimitsConfig, clock: SharedClock) -> Self {
        let (person, address) = (limits.person.clone(), &limits.address);
        Self {
            clock,
            numbers_by_person: Buckets::new([Rate::per_minute(person.wrong_numbers_per_minute)], REMEMBERED),
            numbers_by_address: Buckets::new([Rate::per_minute(address.wrong_numbers_per_minute)], REMEMBERED),
            tokens_by_address: Buckets::new([Rate::per_minute(address.wrong_tokens_per_minute)], REMEMBERED),
            conferences: Buckets::new([Rate::per_hour(person.conferences_per_hour)], REMEMBERED),
            rejoins: Buckets::new([Rate::per_minute(person.rejoins_per_minute)], REMEMBERED),
            limits: person,
            turns: (0..TURNS).map(|_| Mutex::new(())).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Whether somebody may ask for a number.
    ///
    /// # Errors
    /// `rate_limited` when they, or others at their address, asked for too many that no conference has.
    pub(super) fn check_number(&self, who: &UserId, from: IpAddr) -> Result<(), ApiError> {
        let now_ms = self.clock.monotonic_ms();
        let why = |setting| move |pause| Sentence::WrongNumbers { setting, pause };
        let (person, address) = ("limits.person.wrong_numbers_per_minute", "limits.address.wrong_numbers_per_minute");
        slowly(self.numbers_by_person.wait_ms(who, [1], now_ms), why(person))?;
        slowly(self.numbers_by_address.wait_ms(&from, [1], now_ms), why(address))
    }

    /// Notes that no conference has the number that was asked for.
    pub(super) fn note_wrong_number(&self, who: &UserId, from: IpAddr) {
        let now_ms = self.clock.monotonic_ms();
        self.numbers_by_person.charge(who, [1], now_ms);
        self.numbers_by_address.charge(&from, [1], now_ms);
    }

    /// Whether a token may be tried from this address.
    ///
    /// # Errors
    /// `rate_limited` when too many were wrong.
    pub(super) fn check_token(&self, from: IpAddr) -> Result<(), ApiError> {
        let wait_ms = self.tokens_by_address.wait_ms(&from, [1], self.clock.monotonic_ms());
        let setting = "limits.address.wrong_tokens_per_minute";
        slowly(wait_ms, |pause| Sentence::WrongTokens { setting, pause })
    }

    /// Notes that a token was wrong.
    pub(super) fn note_wrong_token(&self, from: IpAddr) {
        self.tokens_by_address.charge(&from, [1], self.clock.monotonic_ms());
    }

    /// Waits until nobody else makes a conference in the name of this person.
    pub(super) async fn turn(&self, who: &UserId) -> MutexGuard<'_, ()> {
        let at = usize::try_from(self.hasher.hash_one(who)).unwrap_or_default() % TURNS;
        self.turns[at].lock().await
    }

    /// Whether somebody who is in these conferences may make one more.
    ///
    /// # Errors
    /// `too_many` when they own as many as a person may, `rate_limited` when they made too many lately.
    pub(super) fn check_founding(&self, who: &UserId, mine: &[Conference]) -> Result<(), ApiError> {
        let limit = self.limits.open_conferences;
        if mine.iter().filter(|one| one.is_open_of(who)).count() >= limit {
            return Err(ApiError::new(Code::TooMany, Sentence::TooManyOwned { limit }));
        }
        let wait_ms = self.conferences.wait_ms(who, [1], self.clock.monotonic_ms());
        let setting = "limits.person.conferences_per_hour";
        slowly(wait_ms, |pause| Sentence::ManyConferences { setting, pause })
    }

    /// Notes that somebody made a conference.
    pub(super) fn note_founding(&self, who: &UserId) {
        self.conferences.charge(who, [1], self.clock.monotonic_ms());
    }

    /// Whether somebody who is not in a conference may join it.
    ///
    /// # Errors
    /// `rate_limited` when they left too often lately.
    pub(super) fn check_joining(&self, who: &UserId) -> Result<(), ApiError> {
        let wait_ms = self.rejoins.wait_ms(who, [1], self.clock.monotonic_ms());
        let setting = "limits.person.rejoins_per_minute";
        slowly(wait_ms, |pause| Sentence::ManyRejoins { setting, pause })
    }

    /// Notes that somebody left.
    pub(super) fn note_leaving(&self, who: &UserId) {
        self.rejoins.charge(who, [1], self.clock.monotonic_ms());
    }
}

/// Says when to come again, if that is not now.
fn slowly(wait_ms: u64, why: impl FnOnce(Pause) -> Sentence) -> Result<(), ApiError> {
    if wait_ms == 0 {
        return Ok(());
    }
    Err(Problem::new(Code::RateLimited, why(Pause(wait_ms))).for_ms(wait_ms).into())
}
