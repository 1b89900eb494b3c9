//! What people are shown of activities: the room's view, and that of who looks with their own eyes.
//!
//! It asks for nothing: `watching` does.

use serde_json::value::RawValue;

use super::room::Room;
use crate::activity::Views;
use crate::domain::id::ActivityId;
use crate::protocol::server::Frame;
use crate::room::roster::ConnectionId;

impl Room {
    /// The room sees an activity as it was at this entry; who looks with their own eyes is sent that by itself. Where nothing has
    /// changed it is for those who have not seen it in their language.
    pub(super) fn show(&mut self, activity: &ActivityId, as_of: u64, views: Views, has_changed: bool) {
        let now_ms = self.environment.clock.now_ms();
        // It may have been thrown away since it was looked at.
        let Ok(anonymous) = self.activities.doc(activity).map(|doc| doc.anonymous) else { return };
        let known = self.activities.last_shown(activity).filter(|_| !has_changed);
        let looks_itself = |connection| self.watches.has(connection, activity);
        self.sockets.show_views(&views, known, looks_itself, |view| Frame::View {
            activity,
            as_of,
            now_ms,
            own: false,
            anonymous,
            query: None,
            view,
        });
        self.activities.shown(activity, as_of, views, &self.sockets.readers());
    }

    /// A socket sees an activity with its member's own eyes, as it was at this entry.
    pub(super) fn show_own(
        &mut self,
        activity: &ActivityId,
        as_of: u64,
        connection: ConnectionId,
        query: Option<&str>,
        view: &RawValue,
    ) {
        let now_ms = self.environment.clock.now_ms();
        let anonymous = self.activities.doc(activity).is_ok_and(|doc| doc.anonymous);
        let frame = Frame::View { activity, as_of, now_ms, own: true, anonymous, query, view };
        self.sockets.send(connection, &frame);
    }
}
