//! A component on its way through the server: its bytes, which are shared and never copied, and the hash that names it.
//!
//! Whether they are a plugin at all is found out by the `compiler`.

use bytes::Bytes;
use hezi_plugin::component_hash;

/// A plugin as bytes. Clones share them.
#[derive(Clone)]
pub(super) struct Component {
    bytes: Bytes,
    hash: String,
}

impl Component {
    /// Bytes that came from somewhere.
    pub(super) fn new(bytes: Bytes) -> Self {
        let hash = component_hash(&bytes);
        Self { bytes, hash }
    }

    /// Bytes that the store has under this hash.
    pub(super) fn stored(hash: &str, bytes: Bytes) -> Self {
        Self { bytes, hash: hash.to_owned() }
    }

    /// What was uploaded, to the byte; shared, so a clone costs nothing.
    pub(super) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The SHA-256 of the bytes, in hexadecimal digits.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }
}
