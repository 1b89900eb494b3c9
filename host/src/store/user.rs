//! People: one record for each person who ever signed in.

use super::query::document;
use super::{Store, StoreError};
use crate::domain::id::UserId;
use crate::domain::member::User;

impl Store {
    /// Keeps a person, in place of what was kept of them before.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn put_user(&self, user: &User) -> Result<(), StoreError> {
        let query = self.write("UPSERT type::record('user', $id) SET doc = $doc RETURN NONE");
        query.bind("id", user.id.as_str()).bind("doc", document(user)?).run().await.map(drop)
    }

    /// A person.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let query = self.read("SELECT VALUE doc FROM ONLY type::record('user', $id)").bind("id", id.as_str());
        query.run().await?.document(0, "a user")
    }

    /// Those of these people who are known, in no order.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn users<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Result<Vec<User>, StoreError> {
        let ids: Vec<&str> = ids.into_iter().collect();
        let query = self.read("SELECT VALUE doc FROM $ids.map(|$id| type::record('user', $id))");
        query.bind("ids", ids).run().await?.documents(0, "a user")
    }
}
