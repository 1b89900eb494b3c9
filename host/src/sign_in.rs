//! Signing in: how people prove who they are, before a session begins for them.
//!
//! Through WeCom a browser goes there with a `state` (`attempt`) and comes back with a code, and WeCom says who it is; codes
//! that it did not take are remembered for a while (`refused`). In development the form believes every name (`dev`).
//! A name is never waited for: who signs in is shown by the name that is known, or by their id, and `names` asks for the rest.
//!
//! # Invariants
//! * A state is good in the browser that began with it, once. The same state with the same code, delivered again, gives the
//!   same session, whichever process it reaches.
//! * The token of a session is kept nowhere. It is made of what the browser brings and what the store has, so that the
//!   second delivery can be given it again and neither of the two alone is worth anything.
//! * A sign-in that has begun comes to its end, whether the browser waits for it or not.
//! * A code that is no good begins the sign-in again, and the second time says so instead.

mod attempt;
mod dev;
mod error;
mod names;
mod refused;

use std::num::NonZeroUsize;
use std::sync::Arc;

pub use self::attempt::Carried;
pub use self::dev::DevSignIn;
pub use self::error::SignInError;

use ring::hmac;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use self::attempt::{ATTEMPT_MS, Attempt};
use self::names::{Lookup, NameQueue};
use self::refused::Refused;
use crate::clock::{SharedClock, SharedRng, random_32};
use crate::config::{Secret, WecomConfig};
use crate::domain::conference::ConferenceState;
use crate::domain::id::{Number, UserId};
use crate::domain::member::User;
use crate::pace::{Buckets, Rate};
use crate::room::{RoomError, Rooms};
use crate::session::{Begun, Sessions, Token};
use crate::store::{Store, StoreError, UsedState};
use crate::wecom::{self, Seal, Wecom, WecomError, Who};

/// How long the same callback gives the same session.
const REPEAT_MS: u64 = 300_000;
/// Longest code, by WeCom's documentation.
const CODE_BYTES_MAX: usize = 512;
/// Locks that callbacks are spread over: one for each would have to be cleared up.
const LOCKS: usize = 1_024;
/// How often, and how far apart, the store is asked for what another process is about to write.
const LOOKS: u32 = 5;
const LOOK_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// Ten invitations of a person in an hour, and three thousand receivers of them.
const INVITATIONS: [Rate; 2] = [Rate::per_hour(10), Rate::per_hour(3_000)];
/// People of whom it is remembered how many they invited lately.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(19_999);

/// What sign-in is made of.
pub struct Dependencies {
    /// Where used states are kept, and WeCom's tokens, encrypted.
    pub store: Store,
    /// Where sessions begin.
    pub sessions: Sessions,
    /// Who is asked whether guests may come in, and told of names.
    pub rooms: Rooms,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub rng: SharedRng,
    /// The server's address, without a slash at the end: WeCom sends browsers back there.
    pub public_url: String,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
}

struct Inner {
    wecom: Wecom,
    store: Store,
    sessions: Sessions,
    rooms: Rooms,
    names: NameQueue,
    clock: SharedClock,
    rng: SharedRng,
    redirect_uri: String,
    tasks: TaskTracker,
    seal: Seal,
    locks: Vec<Mutex<()>>,
    refused: Refused,
    invitations: Buckets<UserId, 2>,
}

/// Sign-in through WeCom. Cheap to clone.
#[derive(Clone)]
pub struct SignIn(Arc<Inner>);

