//! What an activity is asked to do.

use std::sync::Arc;

use crate::domain::activity::Schedule;
use crate::domain::language::Languages;
use crate::domain::member::Member;
use crate::domain::payload::Payload;

/// A job with the ticket that comes back with what came of it.
#[derive(Debug)]
pub struct Ask {
    /// Given out by whoever asks, who knows what it stands for; none where nobody waits.
    pub ticket: Option<u64>,
    /// What to do.
    pub job: Job,
}

/// What an activity is asked to do.
#[derive(Debug)]
pub enum Job {
    /// Open it.
    Open,
    /// Prepare it otherwise, before it is opened.
    Revise {
        /// The configuration in place of the one that it has: a JSON text.
        config: String,
        /// The title that its plugin gives it with this.
        title: String,
    },
    /// Throw it away, before it is opened.
    Discard,
    /// A member acts.
    Act {
        /// For whom it counts, whoever sent it.
        caller: Arc<Member>,
        /// What they do: JSON that nothing has held against the plugin's schema yet.
        action: Payload,
        /// The organizer who does it for them, if it is not they themselves.
        on_behalf: Option<Arc<Member>>,
        /// What they, or the organizer, read.
        languages: Languages,
    },
    /// It opens and closes by itself at these times.
    Schedule(Schedule),
    /// Tell it who has come or gone, if its plugin wants to know.
    Attend {
        /// The member, as they are or were.
        who: Arc<Member>,
        /// Which of the two.
        step: Attendance,
    },
    /// Close it, because an organizer wants it. Where there is no room for the call it stays open, since that is transient.
    Close,
    /// Close it, because its conference ends: with its plugin, or else without it.
    End,
    /// Show it.
    View {
        /// To whom; to the room if to nobody in particular.
        viewer: Option<Arc<Member>>,
        /// Which page or filter is asked for.
        query: Option<String>,
        /// What those read who will see it, one way a kind of reader.
        readers: Vec<Languages>,
    },
    /// Report on it.
    Report {
        /// What whoever asked reads.
        languages: Languages,
    },
}

/// Whether somebody comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// They became a member.
    Joined,
    /// They are a member no more.
    Left,
}
