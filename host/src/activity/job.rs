//! What an activity is asked to do.

use std::sync::Arc;

use crate::domain::command::Payload;
use crate::domain::member::Member;

/// A job with the ticket that comes back with what came of it.
#[derive(Debug)]
pub struct Ask {
    /// Given out by whoever asks, who knows what it stands for.
    pub ticket: u64,
    /// What to do.
    pub job: Job,
}

/// What an activity is asked to do.
#[derive(Debug)]
pub enum Job {
    /// Open it.
    Open,
    /// A member acts.
    Act {
        /// The member.
        caller: Arc<Member>,
        /// The action.
        action: Payload,
    },
    /// Close it, because an organizer wants it. Where there is no room for the call it stays open, since that passes.
    Close,
    /// Close it, because its conference ends: with its plugin, or else without it.
    End,
    /// Show it.
    View {
        /// To whom; to the room if to nobody in particular.
        viewer: Option<Arc<Member>>,
    },
    /// Report on it.
    Report,
}
