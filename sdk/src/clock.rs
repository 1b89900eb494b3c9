//! The time of the call.

use crate::{ReadCtx, host};

impl ReadCtx {
    /// Milliseconds since 1970, the same during the whole call.
    pub fn now_ms(&self) -> u64 {
        host::clock::now()
    }
}
