//! Why an administrator's command did not work, and how that looks to a shell.

use hezi_client::{ClientError, Problem};

use crate::config::ConfigError;
use crate::protocol::code::Code;

/// An error of `hezi plugin`.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server's address cannot be used.
    #[error("{from}: {source}")]
    Address {
        /// Where the address stands.
        from: &'static str,
        /// What is wrong with it.
        source: ClientError,
    },
    /// The settings do not tell where the server is reached.
    #[error("setting `listen`: port 0 is a free port each time: name the server with --to URL")]
    NoPort,
    /// There is no token.
    #[error("no token: set `admin.token` (HEZI_ADMIN__TOKEN) as the server has it, or name a file with --token-file")]
    NoToken,
    /// The command line contradicts itself.
    #[error("{0}")]
    Usage(&'static str),
    /// There is no answer, or nothing that could be sent.
    #[error(transparent)]
    Client(ClientError),
    /// The server does not know the token.
    #[error("the server does not accept the token: it is not the server's `admin.token`")]
    TokenRefused,
    /// The server does not do what was asked, or does not know whether it did.
    #[error("{}{problem}", .file.as_ref().map_or_else(String::new, |file| format!("{file}: ")))]
    Refused {
        /// The file that it is about.
        file: Option<String>,
        /// Why, in the server's words.
        problem: Problem,
    },
    /// Standard output is broken.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
}

impl From<ClientError> for ConsoleError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused(problem) if problem.code() == Code::NotSignedIn.as_str() => Self::TokenRefused,
            ClientError::Refused(problem) => Self::Refused { file: None, problem },
            other => Self::Client(other),
        }
    }
}

impl ConsoleError {
    /// The same, about this file.
    pub(super) fn about(self, about: &str) -> Self {
        match self {
            Self::Refused { problem, .. } => Self::Refused { file: Some(about.to_owned()), problem },
            other => other,
        }
    }

    /// The exit code: 1 when the server refused, 2 when it was not asked, did not answer, or does not
    /// know whether it did what it was asked.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { problem, .. } if problem.code() == Code::Unavailable.as_str() => 2,
            Self::Refused { .. } | Self::TokenRefused => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_can_tell_a_refusal_from_what_is_not_known() {
        let said = |json| ConsoleError::from(ClientError::Refused(serde_json::from_str(json).expect("a problem")));
        assert_eq!(said(r#"{"code":"conflict","detail":"no earlier version"}"#).exit_code(), 1);
        let unknown = said(r#"{"code":"not_signed_in","detail":"sign in first"}"#);
        assert!(matches!(unknown, ConsoleError::TokenRefused) && unknown.exit_code() == 1);
        let unsure = said(r#"{"code":"unavailable","detail":"whether it had an effect is not known"}"#);
        assert_eq!(unsure.exit_code(), 2);
        assert_eq!(unsure.about("a.wasm").to_string(), "a.wasm: whether it had an effect is not known");
    }
}
