//! Which process this one is to a database that several can reach, and what it does beside to stay the one that has it.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Rng, random_32};

/// A process that has the store, or wants it.
pub(super) struct Holder {
    name: String,
    ends: CancellationToken,
    renewals: TaskTracker,
}

impl Holder {
    /// One with a name that nobody else has.
    pub(super) fn new(rng: &dyn Rng) -> Self {
        let name = hex::encode(random_32(rng));
        Self { name, ends: CancellationToken::new(), renewals: TaskTracker::new() }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Does this beside everything else, until [`Holder::rest`] cancels the token.
    pub(super) fn spawn<F: Future<Output = ()> + Send + 'static>(&self, task: impl FnOnce(CancellationToken) -> F) {
        self.renewals.spawn(task(self.ends.clone()));
    }

    /// Waits until nothing is done any more.
    pub(super) async fn rest(&self) {
        self.ends.cancel();
        self.renewals.close();
        self.renewals.wait().await;
    }
}
