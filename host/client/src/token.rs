//! The administrators' token, from a setting or a file and never from a command line, which every process can read.

use std::path::Path;

use reqwest::header::HeaderValue;

use crate::error::ClientError;
use crate::file;

/// Largest file that is read for a token.
const FILE_BYTES_MAX: usize = 4 << 10;

/// A token as the header `authorization` carries it. Debugging output does not show it.
#[derive(Debug, Clone)]
pub struct BearerToken(HeaderValue);

impl BearerToken {
    /// Takes a text that stands in `from` as a token.
    ///
    /// # Errors
    /// [`ClientError::NoToken`] when it cannot be one.
    pub fn parse(text: &str, from: &str) -> Result<Self, ClientError> {
        let token = text.trim();
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::try_from(format!("Bearer {token}")) {
            Ok(mut value) if is_token => {
                value.set_sensitive(true);
                Ok(Self(value))
            }
            _ => Err(ClientError::NoToken(from.to_owned())),
        }
    }

    /// Reads the token in a file.
    ///
    /// # Errors
    /// [`ClientError`] when the file cannot be read or holds none.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
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
