//! Moves a data folder of surrealkv, the engine that Hezi had before, over to the engine of today, once, at start.
//!
//! Everything is read through the old engine from a copy of the folder (opening it repairs its log, and the original stays
//! as it was), written through the new one into a folder of its own, and compared record by record. Only then the new folder
//! gets its name. What the old engine lost is not brought back: the check of each journal tells about it.
//!
//! # Invariants
//! * The old folder is never written to; in the end it is renamed to `db.moved`, and may be removed by whoever wants to.
//! * A move that was cut off at any point is begun again at the next start.

use std::fs;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use surrealdb::types::{RecordId, RecordIdKey, RecordIdKeyRange, SurrealValue, Value};

use super::connection::Store;
use super::error::StoreError;
use super::schema::SCHEMA;
use crate::clock::SharedRng;
use crate::config::{Config, SurrealConfig};

/// Records that are read and written at a time: a record has at most some megabytes, and most have some hundred bytes.
const PAGE_ROWS: usize = 100;
/// A page may take long on a slow disk; nobody waits for it but the start.
const QUERY_TIMEOUT_MS: u64 = 600_000;

/// The folders of a move, all in the data folder.
struct Folders {
    /// What the old engine wrote.
    old: PathBuf,
    /// Its copy, which the old engine opens.
    copy: PathBuf,
    /// What the new engine writes, until it is complete.
    part: PathBuf,
    /// What the new engine has in the end.
    new: PathBuf,
    /// What the old folder is called afterwards.
    kept: PathBuf,
}

impl Folders {
    fn of(data: &Path) -> Self {
        let folder = |name: &str| data.join(name);
        Self {
            old: folder("db"),
            copy: folder("db.reading"),
            part: folder("store.part"),
            new: folder("store"),
            kept: folder("db.moved"),
        }
    }

    /// Whether there is a folder of the old engine and none of the new one.
    fn wait_to_be_moved(&self) -> bool {
        self.old.is_dir() && !self.new.exists()
    }

    fn not_moved(&self, why: impl ToString) -> StoreError {
        StoreError::NotMoved { folder: self.old.display().to_string(), why: why.to_string() }
    }
}

/// Moves the old folder over, if there is one and no new one.
///
/// # Errors
/// [`StoreError::NotMoved`] when something cannot be read, written or does not compare equal. The old folder is as it was.
pub(super) async fn move_old_folder(config: &Config, rng: &SharedRng) -> Result<(), StoreError> {
    let folders = Folders::of(&config.data);
    if !folders.wait_to_be_moved() {
        return Ok(());
    }
    tracing::warn!(
        "the data in {} were written by an engine that loses records; they are moved to {}",
        folders.old.display(),
        folders.new.display()
    );
    let settings = SurrealConfig { query_timeout_ms: QUERY_TIMEOUT_MS, ..config.surrealdb.clone() };
    prepare(&folders).map_err(|error| folders.not_moved(error))?;
    let old = Store::connect(&url("surrealkv", &folders.copy), &settings, Arc::clone(rng)).await;
    let old = old.map_err(|error| folders.not_moved(error))?;
    let new = Store::connect(&url("rocksdb", &folders.part), &settings, Arc::clone(rng)).await;
    let new = new.map_err(|error| folders.not_moved(error))?;
    let moved = copy_tables(&old, &new).await.map_err(|error| folders.not_moved(error))?;
    // The files are free before they are opened under their new name: a lock goes when any handle on the file is closed.
    for store in [new, old] {
        store.close().await.map_err(|error| folders.not_moved(error))?;
    }
    finish(&folders).map_err(|error| folders.not_moved(error))?;
    tracing::warn!("{moved} records were moved and compared; the old folder is kept as {}", folders.kept.display());
    Ok(())
}

fn url(engine: &str, folder: &Path) -> String {
    format!("{engine}://{}?sync=every", folder.display())
}

