//! Why an administrator's command did not work, and how that looks to a shell.

use std::path::PathBuf;

use super::table::plain;
use crate::config::ConfigError;

/// An error of `hezi plugin`.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server's address cannot be used.
    #[error("{from}: {reason}")]
    Address {
        /// Where the address stands.
        from: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The token would be readable on its way.
    #[error("the token would go to `{host}` in plain text: use https://, or --insecure if nobody else is on the way")]
    PlainText {
        /// Whereto.
        host: String,
    },
    /// There is no token.
    #[error("no token: set `admin.token` (HEZI_ADMIN__TOKEN) as the server has it, or name a file with --token-file")]
    NoToken,
    /// The token is none.
    #[error("{from}: a token is one line of printable characters")]
    BadToken {
        /// Where it stands.
        from: String,
    },
    /// A file cannot be read.
    #[error("{}: {reason}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The command line contradicts itself.
    #[error("{0}")]
    Usage(&'static str),
    /// There is no answer.
    #[error("no answer from {address}: {reason}")]
    Unreachable {
        /// Which server.
        address: String,
        /// Why.
        reason: String,
    },
    /// What answers is not Hezi.
    #[error("{address} does not answer as Hezi does: {reason}")]
    NotHezi {
        /// Which server.
        address: String,
        /// What it does.
        reason: String,
    },
    /// The server does not know the token.
    #[error("the server does not accept the token: it is not the server's `admin.token`")]
    TokenRefused,
    /// The server refuses what was asked.
    #[error("{}{}", .file.as_ref().map_or_else(String::new, |file| format!("{file}: ")), plain(.detail))]
    Refused {
        /// The file that it is about.
        file: Option<String>,
        /// Why, in the server's words.
        detail: String,
    },
    /// The server cannot do it now, and it may not know whether it did.
    #[error("{}{}", .file.as_ref().map_or_else(String::new, |file| format!("{file}: ")), plain(.detail))]
    Unavailable {
        /// The file that it is about.
        file: Option<String>,
        /// Why, in the server's words.
        detail: String,
    },
    /// Standard output is broken.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
}

impl ConsoleError {
    /// The same, about this file.
    pub(super) fn about(self, about: &str) -> Self {
        match self {
            Self::Refused { detail, .. } => Self::Refused { file: Some(about.to_owned()), detail },
            Self::Unavailable { detail, .. } => Self::Unavailable { file: Some(about.to_owned()), detail },
            other => other,
        }
    }

    /// The exit code: 1 when the server refused, 2 when it was not asked, did not answer, or does not
    /// know whether it did what it was asked.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { .. } | Self::TokenRefused => 1,
            _ => 2,
        }
    }
}
