//! What a server answers to an upload: the version that it has now, or a problem, as sentences.

use std::fmt;

use serde::Deserialize;

/// Longest text of a server that is shown.
const SHOWN_CHARS_MAX: usize = 2_000;

/// A version that a server has now.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Loaded {
    name: String,
    version: String,
    hash: String,
    active: bool,
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, hash, active } = self;
        let state = if *active { "active" } else { "not active: `hezi plugin activate` makes it so" };
        write!(f, "{} {}  sha256:{}  {state}", plain(name), plain(version), plain(hash))
    }
}

/// Why a server did not take a plugin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It says so in a problem document.
    Said { code: String, detail: String },
    /// Whatever answered is no Hezi server.
    Strange { status: u16 },
}

#[derive(Deserialize)]
struct Document {
    code: String,
    detail: String,
}

/// Reads an answer.
pub(super) fn read(status: u16, body: &[u8]) -> Result<Loaded, Problem> {
    if (200..300).contains(&status) {
        return serde_json::from_slice(body).map_err(|_| Problem::Strange { status });
    }
    match serde_json::from_slice(body) {
        Ok(Document { code, detail }) => Err(Problem::Said { code, detail }),
        Err(_) => Err(Problem::Strange { status }),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said { code, detail } => {
                write!(f, "the server refuses: {} ({})", plain(detail), plain(code))?;
                advice(code).map_or(Ok(()), |advice| write!(f, "\n  {advice}"))
            }
            Self::Strange { status: status @ 300..400 } => {
                write!(f, "the server answers with a redirect ({status}): give the address that it redirects to")
            }
            Self::Strange { status } => {
                write!(f, "the answer ({status}) is not one of Hezi: is this the server's address?")
            }
        }
    }
}

/// What an author can do about a refusal, where the server's own sentence does not say it.
fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "not_signed_in" | "not_admin" => "is the token the one of the server's setting `admin.token`?",
        "version_exists" => "raise `version` in Cargo.toml and push again",
        "plugin_refused" => "the server has stricter limits, or another version of Hezi, than this command",
        "signature_missing" | "signature_invalid" => {
            "this server wants a signature: `minisign -Sm COMPONENT.wasm` with a key that it trusts, then push again"
        }
        "rate_limited" | "unavailable" => "try again in a moment",
        _ => return None,
    })
}

/// A server's text without anything that could move a terminal's cursor.
fn plain(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loaded_version_is_a_line() {
        let body = br#"{"name":"quiz","version":"0.1.0","hash":"ab","active":true,"size_bytes":7,"stored_at":"x"}"#;
        assert_eq!(read(201, body).unwrap().to_string(), "quiz 0.1.0  sha256:ab  active");
        let body = br#"{"name":"quiz","version":"0.1.0","hash":"ab","active":false}"#;
        assert!(read(200, body).unwrap().to_string().contains("not active"));
    }

    #[test]
    fn a_problem_is_a_sentence_and_says_what_to_do() {
        let body =
            br#"{"type":"urn:x","title":"T","status":409,"detail":"it is\u001b[2J here","code":"version_exists"}"#;
        let text = read(409, body).unwrap_err().to_string();
        assert_eq!(
            text,
            "the server refuses: it is[2J here (version_exists)\n  raise `version` in Cargo.toml and push again"
        );
    }

    #[test]
    fn an_answer_of_something_else_is_recognised() {
        assert_eq!(read(200, b"<html>"), Err(Problem::Strange { status: 200 }));
        assert_eq!(read(502, b"Bad gateway"), Err(Problem::Strange { status: 502 }));
        assert!(read(308, b"").unwrap_err().to_string().contains("redirect"));
    }
}
