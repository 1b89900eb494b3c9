//! How much of a room's and of the server's attention one member may take: so many commands a second, so many bytes a
//! second, asked for before anything of a command is read.
//!
//! It is shared between the room and those who bring commands, so that a flood is refused where it arrives and costs the
//! room's task nothing. What a command finally adds to the journal is charged afterwards: a budget may go into debt once, and
//! then nothing is taken until the debt is paid.
//!
//! # Invariants
//! * A command that is refused here has taken nothing from anybody.
//! * The clock is read while the budgets are held. A time from before that may be older than the one at which somebody else
//!   charged them, and then a debt would be seen that has long been paid.
//! * Members whose budgets are full again are forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::RoomError;
use crate::clock::SharedClock;
use crate::config::RoomLimits;
use crate::domain::command::Request;
use crate::domain::id::UserId;
use crate::pace::{Bucket, Rate};

/// What one member has left.
#[derive(Default)]
struct Allowance {
    commands: Bucket,
    bytes: Bucket,
}

/// How fast each budget fills.
struct Rates {
    commands: Rate,
    chat: Rate,
    member_bytes: Rate,
    room_bytes: Rate,
    server_bytes: Rate,
}

/// What is left in a room.
#[derive(Default)]
struct Budgets {
    members: HashMap<UserId, Allowance>,
    chat: Bucket,
    /// Bytes that the journal of this room may grow by.
    bytes: Bucket,
}

impl Budgets {
    fn of(&mut self, member: &UserId) -> &mut Allowance {
        self.members.entry(member.clone()).or_default()
    }
}

/// The budgets of a room, and the one that all rooms of a server share.
pub(super) struct Admission {
    rates: Rates,
    clock: SharedClock,
    // Mutexes, because each is held for a few additions only; where both are, the room's is taken first.
    room: Mutex<Budgets>,
    /// Bytes that all rooms of a server may grow by.
    server: Arc<Mutex<Bucket>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rates {
    fn of(limits: &RoomLimits) -> Self {
        Self {
            commands: Rate::per_second(limits.commands_per_s, limits.command_burst),
            chat: Rate::per_second(limits.chat_per_s, limits.chat_per_s),
            member_bytes: Rate::bytes_per_second(limits.member_bytes_per_s, limits.member_bytes_burst),
            room_bytes: Rate::bytes_per_second(limits.room_bytes_per_s, limits.room_bytes_burst),
            server_bytes: Rate::bytes_per_second(limits.server_bytes_per_s, limits.server_bytes_burst),
        }
    }
}

impl Admission {
    pub(super) fn new(limits: &RoomLimits, clock: &SharedClock, server: &Arc<Mutex<Bucket>>) -> Self {
        Self { rates: Rates::of(limits), clock: Arc::clone(clock), room: Mutex::default(), server: Arc::clone(server) }
    }

    /// Lets a command in, or says when to come again.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit(&self, member: &UserId, request: &Request) -> Result<(), RoomError> {
        let (mut room, server) = (locked(&self.room), locked(&self.server));
        let now_ms = self.clock.monotonic_ms();
        let of_all_ms = server.wait_ms(self.rates.server_bytes, 1, now_ms);
        let of_room_ms = room.bytes.wait_ms(self.rates.room_bytes, 1, now_ms);
        drop(server);
        let left = room.of(member);
        let own_ms = left.bytes.wait_ms(self.rates.member_bytes, 1, now_ms);
        match of_all_ms.max(of_room_ms).max(own_ms) {
            0 if request.is_paced() => left.commands.take(self.rates.commands, now_ms).map_err(limited),
            0 => Ok(()),
            wait_ms => Err(limited(wait_ms)),
        }
    }

    /// Lets a member look at something in another way, which is no command and costs a call: it is paced like one.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit_look(&self, member: &UserId) -> Result<(), RoomError> {
        let mut room = locked(&self.room);
        room.of(member).commands.take(self.rates.commands, self.clock.monotonic_ms()).map_err(limited)
    }

    /// Lets a chat message in that was not sent before, or says when to come again: a room reads no faster than people do.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit_chat(&self) -> Result<(), RoomError> {
        locked(&self.room).chat.take(self.rates.chat, self.clock.monotonic_ms()).map_err(limited)
    }

    /// A member has made the journal grow by this much.
    pub(super) fn charge(&self, member: &UserId, bytes: usize) {
        let (mut room, mut server, bytes) = (locked(&self.room), locked(&self.server), bytes as u64);
        let now_ms = self.clock.monotonic_ms();
        server.owe(self.rates.server_bytes, bytes, now_ms);
        drop(server);
        room.bytes.owe(self.rates.room_bytes, bytes, now_ms);
        room.of(member).bytes.owe(self.rates.member_bytes, bytes, now_ms);
    }

    /// Forgets members whose budgets are full again.
    pub(super) fn forget_full(&self) {
        let mut room = locked(&self.room);
        let now_ms = self.clock.monotonic_ms();
        room.members.retain(|_, left| !left.commands.is_full(now_ms) || !left.bytes.is_full(now_ms));
    }
}

fn limited(retry_after_ms: u64) -> RoomError {
    RoomError::RateLimited { retry_after_ms }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::clock::Clock;

    const ROUNDS: usize = 20_000;
    const STEP_MS: u64 = 2;

    /// Whoever looks finds it two milliseconds later than whoever looked before.
    #[derive(Default)]
    struct Steps(AtomicU64);

    impl Clock for Steps {
        fn now_ms(&self) -> u64 {
            self.monotonic_ms()
        }

        fn monotonic_ms(&self) -> u64 {
            self.0.fetch_add(STEP_MS, Ordering::Relaxed)
        }
    }

    #[test]
    fn nobody_is_refused_for_a_debt_that_was_paid_while_they_asked() {
        let (burst, per_s) = (1 << 20, 1 << 30);
        let limits = RoomLimits {
            commands_per_s: 1_000_000,
            member_bytes_per_s: per_s,
            member_bytes_burst: burst,
            room_bytes_per_s: per_s,
            room_bytes_burst: burst,
            server_bytes_per_s: per_s,
            server_bytes_burst: burst,
            ..RoomLimits::default()
        };
        let clock: SharedClock = Arc::new(Steps::default());
        let admission = Admission::new(&limits, &clock, &Arc::default());
        let member = UserId::parse("li").expect("an id");
        let request = Request::Notice { text: None };

        std::thread::scope(|scope| {
            scope.spawn(|| (0..ROUNDS).for_each(|_| admission.charge(&member, 1)));
            for _ in 0..ROUNDS {
                admission.admit(&member, &request).expect("what was charged is made up for within a step");
            }
        });
    }
}
