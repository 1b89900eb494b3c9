//! What the activities of a conference are given by the room: the plugins, time, randomness, members, and where to run.

use std::sync::Arc;

use arc_swap::ArcSwap;
use hezi_plugin::{CallContext, Members, Online};
use tokio_util::task::TaskTracker;

use super::executor::Executor;
use super::instances::Instances;
use crate::clock::{SharedClock, SharedRng, random_32};
use crate::domain::id::{ConferenceId, UserId};
use crate::domain::member::{Member, Role};
use crate::plugin::Plugins;

/// The members as plugins see them, and the entry up to which the list is good.
#[derive(Debug, Clone, Default)]
pub struct MembersAsOf {
    /// Each with id, name and role; what a call is given.
    pub members: Arc<Members>,
    /// The last entry that the list stands for.
    pub seq: u64,
}

/// What every activity of a conference needs.
#[derive(Clone)]
pub struct Environment {
    /// Whose activities they are, by its id for good.
    pub conference: ConferenceId,
    /// Whose conference it is.
    pub owner: UserId,
    /// Which versions there are, which one is active, and who counts their calls.
    pub plugins: Plugins,
    /// Says when a call is made and when a timer is due; tests move it by hand.
    pub clock: SharedClock,
    /// Seeds of calls, and ids.
    pub rng: SharedRng,
    /// The conference's members, kept up to date by the room.
    pub members: Arc<ArcSwap<MembersAsOf>>,
    /// Who of them has the conference open, kept up to date by the room.
    pub online: Arc<ArcSwap<Online>>,
    /// Where plugin code runs, shared by all activities of the server.
    pub executor: Executor,
    /// Where instances are kept between calls, shared by all activities of the server.
    pub instances: Instances,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
    /// Shortest time between two failing runs of a timer.
    pub tick_retry_ms: u64,
}

impl Environment {
    /// What a call is given, and the last entry that its members list stands for.
    pub fn context(&self, language: Arc<str>) -> (CallContext, u64) {
        let members = self.members.load();
        let context = CallContext {
            now_ms: self.clock.now_ms(),
            seed: random_32(self.rng.as_ref()),
            members: Arc::clone(&members.members),
            online: self.online.load().as_ref().clone(),
            language,
        };
        (context, members.seq)
    }
}

/// What a call of an anonymous activity is given: how many members there are, and nothing else of them. A list of pseudonyms
/// that grows as people come would tell who is who.
pub(super) fn without_people(context: CallContext) -> CallContext {
    let members = Arc::new(Members::counted(context.members.len()));
    CallContext { members, online: Online::default(), ..context }
}

/// A member as plugins see them.
pub fn plugin_member(member: &Member) -> hezi_plugin::Member {
    hezi_plugin::Member {
        id: member.id.to_string(),
        name: member.name.clone(),
        role: match member.role {
            Role::Participant => hezi_plugin::Role::Participant,
            Role::Organizer => hezi_plugin::Role::Organizer,
        },
    }
}
