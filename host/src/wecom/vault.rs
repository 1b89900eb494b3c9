//! Where tokens outlive the process, so that a restart, or a second server, need not ask for new ones.

use std::pin::Pin;

use crate::store::{Store, StoreError};

/// A future of a vault.
pub(super) type Kept<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Keeps encrypted values by name. A trait, so that a test can have one that fails.
pub(super) trait Vault: Send + Sync + 'static {
    /// The value under this name.
    fn read<'a>(&'a self, name: &'a str) -> Kept<'a, Option<Vec<u8>>>;

    /// Keeps a value under this name.
    fn write<'a>(&'a self, name: &'a str, value: &'a [u8]) -> Kept<'a, ()>;
}

impl Vault for Store {
    fn read<'a>(&'a self, name: &'a str) -> Kept<'a, Option<Vec<u8>>> {
        Box::pin(self.sealed(name))
    }

    fn write<'a>(&'a self, name: &'a str, value: &'a [u8]) -> Kept<'a, ()> {
        Box::pin(self.put_sealed(name, value))
    }
}
