//! Which commands of a conference were carried out, and where in its journal: an index written behind the journal.
//!
//! The journal has every command with its answer; this only tells where to look. It is kept in pages that grow at the end,
//! so that a conference of a million commands has some sixty of them, and with each write goes the *mark*: the last entry
//! up to which everything that is derived from the journal (this index and the state of activities) has been written.
//!
//! # Invariants
//! * A command that was carried out at an entry up to the mark stands in a page.
//! * The pages and the mark change in one transaction.

use surrealdb::types::{Bytes, SurrealValue, Value, object};

use super::{Store, StoreError};
use crate::domain::id::ConferenceId;

/// Bytes of a command in a page: half of its key, and its place.
const COMMAND_BYTES: usize = 16;
/// Commands of a page before the next one begins.
pub const PAGE_COMMANDS: usize = 16_384;
/// Pages that are read at a time.
const PAGES_READ: usize = 16;

/// A command that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Indexed {
    /// Half of the command's key.
    pub half: u64,
    /// The entry that it made.
    pub seq: u64,
}

/// A page of the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandPage {
    /// Its number, from 0.
    pub number: u32,
    /// Its commands, in the order of their places.
    pub commands: Vec<Indexed>,
}

impl CommandPage {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.commands.len() * COMMAND_BYTES);
        for command in &self.commands {
            bytes.extend_from_slice(&command.half.to_be_bytes());
            bytes.extend_from_slice(&command.seq.to_be_bytes());
        }
        bytes
    }

    fn decode(number: u32, bytes: &[u8]) -> Result<Self, StoreError> {
        let (commands, rest) = bytes.as_chunks::<COMMAND_BYTES>();
        if !rest.is_empty() {
            return Err(StoreError::corrupt("a page of commands", format!("it has {} bytes", bytes.len())));
        }
        let word = |bytes: &[u8]| bytes.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        let command = |bytes: &[u8; COMMAND_BYTES]| Indexed { half: word(&bytes[..8]), seq: word(&bytes[8..]) };
        Ok(Self { number, commands: commands.iter().map(command).collect() })
    }
}

impl Store {
    /// Writes pages of the index, each whole, and the mark. When the mark is further already, nothing is changed: whoever
    /// moved it knew of these commands.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; writing them again does no harm.
    pub async fn write_commands(
        &self,
        conference: &ConferenceId,
        pages: &[CommandPage],
        mark: u64,
    ) -> Result<(), StoreError> {
        let row = |page: &CommandPage| {
            let id: Vec<Value> = vec![conference.as_str().into_value(), i64::from(page.number).into_value()];
            Value::Object(object! { id: id, w: Bytes::from(page.encode()) })
        };
        let insert = match pages {
            [] => "",
            _ => "INSERT INTO command $rows ON DUPLICATE KEY UPDATE w = $input.w RETURN NONE;",
        };
        // The mark is written in the transaction that asks for it, so that of two that pass each other one is told.
        let text = format!(
            "BEGIN; IF (type::record('mark', $c).seq ?? 0) > $mark {{ THROW 'a later mark already exists' }}; {insert} \
             UPSERT type::record('mark', $c) SET seq = $mark RETURN NONE; COMMIT;"
        );
        let rows: Vec<Value> = pages.iter().map(row).collect();
        let query = self.write(text).bind("rows", rows).bind("c", conference.as_str()).bind("mark", mark);
        match query.run().await {
            Err(StoreError::Exists) => Ok(()),
            written => written.map(drop),
        }
    }

    /// The mark of a conference: the last entry that nothing derived lacks; 0 when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn mark(&self, conference: &ConferenceId) -> Result<u64, StoreError> {
        let query = self.read("SELECT VALUE seq FROM ONLY type::record('mark', $c)").bind("c", conference.as_str());
        Ok(query.run().await?.take_one(0)?.unwrap_or(0))
    }

    /// The pages of the index from number `from` on, in order, some at a time; an empty answer means that there are no
    /// more.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails or a page cannot be read.
    pub async fn command_pages(&self, conference: &ConferenceId, from: u32) -> Result<Vec<CommandPage>, StoreError> {
        let text = format!("SELECT record::id(id)[1] AS n, w FROM command:[$c, $from]..[$c, []] LIMIT {PAGES_READ}");
        let query = self.read(text).bind("c", conference.as_str()).bind("from", i64::from(from));
        let rows: Vec<CommandRow> = query.run().await?.rows(0)?;
        let page = |row: CommandRow| {
            let number = u32::try_from(row.n).map_err(|error| StoreError::corrupt("a page of commands", error))?;
            CommandPage::decode(number, &row.w)
        };
        rows.into_iter().map(page).collect()
    }

    /// A page of the index, if there is one of this number.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails or the page cannot be read.
    pub async fn command_page(
        &self,
        conference: &ConferenceId,
        number: u32,
    ) -> Result<Option<CommandPage>, StoreError> {
        let query = self.read("SELECT VALUE w FROM ONLY type::record('command', [$c, $n])");
        let query = query.bind("c", conference.as_str()).bind("n", i64::from(number));
        let bytes: Option<Bytes> = query.run().await?.take_one(0)?;
        bytes.map(|bytes| CommandPage::decode(number, &bytes)).transpose()
    }
}

#[derive(SurrealValue)]
struct CommandRow {
    n: i64,
    w: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_give_the_page_back() {
        let commands = vec![Indexed { half: u64::MAX, seq: 1 }, Indexed { half: 7, seq: u64::MAX }];
        let page = CommandPage { number: 3, commands };
        assert_eq!(CommandPage::decode(3, &page.encode()).expect("decodes"), page);
        assert!(CommandPage::decode(3, &[0; 17]).is_err());
    }
}
