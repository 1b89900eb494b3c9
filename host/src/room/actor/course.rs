//! The course that a command takes once it was judged.

use crate::activity::Job;
use crate::domain::command::Request;
use crate::domain::id::{ActivityId, UserId};
use crate::store::Addition;

/// What becomes of a command that may be carried out.
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is judged, so its size is moved once")]
pub(super) enum Course {
    /// It happens now.
    Happens(Addition),
    /// An activity is asked to do it.
    Asked(ActivityId, Job),
    /// The message at this place, which it is about, is looked for first.
    Sought(u64, Request),
    /// The conference is to be this member's: what they own already is looked up first.
    HandedOver(UserId),
}
