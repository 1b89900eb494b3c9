//! Signing in through WeCom: a browser goes there with a `state` and comes back with a code, and WeCom says who it is.
//!
//! A name is never waited for: who signs in is shown by the name that is known, or by their id, and `names` asks for the rest.
//!
//! # Invariants
//! * A state is good in the browser that began with it, once. The same state with the same code, delivered again, gives the
//!   same session, whichever process it reaches.
//! * The token of a session is kept nowhere. It is made of what the browser brings and what the store has, so that the
//!   second delivery can be given it again and neither of the two alone is worth anything.
//! * A sign-in that has begun comes to its end, whether the browser waits for it or not.
//! * A code that is no good begins the sign-in again, and the second time says so instead.

use std::sync::Arc;

use ring::hmac;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::attempt::{self, ATTEMPT_MS, Attempt, Carried};
use super::names::NameQueue;
use super::quota::Invitations;
use super::refused::Refused;
use super::{Begun, SessionError, Sessions, Token};
use crate::clock::{SharedClock, SharedRng, random_32};
use crate::config::Secret;
use crate::domain::conference::ConferenceState;
use crate::domain::id::{Number, UserId};
use crate::domain::member::User;
use crate::room::{RoomError, Rooms};
use crate::store::{Store, StoreError, UsedState};
use crate::wecom::{Seal, Wecom, WecomError, Who};

/// How long the same callback gives the same session.
const REPEAT_MS: u64 = 300_000;
/// Longest code, by WeCom's documentation.
const CODE_BYTES_MAX: usize = 512;
/// Locks that callbacks are spread over: one for each would have to be cleared up.
const LOCKS: usize = 1_024;
/// How often, and how far apart, the store is asked for what another process is about to write.
const LOOKS: u32 = 5;
const LOOK_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// What sign-in needs.
pub struct SignInNeeds {
    /// WeCom.
    pub wecom: Wecom,
    /// Where used states are kept.
    pub store: Store,
    /// Where sessions begin.
    pub sessions: Sessions,
    /// Who is asked whether guests may come in.
    pub rooms: Rooms,
    /// Where names are asked for.
    pub names: NameQueue,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub rng: SharedRng,
    /// Where WeCom sends browsers back to.
    pub redirect_uri: String,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
}

struct Inner {
    needs: SignInNeeds,
    seal: Seal,
    locks: Vec<Mutex<()>>,
    refused: Refused,
    invitations: Invitations,
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
    /// Sign-in of this app.
    ///
    /// # Errors
    /// [`SessionError::Unsealed`] when no key can be derived from the settings.
    pub fn new(needs: SignInNeeds) -> Result<Self, SessionError> {
        let seal = needs.wecom.seal("login").ok_or(SessionError::Unsealed)?;
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        let (refused, invitations) = (Refused::default(), Invitations::default());
        Ok(Self(Arc::new(Inner { needs, seal, locks, refused, invitations })))
    }

    /// WeCom.
    pub fn wecom(&self) -> &Wecom {
        &self.0.needs.wecom
    }

    /// Notes that a person invites so many.
    ///
    /// # Errors
    /// How many milliseconds until they may, if they have invited too many lately.
    pub fn note_invitation(&self, by: &UserId, receivers: u64) -> Result<(), u64> {
        self.0.invitations.take(by, receivers, self.0.needs.clock.monotonic_ms())
    }

    /// Sends a browser to WeCom. `return_to` is a path of this site, `carried` what the browser carries already.
    ///
    /// # Errors
    /// [`SessionError::Unsealed`].
    pub fn depart(&self, user_agent: &str, return_to: &str, carried: &[Carried]) -> Result<Departure, SessionError> {
        let forgotten = attempt::surplus(&self.0.seal, carried, self.0.needs.clock.now_ms());
        self.0.depart(user_agent, return_to, false, forgotten)
    }

