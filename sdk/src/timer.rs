//! Timers, which call `tick` when they are due.

use crate::{Ctx, host};

impl<E> Ctx<E> {
    /// Arms the timer `name` (1 to 64 bytes) for `at_ms` milliseconds since 1970; a time that has passed fires at once.
    ///
    /// An armed timer of the same name is replaced. At most 64 can be armed at a time. They are durable: one that was due
    /// while the server was down fires after its start.
    pub fn set_timer(&mut self, name: &str, at_ms: u64) {
        host::timer::set(name, at_ms);
    }

    /// Disarms a timer; nothing happens when there is none of this name.
    pub fn cancel_timer(&mut self, name: &str) {
        host::timer::cancel(name);
    }
}
