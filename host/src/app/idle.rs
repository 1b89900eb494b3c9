//! Looks for conferences that nobody uses any more, a few at a time, and has them ended.
//!
//! Numbers are few, and a conference that everybody has forgotten would keep its own for ever. A round looks at some of the
//! numbers that are in use, where the last one stopped; of each conference only the end of its journal is read, and not
//! again before it can have been idle for long enough.
//!
//! # Invariants
//! * A round costs the same however many conferences there are.
//! * The room decides: whoever comes back while their conference is being looked at keeps it.

use std::collections::HashMap;

use crate::domain::id::ConferenceId;
use crate::http::AppState;
use crate::room::RoomError;
use crate::store::{Lent, StoreError};

/// Numbers that one round looks at. All of them take two hours at a round every five seconds.
const NUMBERS_PER_ROUND: usize = 64;

/// The search, between two rounds.
pub(super) struct IdleSearch {
    idle_ms: u64,
    from: u32,
    /// When a conference is worth a look again, in milliseconds since 1970. One entry for each number at most.
    look_at_ms: HashMap<u32, (ConferenceId, u64)>,
}

impl IdleSearch {
    /// Conferences end after so long.
    pub(super) fn new(idle_end_s: u64) -> Self {
        Self { idle_ms: idle_end_s.saturating_mul(1_000), from: 0, look_at_ms: HashMap::new() }
    }

    /// Looks at the next few numbers.
    pub(super) async fn round(&mut self, state: &AppState) {
        match state.store.lent_numbers(self.from, NUMBERS_PER_ROUND).await {
            Ok(lent) => {
                let is_last = lent.len() < NUMBERS_PER_ROUND;
                let after = lent.last().map_or(0, |last| last.number.saturating_add(1));
                self.from = if is_last { 0 } else { after };
                for lent in lent {
                    self.look(state, lent).await;
                }
            }
            Err(error) => tracing::warn!(%error, "idle conferences could not be looked for; the next round will"),
        }
    }

    async fn look(&mut self, state: &AppState, Lent { number, conference }: Lent) {
        let now_ms = state.clock.now_ms();
        let known = self.look_at_ms.get(&number).filter(|(known, _)| *known == conference);
        if known.is_some_and(|(_, look_at_ms)| now_ms < *look_at_ms) {
            return;
        }
        let again_ms = match self.end_if_idle(state, &conference, now_ms).await {
            Ok(again_ms) => again_ms,
            Err(error) => {
                tracing::warn!(conference.id = %conference, %error, "whether the conference is idle is not known");
                now_ms.saturating_add(self.idle_ms)
            }
        };
        self.look_at_ms.insert(number, (conference, again_ms));
    }

    /// Ends a conference that was idle for long enough. Gives when to look again.
    async fn end_if_idle(&self, state: &AppState, conference: &ConferenceId, now_ms: u64) -> Result<u64, StoreError> {
        let Some(last) = state.store.last_use(conference).await? else {
            return Ok(now_ms.saturating_add(self.idle_ms));
        };
        let idle_at_ms = last.at_ms.saturating_add(self.idle_ms);
        if now_ms < idle_at_ms {
            return Ok(idle_at_ms);
        }
        match state.rooms.end_unused(conference, last.seq).await {
            Ok(()) => tracing::info!(conference.id = %conference, "ended: nobody used it for `conference.idle_end_s`"),
            Err(RoomError::InUse | RoomError::Ended) => {}
            Err(error) => tracing::warn!(conference.id = %conference, %error, "an idle conference does not end"),
        }
        Ok(now_ms.saturating_add(self.idle_ms))
    }
}
