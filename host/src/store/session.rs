//! Sessions, by the hash of their token. The token itself never gets here.

use serde::{Deserialize, Serialize};

use super::query::document;
use super::{Store, StoreError};
use crate::domain::id::UserId;

/// A session.
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
struct Content {
    user: UserId,
    created_at_ms: u64,
    used_at_ms: u64,
    expires_at_ms: u64,
}

impl Store {
    /// Keeps a new session.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails, [`StoreError::Exists`] when there is one with this hash.
    pub async fn put_session(&self, row: &SessionRow) -> Result<(), StoreError> {
        let content = Content {
            user: row.user.clone(),
            created_at_ms: row.created_at_ms,
            used_at_ms: row.used_at_ms,
            expires_at_ms: row.expires_at_ms,
        };
        let query = self.query("CREATE type::record('session', $hash) CONTENT $content RETURN NONE");
        query.bind("hash", hex::encode(row.hash)).bind("content", document(&content)?).run().await.map(drop)
    }

    /// The session with this hash.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn session(&self, hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        let query = self
            .query("SELECT user, created_at_ms, used_at_ms, expires_at_ms FROM ONLY type::record('session', $hash)");
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

    /// Notes that a session was used. A session that is gone stays gone.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn touch_session(&self, hash: [u8; 32], used_at_ms: u64) -> Result<(), StoreError> {
        let query = self.query("UPDATE type::record('session', $hash) SET used_at_ms = $used RETURN NONE");
        query.bind("hash", hex::encode(hash)).bind("used", used_at_ms).run().await.map(drop)
    }

    /// Forgets a session.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn delete_session(&self, hash: [u8; 32]) -> Result<(), StoreError> {
        let query = self.query("DELETE type::record('session', $hash) RETURN NONE");
        query.bind("hash", hex::encode(hash)).run().await.map(drop)
    }

    /// Forgets the sessions that have ended by themselves: whose end has passed, or which were last used before a time.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn delete_ended_sessions(&self, now_ms: u64, used_before_ms: u64) -> Result<(), StoreError> {
        let query = self.query("DELETE session WHERE expires_at_ms <= $now OR used_at_ms <= $used RETURN NONE");
        query.bind("now", now_ms).bind("used", used_before_ms).run().await.map(drop)
    }
}
