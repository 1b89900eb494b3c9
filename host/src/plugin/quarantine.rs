//! What is taken out of service because it keeps failing, why, and what puts it back.
//!
//! What one activity holds, and what one person sends, must not take a plugin from everybody else. So faults count for the
//! activity that they happen in first, and for the version only when they come from the conferences of several people.
//!
//! | out of service | when | until |
//! | --- | --- | --- |
//! | an activity that runs | so many of its calls failed within the time that the settings say | the version is activated, or another one runs it |
//! | drafts in a conference | so many of them failed within that time | that time has passed, or the version is activated |
//! | a version, everywhere | so many calls failed, in the conferences of so many people | it is activated again, or the server starts anew |
//! | a component that does not load | it failed once | [`PASSING_MS`] or [`REFUSED_MS`] have passed, or it is activated |
//!
//! A verdict is asked for by threads that run plugins and holds for the very next call, so it is reached under a lock of the
//! version's own. The writer hears of a version that is out and puts it into the audit log; activating is its business.
//!
//! # Invariants
//! * Nothing that happens in the conferences of fewer people than the limit says puts a version out of service.
//! * At most [`FAULTS_MAX`] faults of a version are remembered, the latest ones, and [`RESTING_MAX`] components that rest.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hezi_plugin::{Export, Fault, excerpt};
use serde::Serialize;
use utoipa::ToSchema;

use super::PluginError;
use crate::config::QuarantineLimits;
use crate::domain::activity::PluginRef;
use crate::domain::id::{ActivityId, ConferenceId, UserId};
use crate::protocol::time::time_text;

/// Faults that are remembered: far more than count, and few enough to be walked through at each of them.
const FAULTS_MAX: usize = 512;
/// How long a component rests when the store or the compiler failed: that is transient.
const PASSING_MS: u64 = 5_000;
/// How long one rests that was refused: its bytes do not change, only settings and versions of the server do.
const REFUSED_MS: u64 = 300_000;
/// Longest detail of a cause: the words in it may be the component's own.
const DETAIL_CHARS_MAX: usize = 500;
/// Most components that rest: beyond that the one that may be tried soonest is forgotten.
const RESTING_MAX: usize = 64;

/// Where a call ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSite {
    /// The conference that the call was for.
    pub conference: ConferenceId,
    /// Whose conference it is.
    pub owner: UserId,
    /// The activity; none for a configuration that was only tried.
    pub activity: Option<ActivityId>,
}

/// A component, and which of its activations this is: what failed under one may be tried again under the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    hash: String,
    count: u64,
}

/// What a fault brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Calls go on as before.
    Goes,
    /// Calls of this site are not tried any more.
    SiteOut,
    /// Calls of this version are not tried any more, wherever.
    VersionOut,
}

impl Verdict {
    /// Tells whoever reads the log.
    pub(super) fn log(self, version: &PluginRef, site: &CallSite) {
        match self {
            Self::Goes => {}
            Self::SiteOut => tracing::warn!(plugin.name = %version.name, plugin.version = %version.version,
                conference.id = %site.conference, activity.id = ?site.activity.as_ref().map(ActivityId::as_str),
                "the activity keeps failing and is out of service"),
            Self::VersionOut => tracing::error!(plugin.name = %version.name, plugin.version = %version.version,
                "the plugin version keeps failing in several conferences and is out of service"),
        }
    }
}

/// Whether a version is in service, and what has failed on it.
#[derive(Debug, Default)]
pub(super) struct Quarantine {
    /// Read before each call, so it is no part of what the lock guards.
    is_on: AtomicBool,
    activations: AtomicU64,
    /// A mutex for the threads that run plugins: held for a walk through few faults, never across a wait.
    remembered: Mutex<RememberedFaults>,
}

/// What is remembered of a version's faults.
#[derive(Debug, Default)]
struct RememberedFaults {
    /// The latest ones that count, by their times in milliseconds since 1970.
    latest: VecDeque<(u64, CallSite)>,
    /// What put the version out of service, as long as it is.
    cause: Option<QuarantineCause>,
}

