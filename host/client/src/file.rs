//! A file that somebody named, read up to a bound: a mistaken path must not fill the memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::ClientError;

/// The bytes of a file that has at most so many.
pub(crate) fn read(file: &Path, bytes_max: usize) -> Result<Vec<u8>, ClientError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(file).and_then(|open| open.take(limit).read_to_end(&mut bytes));
    read.map_err(|source| ClientError::Unreadable { file: file.to_owned(), source })?;
    if bytes.len() > bytes_max {
        return Err(ClientError::TooLarge { file: file.to_owned(), bytes_max });
    }
    Ok(bytes)
}
