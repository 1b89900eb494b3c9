//! How a session is named: without giving away what its owner shows.

/// Names a session: the hash of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionTag(pub [u8; 32]);