/// What put a version out of service: the last of the faults that did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantineCause {
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    pub at: String,
    /// Stable name of the fault, such as `trapped`.
    pub fault: &'static str,
    /// What was called.
    pub export: &'static str,
    /// What it did, in English, for the plugin's author.
    pub detail: String,
}

impl Quarantine {
    /// Whether the version is out of service everywhere.
    pub(super) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// What put the version out of service, if it is.
    pub(super) fn cause(&self) -> Option<QuarantineCause> {
        self.remembered().cause.clone()
    }

    /// How often the version was activated.
    pub(super) fn activations(&self) -> u64 {
        self.activations.load(Ordering::Relaxed)
    }

    /// The activation that holds now of the version with this hash.
    pub(super) fn activation(&self, hash: &str) -> Activation {
        Activation { hash: hash.to_owned(), count: self.activations() }
    }

    /// Notes a fault in an export, and says what comes of it. That a version goes out of service is said once.
    pub(super) fn note(
        &self,
        export: Export,
        fault: &Fault,
        now_ms: u64,
        site: &CallSite,
        limits: &QuarantineLimits,
    ) -> Verdict {
        if !counts(export, fault) {
            return Verdict::Goes;
        }
        let mut remembered = self.recent(now_ms, limits);
        let faults = &mut remembered.latest;
        if faults.len() == FAULTS_MAX {
            faults.pop_front();
        }
        faults.push_back((now_ms, site.clone()));
        let owners: HashSet<&UserId> = faults.iter().map(|(_, site)| &site.owner).collect();
        if owners.len() >= limits.conferences && faults.len() >= limits.faults {
            if self.is_on.swap(true, Ordering::Relaxed) {
                return Verdict::Goes;
            }
            remembered.cause = Some(QuarantineCause {
                at: time_text(now_ms),
                fault: fault.code(),
                export: export.name(),
                detail: excerpt(&fault.to_string(), DETAIL_CHARS_MAX),
            });
            return Verdict::VersionOut;
        }
        if has_too_many(faults, site, limits) { Verdict::SiteOut } else { Verdict::Goes }
    }

    /// Whether so many calls of this site failed of late that another one is not tried.
    pub(super) fn is_out(&self, now_ms: u64, site: &CallSite, limits: &QuarantineLimits) -> bool {
        has_too_many(&self.recent(now_ms, limits).latest, site, limits)
    }

    /// Puts everything back into service: the version is activated.
    pub(super) fn lift(&self) {
        // Held to the end: a fault that is noted meanwhile is one of before or one of after, and nothing in between.
        let mut remembered = self.remembered();
        self.activations.fetch_add(1, Ordering::Relaxed);
        *remembered = RememberedFaults::default();
        self.is_on.store(false, Ordering::Relaxed);
    }

    /// What is remembered, without the faults that are too old to count.
    fn recent(&self, now_ms: u64, limits: &QuarantineLimits) -> MutexGuard<'_, RememberedFaults> {
        let window_ms = limits.window_s.saturating_mul(1_000);
        let mut remembered = self.remembered();
        while remembered.latest.front().is_some_and(|(at_ms, _)| now_ms.saturating_sub(*at_ms) > window_ms) {
            remembered.latest.pop_front();
        }
        remembered
    }

    /// Nothing panics while it is held, and what is half done is none the worse for it.
    fn remembered(&self) -> MutexGuard<'_, RememberedFaults> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_too_many(faults: &VecDeque<(u64, CallSite)>, site: &CallSite, limits: &QuarantineLimits) -> bool {
    faults.iter().filter(|(_, other)| other == site).count() >= limits.faults
}

/// Whether a fault counts.
fn counts(export: Export, fault: &Fault) -> bool {
    // The activity stays safely on the version that it has.
    let is_safe = export == Export::Migrate;
    // One member can bring these about in one activity, and it hurts that activity only: saying too much at once is
    // answered with a pause, and a state that is full stays full.
    let is_local =
        matches!(fault, Fault::TooManyBroadcasts { .. } | Fault::StateQuota { .. } | Fault::TooManyKeys { .. });
    !is_safe && !is_local
}

