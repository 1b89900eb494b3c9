//! The administrators' token, from a setting or a file and never from a command line, which every process can read.

use std::path::Path;

use reqwest::header::HeaderValue;
use thiserror::Error;

use crate::file::{self, FileError};

/// Largest file that is read for a token.
const FILE_BYTES_MAX: usize = 4 << 10;

/// Why there is no token to send. No message has what was taken for one.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The file that it should be in was not read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be one.
    #[error("{from}: a token is one line of printable ASCII characters without spaces")]
    Malformed {
        /// Where it stands.
        from: String,
    },
}

/// A token as the header `authorization` carries it. Debugging output does not show it.
#[derive(Debug, Clone)]
pub struct BearerToken(HeaderValue);

impl BearerToken {
    /// Takes a text that stands in `from` as a token.
    ///
    /// # Errors
    /// [`TokenError::Malformed`] when it cannot be one.
    pub fn parse(text: &str, from: &str) -> Result<Self, TokenError> {
        let token = text.trim();
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::try_from(format!("Bearer {token}")) {
            Ok(mut value) if is_token => {
                value.set_sensitive(true);
                Ok(Self(value))
            }
            _ => Err(TokenError::Malformed { from: from.to_owned() }),
        }
    }

    /// Reads the token in a file.
    ///
    /// # Errors
    /// [`TokenError`] when the file cannot be read or holds none.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let bytes = file::read(path, FILE_BYTES_MAX)?;
        Self::parse(&String::from_utf8_lossy(&bytes), &path.display().to_string())
    }

    pub(crate) fn into_header(self) -> HeaderValue {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_token_is_read_from_a_file_and_stays_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        fs::write(&file, "sixteen-letters-long\n").expect("a file");
        let token = BearerToken::read(&file).expect("a token");
        assert!(!format!("{token:?}").contains("sixteen"), "{token:?}");
        assert_eq!(token.into_header(), "Bearer sixteen-letters-long");
        let missing = BearerToken::read(&folder.path().join("none")).expect_err("no file");
        assert!(missing.to_string().contains("none"), "{missing}");
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_shown() {
        for text in ["", " \n", "a secret", "a\nsecret", "secret\u{7f}", "secret\0", "秘密secret"] {
            let error = BearerToken::parse(text, "here").expect_err(text);
            assert!(error.to_string().starts_with("here: ") && !error.to_string().contains("secret"), "{error}");
        }
    }
}
