//! Sessions, by the hash of their token. The token itself never gets here. How one begins is `login`'s.

use serde::{Deserialize, Serialize};

use super::{Store, StoreError};
use crate::domain::id::UserId;

/// Who is signed in by one token, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// Who is signed in.
    pub user: UserId,
    /// When it began, in milliseconds since 1970.
    pub created_at_ms: u64,
    /// When it was last used, in milliseconds since 1970; kept up to date roughly.
    pub used_at_ms: u64,
    /// When it ends whether it is used or not, in milliseconds since 1970.
    pub expires_at_ms: u64,
}

/// What a record holds beside its id.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    user: UserId,
    created_at_ms: u64,
    used_at_ms: u64,
    expires_at_ms: u64,
}

/// A session that was looked for.
#[derive(Deserialize)]
struct Found {
    hash: String,
    used_at_ms: u64,
}

impl Content {
    pub(super) fn of(row: &SessionRow) -> Self {
        Self {
            user: row.user.clone(),
            created_at_ms: row.created_at_ms,
            used_at_ms: row.used_at_ms,
            expires_at_ms: row.expires_at_ms,
        }
    }
}

impl Store {
    /// The session with this hash.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn session(&self, hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        let query =
            self.read("SELECT user, created_at_ms, used_at_ms, expires_at_ms FROM ONLY type::record('session', $hash)");
        let mut answer = query.bind("hash", hex::encode(hash)).run().await?;
        let content: Option<Content> = answer.document(0, "a session")?;
        Ok(content.map(|content| SessionRow {
            hash,
            user: content.user,
            created_at_ms: content.created_at_ms,
            used_at_ms: content.used_at_ms,
            expires_at_ms: content.expires_at_ms,
        }))
    }

    /// Of these sessions those that are there, each with when it was last used.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn sessions_there(&self, hashes: &[[u8; 32]]) -> Result<Vec<([u8; 32], u64)>, StoreError> {
        let hashes: Vec<String> = hashes.iter().map(hex::encode).collect();
        let query = self.read(
            "SELECT record::id(id) AS hash, used_at_ms FROM $hashes.map(|$hash| type::record('session', $hash)) \
             WHERE id != NONE",
        );
        let found: Vec<Found> = query.bind("hashes", hashes).run().await?.documents(0, "a session")?;
        let read = |found: Found| {
            let mut hash = [0; 32];
            hex::decode_to_slice(&found.hash, &mut hash).map_err(|error| StoreError::corrupt("a session", error))?;
            Ok((hash, found.used_at_ms))
        };
        found.into_iter().map(read).collect()
    }

    /// Notes that a session was used. A session that is gone stays gone.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn touch_session(&self, hash: [u8; 32], used_at_ms: u64) -> Result<(), StoreError> {
        let query = self.write("UPDATE type::record('session', $hash) SET used_at_ms = $used RETURN NONE");
        query.bind("hash", hex::encode(hash)).bind("used", used_at_ms).run().await.map(drop)
    }

    /// Forgets a session.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn delete_session(&self, hash: [u8; 32]) -> Result<(), StoreError> {
        let query = self.write("DELETE type::record('session', $hash) RETURN NONE");
        query.bind("hash", hex::encode(hash)).run().await.map(drop)
    }

    /// Forgets the sessions that have ended by themselves: whose end has passed, or which were last used before a time.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn delete_ended_sessions(&self, now_ms: u64, used_before_ms: u64) -> Result<(), StoreError> {
        let query = self.write("DELETE session WHERE expires_at_ms <= $now OR used_at_ms <= $used RETURN NONE");
        query.bind("now", now_ms).bind("used", used_before_ms).run().await.map(drop)
    }
}
