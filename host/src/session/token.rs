//! A session token: 32 random bytes, base64url on the wire, SHA-256 everywhere else.
//!
//! # Invariants
//! * Printing a token for debugging does not show it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::session::SessionTag;

/// Length of a token's text: 32 bytes in base64 without padding.
const TEXT_CHARS: usize = 43;

/// What its owner shows to be recognized.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// The token of these bytes, which nobody can guess.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a token, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The token as its owner gets it.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the token is known by here.
    pub fn tag(&self) -> SessionTag {
        SessionTag(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_gives_the_token_back() {
        let token = Token::new([7; 32]);
        assert_eq!(token.reveal().len(), TEXT_CHARS);
        assert_eq!(Token::parse(&token.reveal()), Some(token));
    }

    #[test]
    fn what_is_no_token_is_none() {
        for text in ["", "abc", &"!".repeat(43), &"A".repeat(44), &"好".repeat(15)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    #[test]
    fn debugging_does_not_show_it() {
        let token = Token::new([7; 32]);
        assert!(!format!("{token:?}").contains(&token.reveal()));
    }
}
