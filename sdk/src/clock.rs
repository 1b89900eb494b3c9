//! The time of the call.

use crate::{ReadCtx, host};

impl ReadCtx {
    /// Milliseconds since 1970, the same during the whole call.
    pub fn now_ms(&self) -> u64 {
        host::clock::now()
    }
}

#[cfg(test)]
mod tests {
    use crate::ReadCtx;

    #[test]
    #[should_panic(expected = "outside of a call")]
    fn an_import_outside_of_a_call_says_what_to_do() {
        ReadCtx::new().now_ms();
    }
}
