//! The catalog as everybody reads it while one task changes it.
//!
//! Whoever runs a plugin asks for its version after each change, so reading takes no lock and waits for nobody. A change is made
//! on a copy: there are few plugins, and few changes.
//!
//! # Invariants
//! * Who reads sees all of a change or nothing of it.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use tokio::sync::watch;

use super::catalog::Catalog;

/// The catalog of each moment, to read. Cheap to clone.
#[derive(Clone)]
pub(super) struct Published {
    catalog: Arc<ArcSwap<Catalog>>,
    changes: watch::Receiver<()>,
}

impl Published {
    /// The catalog of this moment. It is not to be held across a wait: it keeps versions in memory.
    pub(super) fn now(&self) -> Guard<Arc<Catalog>> {
        self.catalog.load()
    }

    /// Wakes whoever waits at each change from now on.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        let mut changes = self.changes.clone();
        changes.mark_unchanged();
        changes
    }
}

/// What replaces the catalog. There is one of it, and it cannot be cloned: the writer has it.
pub(super) struct Publisher {
    published: Published,
    changed: watch::Sender<()>,
}

impl Publisher {
    /// Begins with this catalog.
    pub(super) fn new(catalog: Catalog) -> Self {
        let (changed, changes) = watch::channel(());
        Self { published: Published { catalog: Arc::new(ArcSwap::from_pointee(catalog)), changes }, changed }
    }

    /// What others read.
    pub(super) fn published(&self) -> Published {
        self.published.clone()
    }

    /// The catalog as it is.
    pub(super) fn now(&self) -> Guard<Arc<Catalog>> {
        self.published.now()
    }

    /// Replaces the catalog by a changed one, all of the change at once.
    pub(super) fn publish<T>(&mut self, change: impl FnOnce(&mut Catalog) -> T) -> T {
        let mut next = Catalog::clone(&self.now());
        let changed = change(&mut next);
        self.published.catalog.store(Arc::new(next));
        self.changed.send_replace(());
        changed
    }
}
