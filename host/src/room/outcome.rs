//! What came of a plugin's call, in the words of the journal.

use crate::activity::Changed;
use crate::domain::activity::Activity;
use crate::domain::entry::{Audience, Happening};
use crate::domain::id::{ActivityId, UserId};
use crate::store::{CallInput, StateChange, StateWrite, TimerWrite};

/// What an outcome says of the activity itself.
pub(super) fn apply(activity: &mut Activity, changed: &Changed) {
    if let Some(phase) = changed.phase {
        activity.phase = phase;
    }
    if let Some(title) = &changed.title {
        activity.title.clone_from(title);
    }
    if let Some(plugin) = &changed.plugin {
        activity.plugin = plugin.clone();
    }
}

/// An event of a plugin as an entry; none when it is for somebody who cannot exist.
pub(super) fn emitted(activity: &ActivityId, emit: &hezi_plugin::Emit) -> Option<Happening> {
    let to = match &emit.audience {
        hezi_plugin::Audience::Everyone => Audience::Everyone,
        hezi_plugin::Audience::Organizers => Audience::Organizers,
        hezi_plugin::Audience::Member(id) => Audience::Member(UserId::parse(id).ok()?),
    };
    Some(Happening::Emit { activity: activity.clone(), to, event: emit.event.clone() })
}

/// What the call was given; none when nothing was called.
pub(super) fn call_input(id: &ActivityId, changed: &Changed) -> Option<CallInput> {
    Some(CallInput {
        activity: id.clone(),
        seq: 0,
        plugin_hash: changed.plugin_hash.clone(),
        export: changed.export?.to_owned(),
        caller: changed.caller.clone(),
        payload: changed.payload.clone(),
        now_ms: changed.now_ms,
        seed: changed.seed.to_vec(),
        members_as_of: changed.members_as_of,
    })
}

pub(super) fn state_change(id: &ActivityId, changed: Changed) -> StateChange {
    let write = |(key, value): (Box<str>, Option<bytes::Bytes>)| StateWrite {
        key: key.into_string(),
        value: value.map(|value| value.to_vec()),
    };
    let timer = |timer: hezi_plugin::TimerChange| match timer {
        hezi_plugin::TimerChange::Set { name, at_ms } => TimerWrite { name, at_ms: Some(at_ms) },
        hezi_plugin::TimerChange::Cancel { name } => TimerWrite { name, at_ms: None },
    };
    StateChange {
        activity: id.clone(),
        seq: 0,
        writes: changed.effects.writes.into_iter().map(write).collect(),
        timers: changed.effects.timers.into_iter().map(timer).collect(),
        phase: changed.phase,
        title: changed.title,
        plugin: changed.plugin,
    }
}
