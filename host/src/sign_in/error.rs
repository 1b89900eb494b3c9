//! Why somebody is not signed in.

use crate::domain::id::ID_BYTES_MAX;
use crate::domain::member::NAME_CHARS_MAX;
use crate::domain::sentence::Sentence;
use crate::protocol::code::{Code, Problem};
use crate::store::StoreError;
use crate::wecom::{NoClient, WecomError};

/// An error of signing in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The store failed; nothing is known of the sign-in.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The name that the person gave themselves cannot be shown.
    #[error("the name that somebody gave cannot be shown")]
    BadName,
    /// The id that the person gave themselves cannot be taken.
    #[error("the id that somebody gave cannot be taken")]
    BadId,
    /// What came in the place of WeCom's code is none.
    #[error("what came as the `code` of a sign-in is none of WeCom's")]
    BadCode {
        /// How many bytes it may have.
        bytes_max: usize,
    },
    /// The state of a sign-in is not one that this browser has open, or was used before.
    #[error("the `state` of a sign-in is not this browser's, or was used before")]
    ForeignState,
    /// The person, or WeCom for them, said no.
    #[error("the sign-in was refused at WeCom")]
    Refused,
    /// The person does not belong to the corp, and nobody let them in as a guest.
    #[error("somebody who does not belong to the corp wanted to sign in")]
    Outsider,
    /// WeCom does not say who it is.
    #[error(transparent)]
    Wecom(#[from] WecomError),
    /// A sign-in was under way when the server stopped, or broke: a mistake in the server then.
    #[error("a sign-in broke off")]
    BrokeOff,
    /// Sign-in through WeCom cannot be offered at all.
    #[error(transparent)]
    NoClient(#[from] NoClient),
    /// A value could not be sealed: a mistake in the server.
    #[error("a sign-in could not be sealed")]
    Unsealed,
}

impl SignInError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        let denied = |sentence| Problem::new(Code::Denied, sentence);
        match self {
            Self::Store(error) => error.problem(),
            Self::BadName => Problem::new(Code::Invalid, Sentence::BadName { chars_max: NAME_CHARS_MAX }),
            Self::BadId => Problem::new(Code::Invalid, Sentence::BadUserId { bytes_max: ID_BYTES_MAX }),
            Self::BadCode { bytes_max } => Problem::new(Code::Invalid, Sentence::BadCode { bytes_max: *bytes_max }),
            Self::ForeignState => denied(Sentence::ForeignState {}),
            Self::Refused => denied(Sentence::SignInRefused {}),
            Self::Outsider => denied(Sentence::Outsider {}),
            Self::Wecom(error) => wecom_problem(error),
            Self::BrokeOff | Self::NoClient(_) | Self::Unsealed => {
                Problem::new(Code::Internal, Sentence::OurMistake {})
            }
        }
    }
}

/// What is told of an error of WeCom's: what is set up wrongly is for the log and for whoever operates the server.
fn wecom_problem(error: &WecomError) -> Problem {
    match error {
        WecomError::BadCode => Problem::new(Code::Denied, Sentence::CodeRefused {}),
        _ => Problem::new(Code::Unavailable, Sentence::WecomSilent {}).for_ms(error.retry_after_ms()),
    }
}
