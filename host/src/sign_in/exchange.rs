//! From a code that WeCom gave a browser to a session of the person whom WeCom names for it, once.
//!
//! # Invariants
//! * The token of a session is kept nowhere. It is made of what the browser brings and what the store has, so that the
//!   second delivery can be given it again and neither of the two alone is worth anything.
//! * Of two who bring the same state the second one waits for the first, and then gets the same session.

use std::time::Duration;

use ring::hmac;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::attempt::{ATTEMPT_MS, SignInAttempt};
use super::dependencies::Dependencies;
use super::error::SignInError;
use super::names::NameQueue;
use super::refused::Refused;
use crate::access;
use crate::clock::{SharedClock, SharedRng, random_32};
use crate::config::Secret;
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::id::{Number, UserId};
use crate::domain::join_key::JoinKey;
use crate::domain::member::User;
use crate::room::{RoomError, Rooms};
use crate::session::{Begun, Sessions, Token};
use crate::store::{SignInRows, Store, StoreError, UsedState};
use crate::wecom::{Wecom, WecomError, Who};

/// How long the same callback gives the same session.
const REPEAT_MS: u64 = 300_000;
/// Longest code, by WeCom's documentation.
const CODE_BYTES_MAX: usize = 512;
/// Locks that callbacks are spread over: one for each would have to be cleared up.
const LOCKS: usize = 1_024;
/// How often, and how far apart, the store is asked for what another process is about to write.
const LOOKS: u32 = 5;
const LOOK_PAUSE: Duration = Duration::from_millis(100);

/// What turns codes into sessions.
pub(super) struct Exchange {
    wecom: Wecom,
    store: Store,
    sessions: Sessions,
    rooms: Rooms,
    names: NameQueue,
    clock: SharedClock,
    rng: SharedRng,
    turns: Vec<Mutex<()>>,
    refused: Refused,
}

impl Exchange {
    /// Asks WeCom who it is, and has their names asked for.
    pub(super) fn new(wecom: Wecom, names: NameQueue, dependencies: &Dependencies) -> Self {
        let Dependencies { store, sessions, rooms, clock, rng, .. } = dependencies.clone();
        let turns = (0..LOCKS).map(|_| Mutex::new(())).collect();
        Self { wecom, store, sessions, rooms, names, clock, rng, turns, refused: Refused::default() }
    }

    /// From a code to a session, once.
    ///
    /// # Errors
    /// [`SignInError`] that says why nobody was signed in; [`WecomError::BadCode`] when the code is no good.
    pub(super) async fn redeem(
        &self,
        attempt: &SignInAttempt,
        code: Option<&str>,
        previous: Option<&Token>,
    ) -> Result<Begun, SignInError> {
        let code = check_code(code)?;
        let (state, code_hash) = (digest(&attempt.state), digest(code));
        // Whoever brings the same state waits for the one who came first.
        let stripe = usize::from_str_radix(&state[..4], 16).unwrap_or(0) % LOCKS;
        let turn = self.turns[stripe].lock().await;
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
        attempt: &SignInAttempt,
        (state, code): (String, String),
        who: Who,
        previous: Option<&Token>,
    ) -> Result<Begun, SignInError> {
        let (user, ticket) = self.user(who, &attempt.return_to).await?;
        let until_ms = self.clock.now_ms().saturating_add(ATTEMPT_MS);
        let salt = hex::encode(random_32(self.rng.as_ref()));
        let used = UsedState { state, code, salt, until_ms };
        let token = token(attempt, &used);
        // They are kept only where they are new: `user` may be older than what was learnt of them since.
        let is_new = self.store.user(&user.id).await?.is_none();
        let rows = SignInRows { user: is_new.then_some(&user), used: Some(&used) };
        match self.sessions.begin(token, &user.id, previous, rows).await {
            Ok(begun) => {
                // Not before: the name is kept with the person, who is in the store only now.
                self.names.arrived(&user, ticket);
                Ok(begun)
            }
            // Another process was faster with the same state.
            Err(StoreError::Exists) => Err(WecomError::BadCode.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The session of a state that was used, for whoever brings the same code again, soon enough.
    async fn repeat(&self, attempt: &SignInAttempt, code_hash: &str, used: &UsedState) -> Result<Begun, SignInError> {
        let began_ms = used.until_ms.saturating_sub(ATTEMPT_MS);
        let fresh = self.clock.now_ms().saturating_sub(began_ms) < REPEAT_MS;
        let token = token(attempt, used);
        if used.code == code_hash && fresh && self.sessions.is_live(token.tag()).await? {
            return Ok(Begun { token, replaced: None });
        }
        // Too late, signed out since, or another code: the state is used up, and so a new sign-in begins.
        Err(WecomError::BadCode.into())
    }

    /// What another process wrote that was a little faster with the same code. Asked for only where a code of a browser's
    /// first attempt was refused, and so hardly ever.
    async fn written_elsewhere(&self, state: &str, attempt: &SignInAttempt) -> Result<Option<UsedState>, SignInError> {
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
            Ok(conference) if takes_guest(&conference, return_to) => Ok(()),
            Ok(_) | Err(RoomError::UnknownConference) => Err(SignInError::Outsider),
            Err(RoomError::Store(error)) => Err(error.into()),
            Err(_) => Err(WecomError::Busy.into()),
        }
    }
}

/// Whether a guest comes in by this address: a private conference's link has to have its key.
fn takes_guest(conference: &Conference, return_to: &str) -> bool {
    let query = return_to.split_once('?').map(|(_, rest)| rest.split('#').next().unwrap_or_default());
    let shown = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "key");
    let key = shown.and_then(|(_, key)| JoinKey::parse(&key));
    let has_key = access::is_key(conference.settings.key.as_ref(), key.as_ref());
    conference.guests && conference.state == ConferenceState::Open && has_key
}

/// A code of a shape that WeCom's have.
fn check_code(code: Option<&str>) -> Result<&str, SignInError> {
    // A person who says no, or whom WeCom does not let through, comes back without one.
    let code = code.filter(|code| !code.is_empty()).ok_or(SignInError::Refused)?;
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
    if code.len() > CODE_BYTES_MAX || !plain {
        return Err(SignInError::BadCode { bytes_max: CODE_BYTES_MAX });
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
fn token(attempt: &SignInAttempt, used: &UsedState) -> Token {
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
            assert!(matches!(check_code(Some(code)), Err(SignInError::BadCode { .. })), "{code}");
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
        let attempt = SignInAttempt::new("/", false, 0, &SystemRng);
        let used = |salt: &str| UsedState { state: "s".into(), code: "c".into(), salt: salt.into(), until_ms: 9 };
        assert_eq!(token(&attempt, &used("x")), token(&attempt, &used("x")));
        assert_ne!(token(&attempt, &used("x")), token(&attempt, &used("y")));
        let other = SignInAttempt::new("/", false, 0, &SystemRng);
        assert_ne!(token(&attempt, &used("x")), token(&other, &used("x")));
    }
}
