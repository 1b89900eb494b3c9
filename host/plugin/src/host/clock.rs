//! `clock`: the time of the call.
//!
//! It is handed in with the call and does not move while the call runs, so that a recorded call can be run again.

use super::{Host, Need};
use crate::bindings::hezi::activity::clock;

impl clock::Host for Host {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.enter("clock.now", Need::Read, 0)?;
        Ok(self.ctx.now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Limits, Members, Space, bindings::hezi::activity::clock::Host as _};

    #[test]
    fn time_is_the_calls_and_describe_has_none() {
        let host = |mode| Host::in_call(mode, Limits::default(), Space::new(), Members::new());
        assert_eq!(host(Mode::View).now().unwrap(), 1_000);
        let mut describing = host(Mode::Describe);
        assert!(describing.now().is_err());
        assert_eq!(describing.take_fault().unwrap().code(), "not_in_describe");
    }
}
