//! What has to be done now and then: metrics are tidied up, sessions that ended by themselves are forgotten, and
//! so are the sockets of those that another process ended; conferences that nobody uses end, and who guesses is written
//! down.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::idle::IdleSearch;
use crate::http::{AppState, Unwritten};

/// Time between two rounds; samples of histograms wait for it in memory.
const ROUND: Duration = Duration::from_secs(5);
/// Rounds between two sweeps of the sessions: an hour.
const ROUNDS_PER_SWEEP: u32 = 720;
/// Rounds between two sweeps of what sign-ins leave behind: five minutes.
const ROUNDS_PER_STATE_SWEEP: u32 = 60;

/// Rounds between two looks at the sessions that sockets hang on: half a minute.
const ROUNDS_PER_LOOK: u32 = 6;

/// Closes the sockets of sessions that have ended without this process being told.
async fn look_after_sockets(state: &AppState) {
    match state.sessions.ended(&state.rooms.sessions().await).await {
        Ok(ended) => {
            for session in ended {
                state.rooms.sign_out(session).await;
            }
        }
        Err(error) => tracing::warn!(%error, "it is not known which sessions have ended; the next look will tell"),
    }
}

/// Starts the chores. They end when `stop` is cancelled.
pub(super) fn start(state: &AppState, idle_end_s: u64, tasks: &TaskTracker, stop: &CancellationToken) {
    let (state, stop) = (state.clone(), stop.clone());
    let mut idle = IdleSearch::new(idle_end_s);
    tasks.spawn(async move {
        let mut rounds = interval_at(Instant::now() + ROUND, ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut count = 0_u32;
        loop {
            tokio::select! {
                _ = rounds.tick() => {}
                () = stop.cancelled() => return state.write_guesses(Unwritten::All).await,
            }
            state.metrics.run_upkeep();
            state.write_guesses(Unwritten::Due).await;
            idle.round(&state).await;
            count = (count + 1) % ROUNDS_PER_SWEEP;
            if count.is_multiple_of(ROUNDS_PER_LOOK) {
                look_after_sockets(&state).await;
            }
            if let Some(sign_in) = &state.wecom
                && count.is_multiple_of(ROUNDS_PER_STATE_SWEEP)
                && let Err(error) = sign_in.sweep().await
            {
                tracing::warn!(%error, "old sign-ins could not be removed; the next sweep will");
            }
            if count == 0
                && let Err(error) = state.sessions.sweep().await
            {
                tracing::warn!(%error, "old sessions could not be removed; the next sweep will");
            }
        }
    });
}
