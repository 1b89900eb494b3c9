//! The administrators' token: from a file or from the environment, never from the command line, which every process can read.
//!
//! # Invariants
//! * No message has the token.

use std::{
    env,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use reqwest::header::HeaderValue;
use thiserror::Error;

use crate::process::TOKEN_VARIABLE;

/// Longest file that is read for a token.
const FILE_BYTES_MAX: u64 = 4 << 10;

/// Why there is no token to send.
#[derive(Debug, Error)]
pub(super) enum TokenError {
    #[error(
        "no token: give the administrator's token in the environment as {TOKEN_VARIABLE}, or in a file with --token-file"
    )]
    None,
    #[error("cannot read the token in `{}`: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{from}: a token is one line of printable ASCII characters without spaces")]
    Malformed { from: String },
}

/// The token as the header `authorization` carries it.
pub(super) fn authorization(file: Option<&Path>) -> Result<HeaderValue, TokenError> {
    match file {
        Some(path) => {
            let text = read(path).map_err(|source| TokenError::File { path: path.to_owned(), source })?;
            header(&text, &path.display().to_string())
        }
        None => match env::var_os(TOKEN_VARIABLE) {
            Some(token) => header(&token.to_string_lossy(), TOKEN_VARIABLE),
            None => Err(TokenError::None),
        },
    }
}

fn header(text: &str, from: &str) -> Result<HeaderValue, TokenError> {
    let token = text.trim();
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    match HeaderValue::try_from(format!("Bearer {token}")) {
        Ok(mut value) if is_token => {
            value.set_sensitive(true);
            Ok(value)
        }
        _ => Err(TokenError::Malformed { from: from.to_owned() }),
    }
}

fn read(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_token_is_read_from_a_file_and_stays_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, "sixteen-letters-long\n").unwrap();
        let value = authorization(Some(&file)).unwrap();
        assert_eq!(value, "Bearer sixteen-letters-long");
        assert!(value.is_sensitive() && !format!("{value:?}").contains("sixteen"));
        let missing = authorization(Some(&folder.path().join("none"))).unwrap_err();
        assert!(matches!(missing, TokenError::File { .. }) && missing.to_string().contains("none"), "{missing}");
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_shown() {
        for text in ["", " \n", "a secret", "a\nsecret", "secret\u{7f}", "secret\0", "秘密secret"] {
            let error = header(text, "here").unwrap_err();
            assert!(matches!(error, TokenError::Malformed { .. }), "{text:?}");
            assert!(error.to_string().starts_with("here: ") && !error.to_string().contains("secret"), "{error}");
        }
    }
}
