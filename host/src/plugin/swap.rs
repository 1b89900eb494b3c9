//! What becomes of the open activities of a plugin when another version takes over: whoever activated it waits a while and is
//! told.
//!
//! Activities move by themselves; here is only looked at where they stand.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::failed_moves::FailedMove;
use super::{Loaded, PluginError, Plugins};

/// Longest wait for the activities to move.
const WAIT_MAX: Duration = Duration::from_secs(3);
/// Time between the first two looks. It doubles: each look goes through all activities of the store.
const LOOK_PAUSE: Duration = Duration::from_millis(50);

/// Where the open activities of a plugin stand, a while after a version of it was activated.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PluginSwap)]
pub struct Swap {
    /// Those that run on the version.
    pub moved: usize,
    /// Those that stay on another version, because `migrate` failed; at most a hundred of them.
    pub failed: Vec<FailedMove>,
    /// Those that have not moved yet: they do when they are used next.
    pub waiting: usize,
}

impl Plugins {
    /// Waits a while until the open activities of a plugin have moved to the active version, and says what became of them.
    /// None when no version is active, or the store does not say.
    pub async fn swapped(&self, name: &str) -> Option<Swap> {
        let active = self.active(name)?;
        let (until, mut pause) = (Instant::now() + WAIT_MAX, LOOK_PAUSE);
        loop {
            match self.look(&active).await {
                Ok(swap) if swap.waiting == 0 || Instant::now() >= until => return Some(swap),
                Ok(_) => {
                    tokio::time::sleep_until(until.min(Instant::now() + pause)).await;
                    pause *= 2;
                }
                Err(error) => {
                    tracing::warn!(%error, plugin.name = %name, "it is not known which activities have moved");
                    return None;
                }
            }
        }
    }

    async fn look(&self, active: &Loaded) -> Result<Swap, PluginError> {
        let reference = active.reference();
        let hashes = self.store().components_of_open_activities(&reference.name).await?;
        let failed = active.failed_moves();
        let moved = hashes.iter().filter(|hash| ***hash == *reference.hash).count();
        let waiting = (hashes.len() - moved).saturating_sub(failed.len());
        Ok(Swap { moved, failed, waiting })
    }
}
