//! A file that somebody named, read up to a bound: a mistaken path must not fill the memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file was not read.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system does not let it be read.
    #[error("cannot read `{}`: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not what it was taken for.
    #[error("`{}` is larger than {bytes_max} bytes", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// What it may have.
        bytes_max: usize,
    },
}

/// The bytes of a file that has at most so many.
pub(crate) fn read(file: &Path, bytes_max: usize) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(file).and_then(|open| open.take(limit).read_to_end(&mut bytes));
    read.map_err(|source| FileError::Unreadable { file: file.to_owned(), source })?;
    if bytes.len() > bytes_max {
        return Err(FileError::TooLarge { file: file.to_owned(), bytes_max });
    }
    Ok(bytes)
}