/// Components that did not load a moment ago: without a rest each act of a member would start another compile.
#[derive(Debug, Clone, Default)]
pub(super) struct Resting {
    /// By hash, the time from which it may be tried again, in milliseconds on the clock that never goes back.
    until_ms: HashMap<String, u64>,
}

impl Resting {
    /// Whether the component may be tried now.
    ///
    /// # Errors
    /// [`PluginError::Thread`] while it rests.
    pub(super) fn check(&self, hash: &str, now_ms: u64) -> Result<(), PluginError> {
        match self.until_ms.get(hash).and_then(|until_ms| until_ms.checked_sub(now_ms)) {
            None | Some(0) => Ok(()),
            Some(rest_ms) => {
                Err(PluginError::Thread(format!("it failed a moment ago and is tried again in {rest_ms} ms")))
            }
        }
    }

    /// For how long a component rests that failed with this error, in milliseconds.
    pub(super) fn pause_ms(error: &PluginError) -> u64 {
        if matches!(error, PluginError::Refused { .. }) { REFUSED_MS } else { PASSING_MS }
    }

    /// Has a component rest that failed just now.
    pub(super) fn rest(&mut self, hash: String, pause_ms: u64, now_ms: u64) {
        self.until_ms.retain(|_, until_ms| now_ms < *until_ms);
        self.until_ms.insert(hash, now_ms.saturating_add(pause_ms));
        if self.until_ms.len() > RESTING_MAX
            && let Some(soonest) = self.until_ms.iter().min_by_key(|(_, until_ms)| **until_ms)
        {
            let soonest = soonest.0.clone();
            self.until_ms.remove(&soonest);
        }
    }

