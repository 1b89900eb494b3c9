//! What handlers work with: handles to the other modules, made once by `app`.

use std::ops::Deref;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use super::Site;
use super::health::Probe;
use crate::access::AdminPolicy;
use crate::clock::{SharedClock, SharedRng};
use crate::config::LimitsConfig;
use crate::plugin::Plugins;
use crate::room::Rooms;
use crate::session::{DevSignIn, Sessions, SignIn};
use crate::store::Store;
use crate::ws::Sockets;

/// The parts.
pub struct Parts {
    /// Where the site is reached, and what follows from it.
    pub site: Site,
    /// Every bound.
    pub limits: LimitsConfig,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub rng: SharedRng,
    /// Asked only whether it writes, and closed in the end.
    pub store: Store,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The permission to believe every name, in development.
    pub dev: Option<DevSignIn>,
    /// Sign-in through WeCom, where it is set up.
    pub wecom: Option<SignIn>,
    /// Who administers.
    pub admins: AdminPolicy,
    /// The conferences.
    pub rooms: Rooms,
    /// The kinds of activity.
    pub plugins: Plugins,
    /// The connections to rooms.
    pub sockets: Sockets,
    /// What renders the metrics.
    pub metrics: PrometheusHandle,
}

/// The parts, shared by all handlers. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    parts: Arc<Parts>,
    /// Whether the store writes.
    pub(super) probe: Arc<Probe>,
}

impl AppState {
    /// Shares the parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), probe: Arc::default() }
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}