    /// Takes a browser back from WeCom, and ends what hangs on the session that it came with.
    ///
    /// Who asked may go away: a code is good once, and so what has begun is brought to its end for the next one who brings it.
    ///
    /// # Errors
    /// [`SessionError`] that says why nobody was signed in; nothing has changed then.
    pub async fn arrive(&self, arriving: Arriving) -> Result<Arrival, SessionError> {
        let inner = Arc::clone(&self.0);
        let arrival = self.0.needs.tasks.spawn(async move { inner.arrive(arriving).await }.in_current_span());
        arrival.await.unwrap_or(Err(SessionError::BrokeOff))
    }
}

impl Inner {
    fn depart(
        &self,
        user_agent: &str,
        return_to: &str,
        again: bool,
        forgotten: Vec<String>,
    ) -> Result<Departure, SessionError> {
        let rng = self.needs.rng.as_ref();
        let attempt = Attempt::new(return_to, again, self.needs.clock.now_ms(), rng);
        let location = self.needs.wecom.sign_in_url(user_agent, &self.needs.redirect_uri, &attempt.state);
        let carried = attempt.close(&self.seal, rng).ok_or(SessionError::Unsealed)?;
        Ok(Departure { location, carried, max_age_s: ATTEMPT_MS / 1_000, forgotten })
    }

    async fn arrive(&self, arriving: Arriving) -> Result<Arrival, SessionError> {
        let Arriving { user_agent, code, state, carried, previous } = arriving;
        let now_ms = self.needs.clock.now_ms();
        let attempt = state.and_then(|state| Attempt::find(&self.seal, &carried, &state, now_ms));
        let attempt = attempt.ok_or(SessionError::ForeignState)?;
        let code = check_code(code.as_deref())?;
        match self.exchange(&attempt, code, previous.as_ref()).await {
            Ok(Begun { token, replaced }) => {
                if let Some(replaced) = replaced {
                    self.needs.rooms.sign_out(replaced).await;
                }
                Ok(Arrival::SignedIn { token, return_to: attempt.return_to })
            }
            Err(SessionError::Wecom(WecomError::BadCode)) if !attempt.again => {
                let spent = vec![attempt.mark()];
                self.depart(&user_agent, &attempt.return_to, true, spent).map(Arrival::Again)
            }
            Err(error) => Err(error),
        }
    }

