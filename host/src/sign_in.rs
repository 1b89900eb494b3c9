//! Signing in: how people prove who they are, before a session begins for them.
//!
//! Through WeCom a browser goes there with a `state` (`attempt`) and comes back with a code, for which WeCom says who it is
//! (`exchange`); codes that it did not take are remembered for a while (`refused`). In development the form believes every
//! name (`dev`).
//! A name is never waited for: who signs in is shown by the name that is known, or by their id, and `names` asks for the rest.
//!
//! # Invariants
//! * A state is good in the browser that began with it, once. The same state with the same code, delivered again, gives the
//!   same session, whichever process it reaches.
//! * A sign-in that has begun comes to its end, whether the browser waits for it or not.
//! * A code that is no good begins the sign-in again, and the second time says so instead.

mod attempt;
mod dependencies;
mod dev;
mod error;
mod exchange;
mod names;
mod refused;

use std::num::NonZeroUsize;
use std::sync::Arc;

pub use self::attempt::Carried;
pub use self::dependencies::Dependencies;
pub use self::dev::DevSignIn;
pub use self::error::SignInError;
pub use self::names::named_since;

use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use self::attempt::{ATTEMPT_MS, SignInAttempt};
use self::exchange::Exchange;
use self::names::{Lookup, NameQueue};
use crate::config::{AuthMode, Config};
use crate::domain::id::UserId;
use crate::domain::member::User;
use crate::pace::{Buckets, Rate};
use crate::seal::Seal;
use crate::session::{Begun, Token};
use crate::store::StoreError;
use crate::wecom::{self, Wecom, WecomError};

/// Ten invitations of a person in an hour, and three thousand receivers of them.
const INVITATIONS: [Rate; 2] = [Rate::per_hour(10), Rate::per_hour(3_000)];
/// People of whom it is remembered how many they invited lately.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(19_999);

struct Flow {
    dependencies: Dependencies,
    wecom: Wecom,
    names: NameQueue,
    seal: Seal,
    exchange: Exchange,
    invitations: Buckets<UserId, 2>,
}

/// Sign-in through WeCom. Cheap to clone.
#[derive(Clone)]
pub struct SignIn(Arc<Flow>);

/// A browser that is to go to WeCom.
#[derive(Debug)]
pub struct Departure {
    /// The address that it is led to.
    pub location: String,
    /// What it has to bring back: a cookie.
    pub carried: Carried,
    /// How long the cookie is good, in seconds.
    pub max_age_s: u64,
    /// Marks of the cookies that it need not carry any more.
    pub forgotten: Vec<String>,
}

/// A browser that comes back from WeCom. It has a code inside, and so cannot be printed for debugging.
pub struct Arriving {
    /// Its `User-Agent`.
    pub user_agent: String,
    /// What WeCom gave it.
    pub code: Option<String>,
    /// What it was sent away with.
    pub state: Option<String>,
    /// What it carries.
    pub carried: Vec<Carried>,
    /// The session that it came with, which the new one takes the place of.
    pub previous: Option<Token>,
}

/// What comes of a browser that was at WeCom.
#[derive(Debug)]
pub enum Arrival {
    /// Somebody is signed in.
    SignedIn {
        /// What they show from now on.
        token: Token,
        /// A path of this site.
        return_to: String,
    },
    /// The code was no good: once more.
    Again(Departure),
}

impl SignIn {
    /// Sign-in through WeCom, where the settings ask for it. What asks for names and looks after WeCom runs until `stop` is
    /// cancelled.
    ///
    /// # Errors
    /// [`SignInError`] when the client for WeCom cannot be made, or no key can be derived from the settings.
    pub fn start(
        config: &Config,
        dependencies: Dependencies,
        stop: &CancellationToken,
    ) -> Result<Option<Self>, SignInError> {
        if config.auth_mode() != AuthMode::Wecom {
            return Ok(None);
        }
        if !dependencies.public_url.starts_with("https://") {
            tracing::warn!("`public_url` is not https: whoever is in the network can take sessions over");
        }
        let Dependencies { store, clock, rng, tasks, .. } = dependencies.clone();
        let wecom = Wecom::new(&config.wecom, wecom::Dependencies { store, clock, rng, tasks: tasks.clone() })?;
        let seal = wecom.seal("login").ok_or(SignInError::Unsealed)?;
        tasks.spawn(wecom.clone().watch(stop.clone()));
        let (names, wanting) = NameQueue::new(&config.wecom);
        let lookup = Lookup::new(wecom.clone(), names.clone(), &dependencies);
        tasks.spawn(wanting.run(lookup, tasks.clone(), stop.clone()));
        let exchange = Exchange::new(wecom.clone(), names.clone(), &dependencies);
        let invitations = Buckets::new(INVITATIONS, REMEMBERED);
        Ok(Some(Self(Arc::new(Flow { dependencies, wecom, names, seal, exchange, invitations }))))
    }

