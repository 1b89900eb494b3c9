//! The administrators' token: from a file or from the settings, never from the command line, which every process can read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use reqwest::header::HeaderValue;

use super::ConsoleError;
use crate::config::Config;

/// Longest file that is read for a token.
const FILE_BYTES_MAX: u64 = 4 << 10;

/// The token as the header `authorization` carries it.
pub(super) fn credential(file: Option<&Path>, config: &Config) -> Result<HeaderValue, ConsoleError> {
    let (from, token) = match file {
        Some(file) => (file.display().to_string(), read(file)?),
        None => ("setting `admin.token`".to_owned(), config.admin.token.clone().ok_or(ConsoleError::NoToken)?),
    };
    let token = token.trim();
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let header = HeaderValue::try_from(format!("Bearer {token}"));
    match header {
        Ok(mut header) if is_token => {
            header.set_sensitive(true);
            Ok(header)
        }
        _ => Err(ConsoleError::BadToken { from }),
    }
}

fn read(file: &Path) -> Result<String, ConsoleError> {
    let mut text = String::new();
    let read = File::open(file).and_then(|open| open.take(FILE_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| ConsoleError::File { file: file.to_owned(), reason: error.to_string() })?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(token: Option<&str>) -> Result<HeaderValue, ConsoleError> {
        let mut config = Config::default();
        config.admin.token = token.map(str::to_owned);
        credential(None, &config)
    }

    #[test]
    fn a_token_is_carried_and_not_shown() {
        let header = with(Some("0123456789abcdef")).expect("a header");
        assert_eq!(header, "Bearer 0123456789abcdef");
        assert!(!format!("{header:?}").contains("0123"), "{header:?}");
    }

    #[test]
    fn no_token_and_a_broken_one_are_told_apart() {
        assert!(matches!(with(None), Err(ConsoleError::NoToken)));
        for broken in ["", "  ", "two words", "two\nlines", "记号"] {
            let error = with(Some(broken)).expect_err(broken);
            assert!(matches!(error, ConsoleError::BadToken { .. }), "{broken:?}: {error}");
        }
    }
}
