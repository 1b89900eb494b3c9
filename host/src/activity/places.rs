//! Where plugin code runs: on threads of its own, as many at a time as there are places, or in line in a simulation.
//!
//! # Invariants
//! * On a server guest code never runs on an async worker thread.
//! * Who has a place computes: nothing is read, compiled or waited for meanwhile.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Where plugin code runs. Cheap to clone; clones share the places.
#[derive(Clone)]
pub enum Places {
    /// On threads for plugin code, as many at a time as the semaphore has places; the rest wait without a thread.
    Threads {
        /// The places.
        places: Arc<Semaphore>,
        /// How many there are.
        count: usize,
    },
    /// In the task that asks, which holds up everything else: for simulations in which the order of things must be the
    /// same each time.
    InLine,
}

impl Places {
    /// So many threads, at least one.
    pub fn threads(count: usize) -> Self {
        let count = count.max(1);
        Self::Threads { places: Arc::new(Semaphore::new(count)), count }
    }

    /// How many calls may run at a time.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Threads { count, .. } => *count,
            Self::InLine => 1,
        }
    }

    /// Runs plugin code as soon as there is a place for it.
    ///
    /// Gives none when the thread panicked, which no plugin can bring about.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let Self::Threads { places, .. } = self else { return Some(work()) };
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        let ran = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        ran.await.inspect_err(|error| tracing::error!("a thread for plugins panicked: {error}")).ok()
    }
}