    /// WeCom, for what is no sign-in: invitations, and what is set up wrongly.
    pub fn wecom(&self) -> &Wecom {
        &self.0.wecom
    }

    /// Somebody who is signed in was seen: their name is asked for if it is missing or old.
    pub fn note_seen(&self, user: &User) {
        self.0.names.want(user, None, self.0.dependencies.clock.now_ms());
    }

    /// Forgets used states whose time has passed. To be called now and then: a busy hour makes many.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.0.dependencies.store.delete_old_states(self.0.dependencies.clock.now_ms()).await
    }

    /// Notes that a person invites so many.
    ///
    /// # Errors
    /// How many milliseconds until they may, if they have invited too many lately.
    pub fn note_invitation(&self, by: &UserId, receivers: u64) -> Result<(), u64> {
        self.0.invitations.take(by, [1, receivers], self.0.dependencies.clock.monotonic_ms())
    }

    /// Sends a browser to WeCom. `return_to` is a path of this site, `carried` what the browser carries already.
    ///
    /// # Errors
    /// [`SignInError::Unsealed`].
    pub fn depart(&self, user_agent: &str, return_to: &str, carried: &[Carried]) -> Result<Departure, SignInError> {
        let forgotten = attempt::surplus(&self.0.seal, carried, self.0.dependencies.clock.now_ms());
        self.0.depart(user_agent, return_to, false, forgotten)
    }

    /// Where the sign-in of this state leads back to: a path of this site, or nothing where the browser does not carry it. Also of
    /// one whose time has passed, which only another one takes the place of.
    pub fn return_to(&self, carried: &[Carried], state: Option<&str>) -> Option<String> {
        SignInAttempt::find(&self.0.seal, carried, state?, 0).map(|attempt| attempt.return_to)
    }

    /// Takes a browser back from WeCom, and ends what hangs on the session that it came with.
    ///
    /// Who asked may go away: a code is good once, and so what has begun is brought to its end for the next one who brings it.
    ///
    /// # Errors
    /// [`SignInError`] that says why nobody was signed in; nothing has changed then.
    pub async fn arrive(&self, arriving: Arriving) -> Result<Arrival, SignInError> {
        let flow = Arc::clone(&self.0);
        let arrival = self.0.dependencies.tasks.spawn(async move { flow.arrive(arriving).await }.in_current_span());
        arrival.await.unwrap_or(Err(SignInError::BrokeOff))
    }
}

impl Flow {
    fn depart(
        &self,
        user_agent: &str,
        return_to: &str,
        again: bool,
        forgotten: Vec<String>,
    ) -> Result<Departure, SignInError> {
        let rng = self.dependencies.rng.as_ref();
        let attempt = SignInAttempt::new(return_to, again, self.dependencies.clock.now_ms(), rng);
        let redirect_uri = format!("{}/auth/callback", self.dependencies.public_url);
        let location = self.wecom.sign_in_url(user_agent, &redirect_uri, &attempt.state);
        let carried = attempt.close(&self.seal, rng).ok_or(SignInError::Unsealed)?;
        Ok(Departure { location, carried, max_age_s: ATTEMPT_MS / 1_000, forgotten })
    }

    async fn arrive(&self, arriving: Arriving) -> Result<Arrival, SignInError> {
        let Arriving { user_agent, code, state, carried, previous } = arriving;
        let now_ms = self.dependencies.clock.now_ms();
        let attempt = state.and_then(|state| SignInAttempt::find(&self.seal, &carried, &state, now_ms));
        let attempt = attempt.ok_or(SignInError::ForeignState)?;
        match self.exchange.redeem(&attempt, code.as_deref(), previous.as_ref()).await {
            Ok(Begun { token, replaced }) => {
                if let Some(replaced) = replaced {
                    self.dependencies.rooms.sign_out(replaced).await;
                }
                Ok(Arrival::SignedIn { token, return_to: attempt.return_to })
            }
            Err(SignInError::Wecom(WecomError::BadCode)) if !attempt.again => {
                let spent = vec![attempt.mark()];
                self.depart(&user_agent, &attempt.return_to, true, spent).map(Arrival::Again)
            }
            Err(error) => Err(error),
        }
    }
}
