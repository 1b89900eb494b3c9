//! `timer`: durable timers that call `tick`.
//!
//! Only their changes are noted here. Whoever called makes them durable and fires them.

use super::{Host, Need};
use crate::{Fault, bindings::hezi::activity::timer, limits::TIMER_NAME_BYTES_MAX};

/// The latest time of a timer: stores keep times as signed numbers.
const AT_MS_MAX: u64 = i64::MAX.unsigned_abs();

impl timer::Host for Host {
    fn set(&mut self, name: String, at_ms: u64) -> wasmtime::Result<()> {
        self.enter("timer.set", Need::Write, name.len())?;
        self.check_timer(&name).map_err(|fault| self.fail(fault))?;
        // "Never" is as good as the last moment that a store can keep.
        self.overlay.arm(&self.space, name, at_ms.min(AT_MS_MAX));
        Ok(())
    }

    fn cancel(&mut self, name: String) -> wasmtime::Result<()> {
        self.enter("timer.cancel", Need::Write, name.len())?;
        self.overlay.disarm(&self.space, &name);
        Ok(())
    }
}

impl Host {
    fn check_timer(&self, name: &str) -> Result<(), Fault> {
        if name.is_empty() || name.len() > TIMER_NAME_BYTES_MAX || name.contains(char::is_control) {
            return Err(Fault::TimerInvalid { limit_bytes: TIMER_NAME_BYTES_MAX });
        }
        let armed = self.overlay.timer_count() + usize::from(!self.overlay.is_armed(&self.space, name));
        if armed > self.limits.timers {
            return Err(Fault::TooManyTimers { limit: self.limits.timers });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Limits, Members, Space, bindings::hezi::activity::timer::Host as _};

    fn host(mode: Mode, armed: usize) -> Host {
        let mut space = Space::new();
        (0..armed).for_each(|n| space.arm(format!("t{n}"), 1));
        Host::in_call(mode, Limits::default(), space, Members::new())
    }

    #[test]
    fn the_number_of_armed_timers_is_bounded() {
        let mut host = host(Mode::Write, 64);
        host.set("t3".into(), 2).unwrap();
        assert!(host.set("new".into(), 2).is_err());
        assert_eq!(host.take_fault().unwrap().code(), "too_many_timers");
        host.cancel("t3".into()).unwrap();
        host.cancel("nobody".into()).unwrap();
        host.set("new".into(), u64::MAX).unwrap();
    }

    #[test]
    fn names_are_bounded() {
        for name in ["", "a\tb", &"n".repeat(65)] {
            let mut host = host(Mode::Write, 0);
            assert!(host.set(name.into(), 1).is_err());
            assert_eq!(host.take_fault().unwrap().code(), "timer_invalid");
        }
        assert!(host(Mode::Write, 0).set("n".repeat(64), 1).is_ok());
    }

    #[test]
    fn a_view_sets_no_timer() {
        let mut host = host(Mode::View, 1);
        assert!(host.set("t".into(), 1).is_err() && host.cancel("t0".into()).is_err());
        assert_eq!(host.take_fault(), Some(Fault::ReadOnly { function: "timer.set" }));
    }
}
