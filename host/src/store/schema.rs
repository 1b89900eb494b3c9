//! The tables, and how data of an older schema are brought forward to them.
//!
//! # Invariants
//! * What a newer program wrote is not touched.
//! * Each step may be done twice: a start can be cut off.

use super::connection::Store;
use super::error::StoreError;

/// Version of the schema that this program writes. Counts up with each migration in `migrate`.
///
/// 7: journals tell of activities that were revised or thrown away, which an older program cannot read.
pub(super) const SCHEMA_VERSION: u64 = 7;

/// The tables. Running it again changes nothing.
pub(super) const SCHEMA: &str = include_str!("schema.surql");

impl Store {
    /// Makes the tables where there are none, and brings older data forward.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when a newer program wrote the data, others when the store fails.
    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        let found: Option<u64> = match self.read("SELECT VALUE version FROM ONLY meta:schema").run().await {
            Ok(mut answer) => answer.take_one(0)?,
            // A new database has no such table yet.
            Err(StoreError::NoTable) => None,
            Err(error) => return Err(error),
        };
        match found {
            Some(found) if found > SCHEMA_VERSION => Err(StoreError::NewerSchema { found, known: SCHEMA_VERSION }),
            Some(SCHEMA_VERSION) => Ok(()),
            older => {
                self.write(SCHEMA).run().await?;
                if let Some(older) = older {
                    self.bring_forward(older).await?;
                }
                self.write("UPSERT meta:schema SET version = $version").bind("version", SCHEMA_VERSION).run().await?;
                Ok(())
            }
        }
    }

    /// Changes the data of an older schema to what this one has. Each step may be done twice: a start can be cut off.
    ///
    /// Two lines of development both called their schema 2: one has ordered audit lines, the other the tables of sign-ins.
    /// Which of the two wrote a database cannot be told, so one of schema 2 goes through what either of them lacks.
    async fn bring_forward(&self, from: u64) -> Result<(), StoreError> {
        tracing::info!(schema.from = from, schema.to = SCHEMA_VERSION, "the data is brought forward");
        if from < 3 {
            self.order_audit().await?;
            self.date_active_plugins().await?;
        }
        Ok(())
    }
}
