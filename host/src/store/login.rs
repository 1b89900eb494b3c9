//! Sign-ins: the session that begins with one, and which `state` of WeCom's redirect was used for it.
//!
//! Nothing is written before somebody has proved who they are, so that whoever knocks cannot fill the store.
//!
//! # Invariants
//! * A `state` is used once: its record is created in the transaction that begins the session.
//! * The session of before ends in that transaction, too: where the new one does not begin, the old one goes on.

use serde::{Deserialize, Serialize};

use super::query::document;
use super::session::{Content, SessionRow};
use super::{Store, StoreError};
use crate::domain::member::User;

/// A `state` that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedState {
    /// SHA-256 of the state, in hex: the record's id.
    #[serde(skip)]
    pub state: String,
    /// SHA-256 of the code that came with it, in hex.
    pub code: String,
    /// Mixed into the session's token, which is kept nowhere.
    pub salt: String,
    /// From when on the record is of no use, in milliseconds since 1970.
    pub until_ms: u64,
}

/// What is written of a sign-in, together with the session that begins.
#[derive(Debug, Default, Clone, Copy)]
pub struct SignInRows<'a> {
    /// The person, where there is something new to keep of them.
    pub user: Option<&'a User>,
    /// The state that is used up by it.
    pub used: Option<&'a UsedState>,
}

impl Store {
    /// Begins a session, or changes nothing. The one that it `replaces`, by the hash of its token, ends with that, whether
    /// there is such a session or not.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails, [`StoreError::Exists`] when the state was used before or the session is there.
    pub async fn begin_session(
        &self,
        session: &SessionRow,
        replaces: Option<[u8; 32]>,
        SignInRows { user, used }: SignInRows<'_>,
    ) -> Result<(), StoreError> {
        let mut text = "BEGIN; ".to_owned();
        if used.is_some() {
            text.push_str("CREATE type::record('login', $state) CONTENT $used RETURN NONE; ");
        }
        if user.is_some() {
            text.push_str("UPSERT type::record('user', $user) SET doc = $doc RETURN NONE; ");
        }
        if replaces.is_some() {
            text.push_str("DELETE type::record('session', $before) RETURN NONE; ");
        }
        text.push_str("CREATE type::record('session', $hash) CONTENT $row RETURN NONE; COMMIT;");
        let mut query = self.write(text).bind("hash", hex::encode(session.hash));
        query = query.bind("row", document(&Content::of(session))?);
        if let Some(before) = replaces {
            query = query.bind("before", hex::encode(before));
        }
        if let Some(used) = used {
            query = query.bind("state", used.state.as_str()).bind("used", document(used)?);
        }
        if let Some(user) = user {
            query = query.bind("user", user.id.as_str()).bind("doc", document(user)?);
        }
        query.run().await.map(drop)
    }

    /// What is known of a state, by its hash in hex.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn used_state(&self, state: &str) -> Result<Option<UsedState>, StoreError> {
        let query = self.read("SELECT code, salt, until_ms FROM ONLY type::record('login', $state)");
        let used: Option<UsedState> = query.bind("state", state).run().await?.document(0, "a sign-in")?;
        Ok(used.map(|used| UsedState { state: state.to_owned(), ..used }))
    }

    /// Forgets states whose time has passed.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn delete_old_states(&self, now_ms: u64) -> Result<(), StoreError> {
        let query = self.write("DELETE login WHERE until_ms <= $now RETURN NONE");
        query.bind("now", now_ms).run().await.map(drop)
    }
}
