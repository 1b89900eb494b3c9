//! Why there is no answer, in words that a person can act on.
//!
//! # Invariants
//! * No message has a token, or an address as it was written, which may hold a secret.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::problem::Problem;

/// An error on the way to a server or back.
#[derive(Debug, Error)]
pub enum ClientError {
    /// It is no address of a server.
    #[error("a server's address looks like https://hezi.example.com or http://127.0.0.1:4000")]
    NoAddress,
    /// It has more than an address in it.
    #[error("a server's address has no user, password, query or fragment: the token says who asks")]
    NotAlone,
    /// The token would be readable on its way to this host.
    #[error(
        "plain HTTP to `{0}` would show the token to everybody on the way: use https, or --insecure if the way is yours alone"
    )]
    PlainText(String),
    /// What stands here cannot be a token.
    #[error("{0}: a token is one line of printable ASCII characters without spaces")]
    NoToken(String),
    /// A file cannot be read.
    #[error("cannot read `{}`: {source}", file.display())]
    Unreadable {
        /// Its path, as it was named on the command line or found beside the component.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not what it was taken for.
    #[error("`{}` is larger than {bytes_max} bytes", file.display())]
    TooLarge {
        /// Its path, as it was named on the command line or found beside the component.
        file: PathBuf,
        /// What it may have.
        bytes_max: usize,
    },
    /// Nobody was there, or no client could be made for the way.
    #[error("cannot reach {server}: {reason}. Is the server running, and is this its address?")]
    Unreachable {
        /// The address that was tried, without a path.
        server: String,
        /// What the transport failed with.
        reason: String,
    },
    /// The answer did not come: whether the server did it is not known.
    #[error("no answer from {server}: {reason}. Look with `hezi plugin list` what became of it")]
    Unanswered {
        /// The address that was asked, without a path.
        server: String,
        /// What the transport failed with.
        reason: String,
    },
    /// What answers is not Hezi.
    #[error("{server} does not answer as Hezi does: {reason}")]
    NotHezi {
        /// The address that answered, without a path.
        server: String,
        /// What it does.
        reason: String,
    },
    /// The server says why it does not do it.
    #[error("{0}")]
    Refused(Problem),
}
