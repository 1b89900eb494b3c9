//! Time in an engine room: it stands still until a test moves it, and timers fire on the way.
//!
//! Timers fire as on a server that is never late: each at its time, several of one time in the order of their names.
//! Those that were armed for a time that is over fire at once, in the same order. A timer that arms itself anew waits a
//! moment, as on the server.

use hezi_plugin::{Call, Failure, limits::TICK_PACE_MS};

use super::{EngineRoom, Phase, RoomError};

/// Most timers that fire in one wait: a test that waits a year for a clock that ticks is a mistake.
const TICKS_MAX: u32 = 100_000;

impl EngineRoom {
    /// Moves the clock on. Timers that become due fire on the way; those that are due already fire at once.
    ///
    /// # Errors
    /// [`RoomError::Timer`] when one fails or refuses; the clock stands there then, and the timer stays armed.
    /// [`RoomError::TooMuch`] when a hundred thousand have fired.
    pub fn advance_ms(&mut self, ms: u64) -> Result<(), RoomError> {
        let until_ms = self.now_ms.saturating_add(ms);
        let mut left = TICKS_MAX;
        while let Some((timer, due_ms)) = self.next_timer().filter(|(_, due_ms)| *due_ms <= until_ms) {
            if left == 0 {
                return Err(RoomError::TooMuch(format!("more than {TICKS_MAX} timers fired: wait for less")));
            }
            left -= 1;
            self.now_ms = self.now_ms.max(due_ms);
            self.fire(&timer).map_err(|failure| RoomError::Timer { timer, failure })?;
        }
        self.now_ms = until_ms;
        Ok(())
    }

    fn fire(&mut self, timer: &str) -> Result<(), Failure> {
        self.try_call(Call::Tick { timer })?;
        match self.space.timer(timer) {
            Some(_) => self.not_before_ms.insert(timer.to_owned(), self.now_ms.saturating_add(TICK_PACE_MS)),
            None => self.not_before_ms.remove(timer),
        };
        Ok(())
    }

    /// The timer that fires next and when, in milliseconds since 1970.
    fn next_timer(&self) -> Option<(String, u64)> {
        if self.phase != Phase::Open {
            return None;
        }
        let runs_ms = |name: &str, at_ms: u64| {
            let not_before_ms = self.not_before_ms.get(name).copied().unwrap_or(0);
            at_ms.max(not_before_ms).max(self.now_ms)
        };
        // Of those that can run at the same moment, the one that was armed for an earlier one goes first.
        let timers = self.space.timers().map(|(name, at_ms)| (runs_ms(name, at_ms), at_ms, name));
        timers.min().map(|(runs_ms, _, name)| (name.to_owned(), runs_ms))
    }
}