    /// From a code to a session, once.
    async fn exchange(&self, attempt: &Attempt, code: &str, previous: Option<&Token>) -> Result<Begun, SessionError> {
        let (state, code_hash) = (digest(&attempt.state), digest(code));
        // Whoever brings the same state waits for the one who came first.
        let stripe = usize::from_str_radix(&state[..4], 16).unwrap_or(0) % LOCKS;
        let turn = self.locks[stripe].lock().await;
        if let Some(used) = self.needs.store.used_state(&state).await? {
            return self.repeat(attempt, &code_hash, &used).await;
        }
        let clock = &self.needs.clock;
        if self.refused.has(&state, clock.now_ms()) {
            return Err(WecomError::BadCode.into());
        }
        if !self.refused.may_ask(clock.monotonic_ms()) {
            return Err(WecomError::Busy.into());
        }
        match self.needs.wecom.who(code).await {
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
    ) -> Result<Begun, SessionError> {
        let (user, ticket) = self.user(who, &attempt.return_to).await?;
        let until_ms = self.needs.clock.now_ms().saturating_add(ATTEMPT_MS);
        let salt = hex::encode(random_32(self.needs.rng.as_ref()));
        let used = UsedState { state, code, salt, until_ms };
        let token = token(attempt, &used);
        match self.needs.sessions.begin_as(&user, token, previous, Some(&used)).await {
            Ok(begun) => {
                // Not before: the name is kept with the person, who is in the store only now.
                self.needs.names.arrived(&user, ticket, self.needs.clock.now_ms());
                Ok(begun)
            }
            Err(SessionError::Store(StoreError::Exists)) => Err(SessionError::ForeignState),
            Err(error) => Err(error),
        }
    }

    /// The session of a state that was used, for whoever brings the same code again, soon enough.
    async fn repeat(&self, attempt: &Attempt, code_hash: &str, used: &UsedState) -> Result<Begun, SessionError> {
        let began_ms = used.until_ms.saturating_sub(ATTEMPT_MS);
        let fresh = self.needs.clock.now_ms().saturating_sub(began_ms) < REPEAT_MS;
        if used.code != code_hash {
            return Err(SessionError::ForeignState);
        }
        let token = token(attempt, used);
        if fresh && self.needs.sessions.is_live(token.tag()).await? {
            return Ok(Begun { token, replaced: None });
        }
        // Too late, or signed out since: the code is used up, and so a new sign-in begins.
        Err(WecomError::BadCode.into())
    }

    /// What another process wrote that was a little faster with the same code. Asked for only where a code of a browser's
    /// first attempt was refused, and so hardly ever.
    async fn written_elsewhere(&self, state: &str, attempt: &Attempt) -> Result<Option<UsedState>, SessionError> {
        let looks = if attempt.again { 1 } else { LOOKS };
        for _ in 0..looks {
            if let Some(used) = self.needs.store.used_state(state).await? {
                return Ok(Some(used));
            }
            tokio::time::sleep(LOOK_PAUSE).await;
        }
        Ok(None)
    }

    /// The person, by the name that is known of them, and what opens their details.
    async fn user(&self, who: Who, return_to: &str) -> Result<(User, Option<Secret>), SessionError> {
        match who {
            Who::Member { id, ticket } => {
                let unreadable = |_| WecomError::Unreachable("the answer holds an id that is none");
                // WeCom takes upper and lower case for the same; here they would be two people with two votes.
                let id = UserId::parse(&id.to_ascii_lowercase()).map_err(unreadable)?;
                let known = self.needs.store.user(&id).await?;
                Ok((known.unwrap_or_else(|| User::new(id.clone(), id.to_string())), ticket))
            }
            Who::Outsider { id } => {
                self.check_guests_may_come(return_to).await?;
                Ok((guest(self.needs.wecom.corp_id(), &id)?, None))
            }
        }
    }

    /// Guests come in by the link of a conference that takes them, and by no other way.
    async fn check_guests_may_come(&self, return_to: &str) -> Result<(), SessionError> {
        let path = return_to.split(['?', '#']).next().unwrap_or_default();
        let number = path.strip_prefix("/c/").and_then(|number| Number::parse(number).ok());
        let number = number.ok_or(SessionError::Outsider)?;
        let conference = match self.needs.rooms.by_number(number).await {
            Ok(room) => room.conference().await,
            Err(error) => Err(error),
        };
        match conference {
            Ok(conference) if conference.guests && conference.state == ConferenceState::Open => Ok(()),
            Ok(_) | Err(RoomError::UnknownConference) => Err(SessionError::Outsider),
            Err(RoomError::Store(error)) => Err(error.into()),
            Err(_) => Err(WecomError::Busy.into()),
        }
    }
}

/// A code of a shape that WeCom's have.
fn check_code(code: Option<&str>) -> Result<&str, SessionError> {
    // A person who says no, or whom WeCom does not let through, comes back without one.
    let code = code.filter(|code| !code.is_empty()).ok_or(SessionError::Refused)?;
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
    if code.len() > CODE_BYTES_MAX || !plain {
        let reason = format!("has at most {CODE_BYTES_MAX} letters, digits, `-`, `_`, `.` and `~`");
        return Err(SessionError::Invalid { field: "code", reason });
    }
    Ok(code)
}

/// The guest of this id. It is the same in every conference and says nothing about the id at WeCom.
fn guest(corp_id: &str, id: &str) -> Result<User, SessionError> {
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
        assert!(matches!(check_code(None), Err(SessionError::Refused)));
        assert!(matches!(check_code(Some("")), Err(SessionError::Refused)));
        let long = "a".repeat(CODE_BYTES_MAX + 1);
        for code in ["a b", "a&access_token=x", "a\r\n", "代码", "a%00", long.as_str()] {
            assert!(matches!(check_code(Some(code)), Err(SessionError::Invalid { field: "code", .. })), "{code}");
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