/// Removes what a move before this one left, and copies the old folder.
fn prepare(folders: &Folders) -> io::Result<()> {
    for left in [&folders.copy, &folders.part] {
        if left.exists() {
            fs::remove_dir_all(left)?;
        }
    }
    copy_folder(&folders.old, &folders.copy)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Gives the new folder its name, durably, and puts the old one aside.
fn finish(folders: &Folders) -> io::Result<()> {
    fs::rename(&folders.part, &folders.new)?;
    fs::File::open(folders.new.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    fs::rename(&folders.old, &folders.kept)?;
    fs::remove_dir_all(&folders.copy)
}

/// The tables of the schema.
fn tables() -> impl Iterator<Item = &'static str> {
    SCHEMA.lines().filter_map(|line| line.strip_prefix("DEFINE TABLE IF NOT EXISTS ")?.split(' ').next())
}

/// Copies every record of every table and compares what was written with what was read. Gives their number.
async fn copy_tables(old: &Store, new: &Store) -> Result<u64, StoreError> {
    new.write(SCHEMA).run().await?;
    let mut moved = 0;
    for table in tables() {
        let mut from = None;
        loop {
            let page = match page(old, table, from.take()).await {
                // An older schema lacks a table.
                Err(StoreError::NoTable) => break,
                page => page?,
            };
            let Some(last) = page.last().map(key_of).transpose()? else { break };
            let insert = format!("INSERT INTO {table} $rows RETURN NONE");
            new.write(insert).bind("rows", page.clone()).run().await?;
            moved += page.len() as u64;
            from = Some(last);
        }
        compare(old, new, table).await?;
    }
    Ok(moved)
}

/// Reads a table in both stores from the beginning and finds every record equal.
async fn compare(old: &Store, new: &Store, table: &str) -> Result<(), StoreError> {
    let mut from = None;
    loop {
        let there = match page(old, table, from.clone()).await {
            Err(StoreError::NoTable) => return Ok(()),
            page => page?,
        };
        let here = page(new, table, from.take()).await?;
        if there != here {
            let what = format!("the table {table}");
            return Err(StoreError::corrupt(what, "what was written is not what was read; start again"));
        }
        match there.last().map(key_of).transpose()? {
            Some(last) => from = Some(last),
            None => return Ok(()),
        }
    }
}

/// The records of a table after this key, in the order of their ids, at most [`PAGE_ROWS`].
async fn page(store: &Store, table: &str, after: Option<RecordIdKey>) -> Result<Vec<Value>, StoreError> {
    let start = after.map_or(Bound::Unbounded, Bound::Excluded);
    let range = RecordIdKey::Range(Box::new(RecordIdKeyRange { start, end: Bound::Unbounded }));
    let text = format!("SELECT * FROM $range LIMIT {PAGE_ROWS}");
    store.read(text).bind("range", RecordId::new(table, range)).run().await?.rows(0)
}

fn key_of(row: &Value) -> Result<RecordIdKey, StoreError> {
    let Value::Object(fields) = row else { return Err(StoreError::corrupt("a record", "it is no object")) };
    let id = fields.get("id").cloned().unwrap_or(Value::None);
    let id = RecordId::from_value(id).map_err(|error| StoreError::corrupt("a record's id", error))?;
    Ok(id.key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    async fn filled(folder: &Path) -> Store {
        let store = Store::open_at(&url("surrealkv", folder), &SurrealConfig::default(), Arc::new(SystemRng)).await;
        let store = store.expect("the old engine opens");
        for n in 0..250_u64 {
            let bytes = surrealdb::types::Bytes::from(vec![u8::try_from(n).expect("small"); 40]);
            let query = store.write("CREATE type::record('journal', ['c1', $n]) SET w = $w RETURN NONE");
            query.bind("n", n).bind("w", bytes).run().await.expect("writes");
        }
        store.write("CREATE number:7 SET conference = 'c1'").run().await.expect("writes");
        store.write("CREATE user:wang SET doc = { name: '小王', at: 1.5 }").run().await.expect("writes");
        store
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_folder_of_the_old_engine_is_moved_once_and_kept() {
        let data = tempfile::tempdir().expect("a folder");
        filled(&data.path().join("db")).await.close().await.expect("closes");
        // A move that was cut off has left this.
        fs::create_dir_all(data.path().join("store.part/rubbish")).expect("a folder");
        let config = Config { data: data.path().to_owned(), ..Config::default() };
        let store = Store::open(&config, Arc::new(SystemRng)).await.expect("moves and opens");
        assert_eq!(page(&store, "number", None).await.expect("reads").len(), 1);
        let mut journal = 0;
        let mut from = None;
        while let Some(last) = {
            let rows = page(&store, "journal", from.take()).await.expect("reads");
            journal += rows.len();
            rows.last().map(|row| key_of(row).expect("a key"))
        } {
            from = Some(last);
        }
        assert_eq!(journal, 250);
        store.close().await.expect("closes");
        drop(store);
        let names = |name: &str| data.path().join(name).exists();
        assert!(names("store") && names("db.moved") && !names("db") && !names("store.part") && !names("db.reading"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_folder_that_cannot_be_read_is_left_as_it_was() {
        let data = tempfile::tempdir().expect("a folder");
        let old = data.path().join("db");
        fs::create_dir_all(&old).expect("a folder");
        fs::write(old.join("manifest"), "no folder").expect("a file");
        let config = Config { data: data.path().to_owned(), ..Config::default() };
        let error = Store::open(&config, Arc::new(SystemRng)).await.map(drop).expect_err("it is no store");
        assert!(matches!(error, StoreError::NotMoved { .. }), "{error}");
        assert_eq!(fs::read_to_string(old.join("manifest")).expect("the file"), "no folder");
        assert!(!data.path().join("store").exists());
    }
}
