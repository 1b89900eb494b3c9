//! How much of a room's and of the server's attention one member may take: so many commands a second, so many bytes a
//! second, asked for before anything of a command is read.
//!
//! It is shared between the room and those who bring commands, so that a flood is refused where it arrives and costs the
//! room's task nothing. What a command finally adds to the journal is charged afterwards: a budget may go into debt once, and
//! then nothing is taken until the debt is paid.
//!
//! # Invariants
//! * A command that is refused here has taken nothing from anybody.
//! * Members whose budgets are full again are forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::RoomError;
use crate::clock::SharedClock;
use crate::config::RoomLimits;
use crate::domain::command::Request;
use crate::domain::id::UserId;
use crate::pace::{Bucket, Rate};

/// Bytes a second, with a burst.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByteRate {
    per_s: u64,
    burst: u64,
}

/// A budget of bytes.
#[derive(Debug, Clone)]
pub(super) struct ByteBudget {
    rate: ByteRate,
    /// What is left, in thousandths of a byte; less than nothing in debt.
    left: i64,
    at_ms: u64,
}

impl ByteBudget {
    pub(super) fn full(per_s: u64, burst: u64, now_ms: u64) -> Self {
        Self { rate: ByteRate { per_s, burst }, left: thousandths(burst), at_ms: now_ms }
    }

    fn refill(&mut self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.at_ms);
        let refilled = i64::try_from(passed_ms.saturating_mul(self.rate.per_s)).unwrap_or(i64::MAX);
        self.left = self.left.saturating_add(refilled).min(thousandths(self.rate.burst));
        self.at_ms = now_ms;
    }

    /// How long until something may be taken again; none if it may be now.
    fn wait_ms(&mut self, now_ms: u64) -> Option<u64> {
        self.refill(now_ms);
        let missing = u64::try_from(1_i64.saturating_sub(self.left)).ok().filter(|missing| *missing > 0)?;
        Some(missing.div_ceil(self.rate.per_s.max(1)))
    }

    fn charge(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(thousandths(bytes as u64));
    }

    fn is_full(&mut self, now_ms: u64) -> bool {
        self.refill(now_ms);
        self.left >= thousandths(self.rate.burst)
    }
}

fn thousandths(bytes: u64) -> i64 {
    i64::try_from(bytes.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

/// What one member has left.
struct Allowance {
    commands: Bucket,
    bytes: ByteBudget,
}

/// The budgets of a room.
pub(super) struct Admission {
    limits: RoomLimits,
    clock: SharedClock,
    // Mutexes, because each is held for a few additions only.
    members: Mutex<HashMap<UserId, Allowance>>,
    chat: Mutex<Bucket>,
    room: Mutex<ByteBudget>,
    server: Arc<Mutex<ByteBudget>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Admission {
    pub(super) fn new(limits: &RoomLimits, clock: &SharedClock, server: &Arc<Mutex<ByteBudget>>) -> Self {
        let room = ByteBudget::full(limits.room_bytes_per_s, limits.room_bytes_burst, clock.monotonic_ms());
        Self {
            limits: limits.clone(),
            clock: Arc::clone(clock),
            members: Mutex::default(),
            chat: Mutex::default(),
            room: Mutex::new(room),
            server: Arc::clone(server),
        }
    }

    /// The budget that all rooms of a server share.
    pub(super) fn of_server(limits: &RoomLimits, clock: &SharedClock) -> Arc<Mutex<ByteBudget>> {
        let now_ms = clock.monotonic_ms();
        Arc::new(Mutex::new(ByteBudget::full(limits.server_bytes_per_s, limits.server_bytes_burst, now_ms)))
    }

    /// Lets a command in, or says when to come again.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit(&self, member: &UserId, request: &Request) -> Result<(), RoomError> {
        let now_ms = self.clock.monotonic_ms();
        let limited = |retry_after_ms| RoomError::RateLimited { retry_after_ms };
        let of_all = [&self.room, self.server.as_ref()].iter().find_map(|budget| locked(budget).wait_ms(now_ms));
        if let Some(retry_after_ms) = of_all {
            return Err(limited(retry_after_ms));
        }
        let mut members = locked(&self.members);
        let left = self.left_of(&mut members, member, now_ms);
        if let Some(retry_after_ms) = left.bytes.wait_ms(now_ms) {
            return Err(limited(retry_after_ms));
        }
        if !request.is_paced() {
            return Ok(());
        }
        let rate = Rate::per_second(self.limits.commands_per_s, self.limits.command_burst);
        left.commands.take(rate, now_ms).map_err(limited)
    }

    /// Lets a member look at something in another way, which is no command and costs a call: it is paced like one.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit_look(&self, member: &UserId) -> Result<(), RoomError> {
        let now_ms = self.clock.monotonic_ms();
        let mut members = locked(&self.members);
        let rate = Rate::per_second(self.limits.commands_per_s, self.limits.command_burst);
        let taken = self.left_of(&mut members, member, now_ms).commands.take(rate, now_ms);
        taken.map_err(|retry_after_ms| RoomError::RateLimited { retry_after_ms })
    }

    /// Lets a chat message in that was not sent before, or says when to come again: a room reads no faster than people do.
    ///
    /// # Errors
    /// [`RoomError::RateLimited`].
    pub(super) fn admit_chat(&self) -> Result<(), RoomError> {
        let rate = Rate::per_second(self.limits.chat_per_s, self.limits.chat_per_s);
        let taken = locked(&self.chat).take(rate, self.clock.monotonic_ms());
        taken.map_err(|retry_after_ms| RoomError::RateLimited { retry_after_ms })
    }

    /// A member has made the journal grow by this much.
    pub(super) fn charge(&self, member: &UserId, bytes: usize) {
        let now_ms = self.clock.monotonic_ms();
        for budget in [&self.room, self.server.as_ref()] {
            let mut budget = locked(budget);
            budget.refill(now_ms);
            budget.charge(bytes);
        }
        let mut members = locked(&self.members);
        let left = self.left_of(&mut members, member, now_ms);
        left.bytes.refill(now_ms);
        left.bytes.charge(bytes);
    }

    /// Forgets members whose budgets are full again.
    pub(super) fn forget_full(&self) {
        let now_ms = self.clock.monotonic_ms();
        locked(&self.members).retain(|_, left| !left.commands.is_full(now_ms) || !left.bytes.is_full(now_ms));
    }

    fn left_of<'m>(
        &self,
        members: &'m mut HashMap<UserId, Allowance>,
        member: &UserId,
        now_ms: u64,
    ) -> &'m mut Allowance {
        let limits = &self.limits;
        members.entry(member.clone()).or_insert_with(|| Allowance {
            commands: Bucket::default(),
            bytes: ByteBudget::full(limits.member_bytes_per_s, limits.member_bytes_burst, now_ms),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_goes_into_debt_once_and_is_paid_back() {
        let mut budget = ByteBudget::full(1_000, 5_000, 0);
        assert_eq!(budget.wait_ms(0), None);
        budget.charge(7_000);
        let wait_ms = budget.wait_ms(0).expect("in debt");
        assert!((2_000..=2_001).contains(&wait_ms), "two thousand bytes at a thousand a second: {wait_ms}");
        assert!(budget.wait_ms(1_000).is_some());
        assert_eq!(budget.wait_ms(wait_ms), None);
        assert!(!budget.is_full(wait_ms));
        assert!(budget.is_full(wait_ms + 5_000));
        budget.charge(1);
        assert!(!budget.is_full(wait_ms + 5_000));
    }
}