/// A browser that is to go to WeCom.
#[derive(Debug)]
pub struct Departure {
    /// Where to.
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
    /// Sign-in through the app of these settings. What asks for names and looks after WeCom runs until `stop` is cancelled.
    ///
    /// # Errors
    /// [`SignInError`] when the client for WeCom cannot be made, or no key can be derived from the settings.
    pub fn start(config: &WecomConfig, of: Dependencies, stop: &CancellationToken) -> Result<Self, SignInError> {
        let Dependencies { store, sessions, rooms, clock, rng, public_url, tasks } = of;
        if !public_url.starts_with("https://") {
            tracing::warn!("`public_url` is not https: whoever is in the network can take sessions over");
        }
        let dependencies = wecom::Dependencies {
            store: store.clone(),
            clock: Arc::clone(&clock),
            rng: Arc::clone(&rng),
            tasks: tasks.clone(),
        };
        let wecom = Wecom::new(config, dependencies)?;
        let seal = wecom.seal("login").ok_or(SignInError::Unsealed)?;
        let (names, wanting) = NameQueue::new(config);
        let lookup = Lookup {
            wecom: wecom.clone(),
            store: store.clone(),
            sessions: sessions.clone(),
            rooms: rooms.clone(),
            clock: Arc::clone(&clock),
            queue: names.clone(),
            rest: Arc::default(),
        };
        tasks.spawn(wanting.run(lookup, tasks.clone(), stop.clone()));
        tasks.spawn(wecom.clone().watch(stop.clone()));
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        let (refused, invitations) = (Refused::default(), Buckets::new(INVITATIONS, REMEMBERED));
        let redirect_uri = format!("{public_url}/auth/callback");
        Ok(Self(Arc::new(Inner {
            wecom,
            store,
            sessions,
            rooms,
            names,
            clock,
            rng,
            redirect_uri,
            tasks,
            seal,
            locks,
            refused,
            invitations,
        })))
    }

    /// WeCom.
    pub fn wecom(&self) -> &Wecom {
        &self.0.wecom
    }

    /// Somebody who is signed in was seen: their name is asked for if it is missing or old.
    pub fn note_seen(&self, user: &User) {
        self.0.names.want(user, None, self.0.clock.now_ms());
    }

    /// Forgets used states whose time has passed. To be called now and then: a busy hour makes many.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.0.store.delete_old_states(self.0.clock.now_ms()).await
    }

    /// Notes that a person invites so many.
    ///
    /// # Errors
    /// How many milliseconds until they may, if they have invited too many lately.
    pub fn note_invitation(&self, by: &UserId, receivers: u64) -> Result<(), u64> {
        self.0.invitations.take(by, [1, receivers], self.0.clock.monotonic_ms())
    }

    /// Sends a browser to WeCom. `return_to` is a path of this site, `carried` what the browser carries already.
    ///
    /// # Errors
    /// [`SignInError::Unsealed`].
    pub fn depart(&self, user_agent: &str, return_to: &str, carried: &[Carried]) -> Result<Departure, SignInError> {
        let forgotten = attempt::surplus(&self.0.seal, carried, self.0.clock.now_ms());
        self.0.depart(user_agent, return_to, false, forgotten)
    }

    /// Takes a browser back from WeCom, and ends what hangs on the session that it came with.
    ///
    /// Who asked may go away: a code is good once, and so what has begun is brought to its end for the next one who brings it.
    ///
    /// # Errors
    /// [`SignInError`] that says why nobody was signed in; nothing has changed then.
    pub async fn arrive(&self, arriving: Arriving) -> Result<Arrival, SignInError> {
        let inner = Arc::clone(&self.0);
        let arrival = self.0.tasks.spawn(async move { inner.arrive(arriving).await }.in_current_span());
        arrival.await.unwrap_or(Err(SignInError::BrokeOff))
    }
}

impl Inner {
    fn depart(
        &self,
        user_agent: &str,
        return_to: &str,
        again: bool,
        forgotten: Vec<String>,
    ) -> Result<Departure, SignInError> {
        let rng = self.rng.as_ref();
        let attempt = Attempt::new(return_to, again, self.clock.now_ms(), rng);
        let location = self.wecom.sign_in_url(user_agent, &self.redirect_uri, &attempt.state);
        let carried = attempt.close(&self.seal, rng).ok_or(SignInError::Unsealed)?;
        Ok(Departure { location, carried, max_age_s: ATTEMPT_MS / 1_000, forgotten })
    }

