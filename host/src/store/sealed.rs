//! Values that outlive the process and that the store must not know: it keeps them encrypted by whoever hands them in.

use surrealdb::types::Bytes;

use super::{Store, StoreError};

impl Store {
    /// Keeps an encrypted value under a name, in place of the one before.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn put_sealed(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let query = self.write("UPSERT type::record('sealed', $name) SET v = $value RETURN NONE");
        query.bind("name", name).bind("value", Bytes::from(value.to_vec())).run().await.map(drop)
    }

    /// The encrypted value under a name.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn sealed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let query = self.read("SELECT VALUE v FROM ONLY type::record('sealed', $name)").bind("name", name);
        let value: Option<Bytes> = query.run().await?.take_one(0)?;
        Ok(value.map(|value| value.to_vec()))
    }
}