    /// Lets a component be tried at once: an administrator activated it.
    pub(super) fn forget(&mut self, hash: &str) {
        self.until_ms.remove(hash);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: QuarantineLimits = QuarantineLimits { faults: 5, window_s: 60, conferences: 3 };

    fn site(owner: usize, conference: usize, activity: usize) -> CallSite {
        CallSite {
            conference: ConferenceId::parse(&format!("{conference:026}")).unwrap(),
            owner: UserId::parse(&format!("owner{owner}")).unwrap(),
            activity: Some(ActivityId::parse(&format!("{activity:026}")).unwrap()),
        }
    }

    fn note(quarantine: &Quarantine, now_ms: u64, site: &CallSite) -> Verdict {
        quarantine.note(Export::Act, &Fault::StackOverflow, now_ms, site, &LIMITS)
    }

    #[test]
    fn one_activity_that_keeps_failing_is_out_and_nothing_else() {
        let quarantine = Quarantine::default();
        for second in 0..4 {
            assert_eq!(note(&quarantine, second * 1_000, &site(1, 1, 1)), Verdict::Goes);
        }
        assert_eq!(note(&quarantine, 4_000, &site(1, 1, 2)), Verdict::Goes, "another activity");
        assert_eq!(note(&quarantine, 5_000, &site(1, 1, 1)), Verdict::SiteOut);
        assert!(!quarantine.is_out(5_000, &site(1, 1, 2), &LIMITS));
        assert!(quarantine.is_out(5_000, &site(1, 1, 1), &LIMITS) && !quarantine.is_on());
        assert!(!quarantine.is_out(90_000, &site(1, 1, 1), &LIMITS), "what is old is forgotten");
    }

    #[test]
    fn faults_in_the_conferences_of_several_people_put_the_version_out_once() {
        let quarantine = Quarantine::default();
        for (owner, verdict) in [(1, Verdict::Goes), (1, Verdict::Goes), (2, Verdict::Goes), (2, Verdict::Goes)] {
            assert_eq!(note(&quarantine, 0, &site(owner, owner, 1)), verdict);
        }
        assert_eq!(note(&quarantine, 0, &site(3, 3, 1)), Verdict::VersionOut);
        assert_eq!(note(&quarantine, 0, &site(4, 4, 1)), Verdict::Goes, "it is out already, and that was said");
        assert!(quarantine.is_on());
        let cause = quarantine.cause().expect("a cause");
        assert_eq!((cause.fault, cause.export), (Fault::StackOverflow.code(), "act"));
        quarantine.lift();
        assert_eq!((quarantine.is_on(), quarantine.activations(), quarantine.cause()), (false, 1, None));
        assert_eq!(note(&quarantine, 0, &site(3, 3, 1)), Verdict::Goes, "everything is forgiven");
    }

    #[test]
    fn only_faults_close_together_count() {
        let quarantine = Quarantine::default();
        assert!((0..50).all(|n| note(&quarantine, n * 20_000, &site(1, 1, 1)) == Verdict::Goes));
    }

    #[test]
    fn what_hurts_one_activity_only_puts_no_version_out_of_service() {
        assert!(counts(Export::Act, &Fault::StackOverflow));
        assert!(counts(Export::View, &Fault::OutOfFuel { limit_fuel: 1 }));
        assert!(counts(Export::Act, &Fault::WriteBudget { limit_bytes: 1 }));
        assert!(!counts(Export::Migrate, &Fault::StackOverflow));
        assert!(!counts(Export::Act, &Fault::StateQuota { limit_bytes: 1 }));
        assert!(!counts(Export::Tick, &Fault::TooManyKeys { limit: 1 }));
        assert!(!counts(Export::Act, &Fault::TooManyBroadcasts { limit_per_s: 1 }));
    }

    proptest! {
        #[test]
        fn two_people_never_put_a_version_out(sites in prop::collection::vec((0_usize..2, 0_usize..9, 0_usize..9), 0..600)) {
            let quarantine = Quarantine::default();
            for (owner, conference, activity) in sites {
                let verdict = note(&quarantine, 0, &site(owner, conference, activity));
                prop_assert_ne!(verdict, Verdict::VersionOut);
                prop_assert!(quarantine.recent(0, &LIMITS).latest.len() <= FAULTS_MAX);
            }
        }
    }

    fn rest(resting: &mut Resting, hash: &str, error: &PluginError, now_ms: u64) {
        resting.rest(hash.into(), Resting::pause_ms(error), now_ms);
    }

    #[test]
    fn what_failed_rests_as_long_as_fits_the_reason() {
        let mut resting = Resting::default();
        assert!(resting.check("a", 1_000).is_ok());
        rest(&mut resting, "a", &PluginError::Thread("no process".into()), 1_000);
        rest(&mut resting, "b", &PluginError::refused("component_too_costly", "too costly"), 1_000);

        assert!(matches!(resting.check("a", 5_999), Err(PluginError::Thread(why)) if why.contains("in 1 ms")));
        assert!(resting.check("a", 6_000).is_ok());
        assert!(resting.check("b", 300_999).is_err());
        assert!(resting.check("b", 301_000).is_ok());
        rest(&mut resting, "c", &PluginError::Thread("no process".into()), 301_000);
        assert_eq!(resting.until_ms.len(), 1, "what is over is forgotten");
    }

    #[test]
    fn an_activation_ends_the_rest() {
        let mut resting = Resting::default();
        rest(&mut resting, "a", &PluginError::refused("component_invalid", "broken"), 0);
        resting.forget("a");
        assert!(resting.check("a", 0).is_ok());
    }

    #[test]
    fn only_so_many_are_remembered_and_those_that_rest_longest() {
        let mut resting = Resting::default();
        rest(&mut resting, "long", &PluginError::refused("component_invalid", "broken"), 0);
        for n in 0..1_000 {
            rest(&mut resting, &n.to_string(), &PluginError::Thread("no process".into()), 0);
        }
        assert_eq!(resting.until_ms.len(), RESTING_MAX);
        assert!(resting.check("long", 0).is_err());
    }
}
