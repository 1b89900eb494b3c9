//! Development sign-in: everybody is who they say they are.
//!
//! The settings refuse it unless the server listens on loopback only and is reached there; this module cannot be reached
//! otherwise, because a [`DevSignIn`] is made of settings that were checked.

use hezi_client::is_loopback_ip;

use super::SignInError;
use crate::clock::{Clock, Rng, new_id, random_32};
use crate::config::{AuthMode, Config, check_serving};
use crate::domain::id::UserId;
use crate::domain::member::{User, display_name};
use crate::domain::text::tidy;
use crate::session::{Begun, Sessions, Token};
use crate::store::{SignInRows, Store, StoreError};

/// The permission to believe every name.
#[derive(Debug, Clone, Copy)]
pub struct DevSignIn(());

impl DevSignIn {
    /// The permission, where the settings give it: in development mode, on loopback, without an address that others use.
    pub fn new(config: &Config) -> Option<Self> {
        let believes =
            config.auth_mode() == AuthMode::Dev && is_loopback_ip(config.listen.ip()) && check_serving(config).is_ok();
        believes.then_some(Self(()))
    }

    /// The person of this name. The same `id` is the same person again; without one it is somebody new.
    ///
    /// # Errors
    /// [`SignInError::BadName`], [`SignInError::BadId`] when the one or the other cannot be taken.
    pub fn person(self, id: Option<&str>, name: &str, clock: &dyn Clock, rng: &dyn Rng) -> Result<User, SignInError> {
        let name = display_name(name).ok_or(SignInError::BadName)?;
        let id = id.map_or_else(|| new_id(clock, rng), str::to_owned);
        let id = UserId::parse(&id).ok().filter(|id| tidy(id.as_str()) == id.as_str());
        Ok(User::new(id.ok_or(SignInError::BadId)?, name))
    }

    /// Begins a session of this person, and keeps what they say of themselves.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; nothing has changed then.
    pub async fn begin(
        self,
        user: &User,
        previous: Option<&Token>,
        (store, sessions, rng): (&Store, &Sessions, &dyn Rng),
    ) -> Result<Begun, StoreError> {
        let known = store.user(&user.id).await?;
        let rows = SignInRows { user: (known.as_ref() != Some(user)).then_some(user), used: None };
        sessions.begin(Token::new(random_32(rng)), &user.id, previous, rows).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{SystemClock, SystemRng};
    use crate::domain::tongue::Tongue;

    fn sign_in(id: Option<&str>, name: &str) -> Result<User, SignInError> {
        let dev = DevSignIn::new(&Config::default()).expect("the defaults listen on loopback");
        dev.person(id, name, &SystemClock::new(), &SystemRng)
    }

    #[test]
    fn an_id_makes_the_same_person_again() {
        let user = sign_in(Some("wang"), " 小王 ").expect("a person");
        assert_eq!((user.id.as_str(), user.name.as_str()), ("wang", "小王"));
        let (one, other) = (sign_in(None, "a").expect("a person"), sign_in(None, "a").expect("a person"));
        assert_ne!(one.id, other.id);
    }

    #[test]
    fn what_cannot_be_shown_is_refused_by_field() {
        for (id, name, field) in [
            (None, " ", "name"),
            (None, "\u{3164}", "name"),
            (Some("a\u{202e}"), "a", "id"),
            (Some(""), "a", "id"),
            (Some("a b"), "a", "id"),
        ] {
            let error = sign_in(id, name).expect_err(name);
            assert!(error.problem().detail(Tongue::English).starts_with(&format!("`{field}`")), "{error}");
        }
    }

    #[test]
    fn off_loopback_there_is_none() {
        let config = Config { listen: ([0, 0, 0, 0], 80).into(), ..Config::default() };
        assert!(DevSignIn::new(&config).is_none());
        let config = Config { public_url: Some("https://meet.example.com".into()), ..Config::default() };
        assert!(DevSignIn::new(&config).is_none());
    }
}
