//! Who serves what a SurrealDB server keeps: one process at a time, by a record that it renews. The embedded engine has the lock of
//! its folder for that.
//!
//! A process that ends gives its lease back. One that dies cannot, so the next one waits until it has run out: by the clock of the
//! database, since those of two machines differ. Nothing that is durable rests on this: journals and checkpoints find a second
//! writer out by ids and claims. It keeps two servers from holding two meetings in one room.
//!
//! # Invariants
//! * Of two processes that want it at the same moment one gets it.
//! * Whoever learns that another one has it believes the store no more.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::connection::{Store, WeakStore};
use super::error::StoreError;
use super::holder::Holder;

/// How long a lease is good for without being renewed, in the database's seconds.
const LEASE_S: u64 = 15;
/// Time between two renewals: two may fail.
const RENEWAL: Duration = Duration::from_secs(4);
/// Time between two looks whether another one's lease has run out.
const LOOK: Duration = Duration::from_secs(1);
/// Looks before it is taken for that of a server which is alive: one more second than a lease lasts.
const LOOKS_MAX: u64 = LEASE_S + 1;
/// What a second server is told.
const IN_USE: &str = "another server, or `hezi verify`, has it open: end that one, or give this one a database of its own \
                      (`surrealdb.database`)";
/// What the log says of a server that has slept through its lease.
const TAKEN: &str = "another server has taken the store over, since this one did not renew its lease in time";

/// How long somebody waits in between.
#[derive(Clone, Copy)]
struct Waits {
    renewal: Duration,
    look: Duration,
}

impl Store {
    /// Takes what the database keeps for this process, as soon as a server that has died does not have it any more, and renews
    /// that until [`Store::give_back`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when another server has it, [`StoreError`] when the store fails.
    pub(super) async fn take(&self, holder: &Holder) -> Result<(), StoreError> {
        self.take_at(holder, Waits { renewal: RENEWAL, look: LOOK }).await
    }

    async fn take_at(&self, holder: &Holder, waits: Waits) -> Result<(), StoreError> {
        let mut looks = 1;
        while !self.try_take(holder).await? {
            if looks == 1 {
                tracing::info!("another server has the store; if it has died, its lease ends within {LEASE_S} seconds");
            }
            if looks >= LOOKS_MAX {
                return Err(StoreError::Unavailable(IN_USE.to_owned()));
            }
            looks += 1;
            tokio::time::sleep(waits.look).await;
        }
        let (name, store) = (holder.name().to_owned(), self.downgrade());
        holder.spawn(|ends| renew(name, waits.renewal, store, ends));
        Ok(())
    }

    /// Takes it unless another one's lease is still good; says whether it did.
    async fn try_take(&self, holder: &Holder) -> Result<bool, StoreError> {
        let text = format!(
            "DEFINE TABLE IF NOT EXISTS meta SCHEMALESS; BEGIN; LET $held = (SELECT * FROM ONLY meta:lease); \
             IF $held.holder != NONE AND $held.holder != $me AND $held.until > time::now() \
             {{ THROW 'another lease already exists' }}; \
             UPSERT meta:lease SET holder = $me, until = time::now() + {LEASE_S}s RETURN NONE; COMMIT;"
        );
        match self.write(text).bind("me", holder.name()).run().await {
            Ok(_) => Ok(true),
            Err(StoreError::Exists) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives it back, so that the next server need not wait.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails: the lease runs out by itself then.
    pub(super) async fn give_back(&self, holder: &Holder) -> Result<(), StoreError> {
        holder.rest().await;
        let text = "DELETE meta:lease WHERE holder = $me RETURN NONE";
        self.write(text).bind("me", holder.name()).run().await.map(drop)
    }

    /// Renews a lease, also one that has run out if nobody has taken it; says whether it is still there.
    async fn renew(&self, holder: &str) -> Result<bool, StoreError> {
        let text =
            format!("UPDATE meta:lease SET until = time::now() + {LEASE_S}s WHERE holder = $me RETURN VALUE holder");
        let mut answer = self.write(text).bind("me", holder).run().await?;
        Ok(answer.take_one::<String>(0)?.is_some())
    }
}

/// Renews a lease until it ends, or nobody has the store open any more.
async fn renew(holder: String, every: Duration, store: WeakStore, ends: CancellationToken) {
    while ends.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
        let Some(store) = store.upgrade() else { return };
        match store.renew(&holder).await {
            Ok(true) => {}
            Ok(false) => return store.condemn(TAKEN),
            // It is still this one's as long as nobody takes it, and the next renewal tells.
            Err(error) => tracing::warn!(%error, "the lease of the store could not be renewed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;
    use crate::store::tests::store;

    /// Nobody waits for long.
    const SOON: Waits = Waits { renewal: Duration::from_millis(1), look: Duration::from_millis(1) };

    fn holder() -> Holder {
        Holder::new(&SystemRng)
    }

    #[tokio::test]
    async fn one_has_it_until_it_is_given_back() {
        let (store, one, other) = (store().await, holder(), holder());
        store.take(&one).await.expect("it is free");
        store.take(&one).await.expect("whoever has it may take it again");
        assert!(!store.try_take(&other).await.expect("an answer"));
        store.give_back(&other).await.expect("giving back what one does not have changes nothing");
        assert!(!store.try_take(&other).await.expect("an answer"));
        store.give_back(&one).await.expect("it is given back");
        assert!(store.try_take(&other).await.expect("an answer"));
    }

    #[tokio::test]
    async fn of_many_at_once_one_gets_it() {
        let (store, mut tries) = (store().await, tokio::task::JoinSet::new());
        for _ in 0..16 {
            let store = store.clone();
            tries.spawn(async move { store.try_take(&holder()).await.expect("an answer") });
        }
        assert_eq!(tries.join_all().await.into_iter().filter(|taken| *taken).count(), 1);
    }

    #[tokio::test]
    async fn one_that_has_run_out_is_renewed_or_taken_by_whoever_comes_first() {
        let (store, one, other) = (store().await, holder(), holder());
        assert!(store.try_take(&one).await.expect("an answer"));
        let run_out = || async { store.write("UPDATE meta:lease SET until = time::now() - 1s").run().await };
        run_out().await.expect("it is changed");
        assert!(store.renew(one.name()).await.expect("an answer"));
        assert!(!store.try_take(&other).await.expect("an answer"), "it is good again");
        run_out().await.expect("it is changed");
        assert!(store.try_take(&other).await.expect("an answer"));
        assert!(!store.renew(one.name()).await.expect("an answer"), "it is another one's now");
    }

    #[tokio::test]
    async fn whoever_has_lost_it_believes_the_store_no_more() {
        let (store, one) = (store().await, holder());
        store.take_at(&one, SOON).await.expect("it is free");
        store.write("UPDATE meta:lease SET holder = 'another'").run().await.expect("it is changed");
        assert_eq!(store.broken().await, TAKEN);
        assert!(matches!(store.probe(1).await, Err(StoreError::Broken { .. })));
    }

    #[tokio::test]
    async fn a_second_server_waits_as_long_as_a_lease_lasts_and_is_told() {
        let (store, one, other) = (store().await, holder(), holder());
        store.take(&one).await.expect("it is free");
        let refused = store.take_at(&other, SOON).await.expect_err("the first one is alive").to_string();
        assert!(refused.contains("another server"), "{refused}");
        store.give_back(&one).await.expect("it is given back");
        store.take(&other).await.expect("it is free");
    }
}