    async fn arrive(&self, arriving: Arriving) -> Result<Arrival, SignInError> {
        let Arriving { user_agent, code, state, carried, previous } = arriving;
        let now_ms = self.clock.now_ms();
        let attempt = state.and_then(|state| Attempt::find(&self.seal, &carried, &state, now_ms));
        let attempt = attempt.ok_or(SignInError::ForeignState)?;
        let code = check_code(code.as_deref())?;
        match self.exchange(&attempt, code, previous.as_ref()).await {
            Ok(Begun { token, replaced }) => {
                if let Some(replaced) = replaced {
                    self.rooms.sign_out(replaced).await;
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

    /// From a code to a session, once.
    async fn exchange(&self, attempt: &Attempt, code: &str, previous: Option<&Token>) -> Result<Begun, SignInError> {
        let (state, code_hash) = (digest(&attempt.state), digest(code));
        // Whoever brings the same state waits for the one who came first.
        let stripe = usize::from_str_radix(&state[..4], 16).unwrap_or(0) % LOCKS;
        let turn = self.locks[stripe].lock().await;
        if let Some(used) = self.store.used_state(&state).await? {
            return self.repeat(attempt, &code_hash, &used).await;
        }
        let clock = &self.clock;
        if self.refused.has(&state, clock.now_ms()) {
            return Err(WecomError::BadCode.into());
        }
        if !self.refused.may_ask(clock.monotonic_ms()) {
            return Err(WecomError::Busy.into());
        }
        match self.wecom.who(code).await {
            Ok(who) => self.begin(attempt, (state, code_hash), who, previous).await,
            Err(WecomError::BadCode) => {
                self.refused.note(&state, attempt.until_ms, clock.now_ms(), clock.monotonic_ms());
                // What follows waits for another process: others of this stripe need not.
                drop(turn);
                match self.written_elsewhere(&state, attempt).await? {
                    Some(used) => self.repeat(attempt, &code_hash, &used).await,
                    None => Err(WecomError::BadCode.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The session of whom WeCom named, by the hashes of the state and the code that are used up for it.
    async fn begin(
        &self,
        attempt: &Attempt,
        (state, code): (String, String),
        who: Who,
        previous: Option<&Token>,
    ) -> Result<Begun, SignInError> {
        let (user, ticket) = self.user(who, &attempt.return_to).await?;
        let until_ms = self.clock.now_ms().saturating_add(ATTEMPT_MS);
        let salt = hex::encode(random_32(self.rng.as_ref()));
        let used = UsedState { state, code, salt, until_ms };
        let token = token(attempt, &used);
        match self.sessions.begin_with(token, &user, previous, &used).await {
            Ok(begun) => {
                // Not before: the name is kept with the person, who is in the store only now.
                self.names.arrived(&user, ticket, self.clock.now_ms());
                Ok(begun)
            }
            Err(StoreError::Exists) => Err(SignInError::ForeignState),
            Err(error) => Err(error.into()),
        }
    }

    /// The session of a state that was used, for whoever brings the same code again, soon enough.
    async fn repeat(&self, attempt: &Attempt, code_hash: &str, used: &UsedState) -> Result<Begun, SignInError> {
        let began_ms = used.until_ms.saturating_sub(ATTEMPT_MS);
        let fresh = self.clock.now_ms().saturating_sub(began_ms) < REPEAT_MS;
        if used.code != code_hash {
            return Err(SignInError::ForeignState);
        }
        let token = token(attempt, used);
        if fresh && self.sessions.is_live(token.tag()).await? {
            return Ok(Begun { token, replaced: None });
        }
        // Too late, or signed out since: the code is used up, and so a new sign-in begins.
        Err(WecomError::BadCode.into())
    }

    /// What another process wrote that was a little faster with the same code. Asked for only where a code of a browser's
    /// first attempt was refused, and so hardly ever.
    async fn written_elsewhere(&self, state: &str, attempt: &Attempt) -> Result<Option<UsedState>, SignInError> {
        let looks = if attempt.again { 1 } else { LOOKS };
        for _ in 0..looks {
            if let Some(used) = self.store.used_state(state).await? {
                return Ok(Some(used));
            }
            tokio::time::sleep(LOOK_PAUSE).await;
        }
        Ok(None)
    }

    /// The person, by the name that is known of them, and what opens their details.
    async fn user(&self, who: Who, return_to: &str) -> Result<(User, Option<Secret>), SignInError> {
        match who {
            Who::Member { id, ticket } => {
                let unreadable = |_| WecomError::Unreachable("the answer holds an id that is none");
                // WeCom takes upper and lower case for the same; here they would be two people with two votes.
                let id = UserId::parse(&id.to_ascii_lowercase()).map_err(unreadable)?;
                let known = self.store.user(&id).await?;
                Ok((known.unwrap_or_else(|| User::new(id.clone(), id.to_string())), ticket))
            }
            Who::Outsider { id } => {
                self.check_guests_may_come(return_to).await?;
                Ok((guest(self.wecom.corp_id(), &id)?, None))
            }
        }
    }

    /// Guests come in by the link of a conference that takes them, and by no other way.
    async fn check_guests_may_come(&self, return_to: &str) -> Result<(), SignInError> {
        let path = return_to.split(['?', '#']).next().unwrap_or_default();
        let number = path.strip_prefix("/c/").and_then(|number| Number::parse(number).ok());
        let number = number.ok_or(SignInError::Outsider)?;
        let conference = match self.rooms.by_number(number).await {
            Ok(room) => room.conference().await,
            Err(error) => Err(error),
        };
        match conference {
            Ok(conference) if conference.guests && conference.state == ConferenceState::Open => Ok(()),
            Ok(_) | Err(RoomError::UnknownConference) => Err(SignInError::Outsider),
            Err(RoomError::Store(error)) => Err(error.into()),
            Err(_) => Err(WecomError::Busy.into()),
        }
    }
}

/// A code of a shape that WeCom's have.
fn check_code(code: Option<&str>) -> Result<&str, SignInError> {
    // A person who says no, or whom WeCom does not let through, comes back without one.
    let code = code.filter(|code| !code.is_empty()).ok_or(SignInError::Refused)?;
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
    if code.len() > CODE_BYTES_MAX || !plain {
        let reason = format!("has at most {CODE_BYTES_MAX} letters, digits, `-`, `_`, `.` and `~`");
        return Err(SignInError::Invalid { field: "code", reason });
    }
    Ok(code)
}

/// The guest of this id. It is the same in every conference and says nothing about the id at WeCom.
fn guest(corp_id: &str, id: &str) -> Result<User, SignInError> {
    let hash = digest(&format!("guest/{corp_id}/{id}"));
    let user =
        UserId::parse(&format!("guest-{}", &hash[..32])).map_err(|_| WecomError::Unreachable("no guest's id"))?;
    Ok(User { guest: true, ..User::new(user, format!("访客{}", hash[..4].to_uppercase())) })
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The token of the session that begins with this use of a state.
fn token(attempt: &Attempt, used: &UsedState) -> Token {
    let key = hmac::Key::new(hmac::HMAC_SHA256, attempt.nonce.as_bytes());
    let tag = hmac::sign(&key, format!("hezi session/{}/{}/{}", used.state, used.code, used.salt).as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    Token::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    #[test]
    fn a_code_has_a_shape() {
        assert!(check_code(Some("aB3-_.~")).is_ok());
        assert!(matches!(check_code(None), Err(SignInError::Refused)));
        assert!(matches!(check_code(Some("")), Err(SignInError::Refused)));
        let long = "a".repeat(CODE_BYTES_MAX + 1);
        for code in ["a b", "a&access_token=x", "a\r\n", "代码", "a%00", long.as_str()] {
            assert!(matches!(check_code(Some(code)), Err(SignInError::Invalid { field: "code", .. })), "{code}");
        }
    }

    #[test]
    fn a_guest_is_the_same_person_again_and_is_marked() {
        let [one, same, other] = ["o1", "o1", "o2"].map(|id| guest("ww1", id).expect("a guest"));
        assert_eq!(one, same);
        assert_ne!(one.id, other.id);
        assert!(one.guest && one.id.as_str().starts_with("guest-") && !one.id.as_str().contains("o1"));
        assert_eq!(one.name.chars().count(), "访客".chars().count() + 4);
    }

    #[test]
    fn the_token_takes_the_browser_and_the_store() {
        let attempt = Attempt::new("/", false, 0, &SystemRng);
        let used = |salt: &str| UsedState { state: "s".into(), code: "c".into(), salt: salt.into(), until_ms: 9 };
        assert_eq!(token(&attempt, &used("x")), token(&attempt, &used("x")));
        assert_ne!(token(&attempt, &used("x")), token(&attempt, &used("y")));
        let other = Attempt::new("/", false, 0, &SystemRng);
        assert_ne!(token(&attempt, &used("x")), token(&other, &used("x")));
    }
}
