//! How people get in: the sessions, and sign-in through WeCom where the settings ask for it.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::StartError;
use crate::clock::{SharedClock, SharedRng};
use crate::config::{AuthMode, Config};
use crate::http::Site;
use crate::room::Rooms;
use crate::session::{NameQueue, Sessions, SignIn, SignInNeeds};
use crate::store::Store;
use crate::wecom::{Surroundings, Wecom};

/// What the doors are hung into.
#[derive(Clone, Copy)]
pub(super) struct Doors<'a> {
    pub(super) store: &'a Store,
    pub(super) rooms: &'a Rooms,
    pub(super) site: &'a Site,
    pub(super) clock: &'a SharedClock,
    pub(super) rng: &'a SharedRng,
}

/// The doors.
pub(super) struct Opened {
    pub(super) sessions: Sessions,
    pub(super) wecom: Option<SignIn>,
}

/// Opens the doors that the settings name, and starts what keeps WeCom's in order. It ends when `stop` is cancelled.
///
/// # Errors
/// [`StartError`] when the client for WeCom cannot be made.
pub(super) fn open(
    config: &Config,
    doors: Doors<'_>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Opened, StartError> {
    let Doors { store, rooms, site, clock, rng } = doors;
    let sessions = |names| Sessions::new(store.clone(), Arc::clone(clock), Arc::clone(rng), &config.auth, names);
    if config.auth_mode() != AuthMode::Wecom {
        return Ok(Opened { sessions: sessions(None), wecom: None });
    }
    let around =
        Surroundings { store: store.clone(), clock: Arc::clone(clock), rng: Arc::clone(rng), tasks: tasks.clone() };
    let wecom = Wecom::new(&config.wecom, around).map_err(StartError::part)?;
    let (queue, names) = NameQueue::new(&config.wecom);
    let sessions = sessions(Some(queue.clone()));
    let parts = (store.clone(), sessions.clone(), rooms.clone());
    tasks.spawn(names.run(wecom.clone(), parts, Arc::clone(clock), tasks.clone(), stop.clone()));
    tasks.spawn(wecom.clone().watch(stop.clone()));
    if !site.is_secure() {
        tracing::warn!("`public_url` is not https: whoever is in the network can take sessions over");
    }
    let sign_in = SignIn::new(SignInNeeds {
        wecom,
        store: store.clone(),
        sessions: sessions.clone(),
        rooms: rooms.clone(),
        names: queue,
        clock: Arc::clone(clock),
        rng: Arc::clone(rng),
        redirect_uri: format!("{}/auth/callback", site.public_url()),
        tasks: tasks.clone(),
    });
    Ok(Opened { sessions, wecom: Some(sign_in.map_err(StartError::part)?) })
}
