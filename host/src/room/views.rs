//! What is to be seen of activities: for everybody in the room, coalesced, and for one member who asks.
//!
//! # Invariants
//! * A view is sent after everything that it shows is durable.
//! * Of each activity the room gets at most one view in an interval, however many calls changed it.

use serde_json::value::RawValue;

use super::acting::Ticket;
use super::actor::Room;
use super::command::Answer;
use super::error::RoomError;
use super::running::Slot;
use crate::access;
use crate::activity::{ActivityError, Job, Report};
use crate::domain::id::{ActivityId, UserId};
use crate::protocol::frame;
use crate::protocol::server::{self, ActivityView, Frame};
use crate::store::StateChange;

/// Most bytes of views in a welcome: the rest is to be asked for one by one.
const VIEWS_BYTES_MAX: usize = 512 << 10;

/// The room's view of an activity.
#[derive(Default)]
pub(super) struct ViewState {
    /// Something changed since the view that was last asked for.
    changed: bool,
    /// A view has been asked for.
    asked: bool,
    /// The last view that was sent, and the last entry that it stands for.
    last: Option<(u64, Box<RawValue>)>,
}

impl ViewState {
    /// Asks for a view at the next occasion.
    pub(super) fn mark_changed(&mut self) {
        self.changed = true;
    }
}

impl Room {
    /// Whether a view has to be asked for.
    pub(super) fn wants_views(&self) -> bool {
        // Nobody looks: the first one who comes will find it changed.
        !self.roster.is_empty() && self.activities.values().any(|slot| slot.view.changed && !slot.view.asked)
    }

    /// Asks for the views that have changed.
    pub(super) fn render_views(&mut self) {
        let changed: Vec<ActivityId> = self
            .activities
            .values()
            .filter(|slot| slot.view.changed && !slot.view.asked)
            .map(|slot| slot.activity.id.clone())
            .collect();
        for id in changed {
            let ticket = self.ticket(Ticket::RoomView(id.clone()));
            let given = self.give(&id, Job::View { ticket, viewer: None });
            let Some(slot) = self.activities.get_mut(&id) else { continue };
            match given {
                Ok(()) => (slot.view.changed, slot.view.asked) = (false, true),
                // Too much to do: the next occasion will come.
                Err(_) => drop(self.tickets.remove(&ticket)),
            }
        }
    }

    /// A view came back.
    pub(super) fn viewed(&mut self, id: &ActivityId, ticket: Option<Ticket>, view: String) {
        let Ok(view) = RawValue::from_string(view) else { return };
        let as_of = self.head;
        match ticket {
            Some(Ticket::RoomView(_)) => {
                if let Some(slot) = self.activities.get_mut(id) {
                    slot.view.asked = false;
                }
                let id = id.clone();
                self.when_durable(Box::new(move |room| room.show(&id, as_of, view)));
            }
            Some(Ticket::MemberView(answer)) => {
                let id = id.clone();
                self.when_durable(Box::new(move |room| {
                    let shown = room.slot(&id).map(|slot| activity_view(slot, Some((as_of, view))));
                    drop(answer.send(shown));
                }));
            }
            _ => {}
        }
    }

    fn show(&mut self, id: &ActivityId, as_of: u64, view: Box<RawValue>) {
        let Some(slot) = self.activities.get_mut(id) else { return };
        let frame = frame::text(&server::json(&Frame::View { activity: id, as_of, view: &view }));
        slot.view.last = Some((as_of, view));
        self.roster.broadcast(&frame, |_| true);
    }

    /// A view could not be made. Where that passes by itself the last one stays; otherwise people are told, for what they see
    /// is no longer what there is.
    pub(super) fn view_failed(&mut self, id: &ActivityId, error: &ActivityError) {
        tracing::debug!(activity.id = %id, error = ?error.to_string(), "no view");
        if let Some(slot) = self.activities.get_mut(id) {
            slot.view.asked = false;
            if matches!(error, ActivityError::Busy | ActivityError::Gone) {
                slot.view.mark_changed();
            }
        }
        if error.is_plugins_fault() {
            self.show_failure(id);
        }
    }

    /// Shows in an activity's place that it has failed, unless that is what is shown already.
    fn show_failure(&mut self, id: &ActivityId) {
        let Some(slot) = self.activities.get(id) else { return };
        let view = serde_json::json!({"blocks": [
            {"type": "heading", "text": slot.activity.title},
            {"type": "text", "text": "这个活动出了故障，暂时无法显示。主持人可以结束它。"},
        ]});
        let is_shown = slot.view.last.as_ref().is_some_and(|(_, last)| last.get() == view.to_string());
        if let Ok(view) = RawValue::from_string(view.to_string())
            && !is_shown
        {
            self.show(id, self.durable, view);
        }
    }

    /// A durable change of an activity: its view is old now, and its checkpoint.
    pub(super) fn note_change(&mut self, change: StateChange) {
        let Some(slot) = self.activities.get_mut(&change.activity) else { return };
        slot.view.mark_changed();
        slot.note(change);
    }

    /// One activity, as this member sees it.
    pub(super) fn view_for(&mut self, by: &UserId, id: &ActivityId, answer: Answer<ActivityView>) {
        let asked = self.member(by).cloned().and_then(|member| self.slot(id).map(|_| member));
        let viewer = match asked {
            Ok(member) => Some(member),
            Err(error) => return drop(answer.send(Err(error))),
        };
        let ticket = self.ticket(Ticket::MemberView(answer));
        if let Err(error) = self.give(id, Job::View { ticket, viewer }) {
            self.give_up(ticket, error);
        }
    }

    /// A report for an organizer.
    pub(super) fn report(&mut self, by: &UserId, id: &ActivityId, answer: Answer<Report>) {
        let allowed = self.member(by).and_then(|member| {
            access::organizer(member).ok_or(RoomError::NotOrganizer)?;
            self.slot(id).map(drop)
        });
        if let Err(error) = allowed {
            return drop(answer.send(Err(error)));
        }
        let ticket = self.ticket(Ticket::Report(answer));
        if let Err(error) = self.give(id, Job::Report { ticket }) {
            self.give_up(ticket, error);
        }
    }

    fn give_up(&mut self, ticket: u64, error: RoomError) {
        match self.tickets.remove(&ticket) {
            Some(Ticket::MemberView(answer)) => drop(answer.send(Err(error))),
            Some(Ticket::Report(answer)) => drop(answer.send(Err(error))),
            _ => {}
        }
    }

    /// All activities, latest first in their right to room: with the views that were last sent, as far as they fit.
    pub(super) fn activity_views(&self) -> Vec<ActivityView> {
        let mut left = VIEWS_BYTES_MAX;
        let mut views: Vec<ActivityView> = Vec::with_capacity(self.activities.len());
        for slot in self.activities.values().rev() {
            let bytes = slot.view.last.as_ref().map_or(0, |(_, view)| view.get().len());
            let fits = bytes <= left;
            left -= if fits { bytes } else { 0 };
            views.push(activity_view(slot, slot.view.last.clone().filter(|_| fits)));
        }
        views.reverse();
        views
    }
}

fn activity_view(slot: &Slot, view: Option<(u64, Box<RawValue>)>) -> ActivityView {
    let (as_of, view) = view.unzip();
    ActivityView {
        id: slot.activity.id.clone(),
        plugin: slot.activity.plugin.name.clone(),
        version: slot.activity.plugin.version.clone(),
        phase: slot.activity.phase,
        title: slot.activity.title.clone(),
        view,
        as_of,
    }
}
