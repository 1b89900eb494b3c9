//! What handlers work with: handles to the other modules, made once by `app`.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use ipnet::IpNet;

use super::Site;
use super::guesses::{Guessed, Guesses, Unwritten};
use super::paces::Paces;
use super::probe::Probe;
use crate::access::AdminPolicy;
use crate::clock::{SharedClock, SharedRng};
use crate::config::LimitsConfig;
use crate::domain::tongue::Tongue;
use crate::plugin::Plugins;
use crate::room::Rooms;
use crate::session::Sessions;
use crate::sign_in::{DevSignIn, SignIn};
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::ws::OpenSockets;

/// Where the metrics are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsPlace {
    /// With everything else, where everybody who reaches the server can read them.
    Site,
    /// On a listener of their own, and nowhere else.
    Apart,
}

/// Who acts in the audit when nobody is known.
const STRANGER: &str = "stranger";

/// What handlers work with.
pub struct Dependencies {
    /// Where the site is reached, and what follows from it.
    pub site: Site,
    /// Proxies whose word on where people come from counts.
    pub proxies: Vec<IpNet>,
    /// The file by which WeCom finds out that the domain is ours: its name and what stands in it.
    pub domain_proof: Option<(String, String)>,
    /// The language for whoever asks for none that the server speaks.
    pub tongue: Tongue,
    /// What others cannot make grow beyond.
    pub limits: LimitsConfig,
    /// Tells the time; tests move it by hand.
    pub clock: SharedClock,
    /// Gives random bytes; simulations seed it.
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
    /// Finds the room of a conference, and opens it where it is not open yet.
    pub rooms: Rooms,
    /// The kinds of activity.
    pub plugins: Plugins,
    /// The connections to rooms.
    pub sockets: OpenSockets,
    /// What renders the metrics.
    pub metrics: Metrics,
    /// Where the metrics are served.
    pub metrics_place: MetricsPlace,
}

struct AppShared {
    dependencies: Dependencies,
    paces: Paces,
    guesses: Guesses,
    probe: Probe,
}

/// What handlers work with, shared by all of them. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<AppShared>);

impl AppState {
    /// Shares it.
    pub fn new(dependencies: Dependencies) -> Self {
        let paces = Paces::new(&dependencies.limits, Arc::clone(&dependencies.clock));
        let (guesses, probe) = (Guesses::default(), Probe::default());
        Self(Arc::new(AppShared { dependencies, paces, guesses, probe }))
    }

    /// Whether the store writes.
    pub(super) fn probe(&self) -> &Probe {
        &self.0.probe
    }

    /// How fast people and addresses may go.
    pub(super) fn paces(&self) -> &Paces {
        &self.0.paces
    }

    /// Somebody at this address showed a wrong token of an administrator.
    pub(super) async fn note_guess(&self, from: IpAddr) {
        if let Some(guessed) = self.0.guesses.note(from, self.clock.monotonic_ms()) {
            self.write_down(guessed).await;
        }
    }

    /// Writes down what is known of those who guess administrators' tokens. To be called now and then, and at the end with
    /// everything.
    pub async fn write_guesses(&self, which: Unwritten) {
        for guessed in self.0.guesses.due(self.clock.monotonic_ms(), which) {
            self.write_down(guessed).await;
        }
    }

    async fn write_down(&self, guessed: Guessed) {
        let line = guessed.line(STRANGER, self.clock.now_ms());
        tracing::warn!(audit.what = %line.what, "somebody guesses");
        self.store.note_audit(&line).await;
    }
}

impl Deref for AppState {
    type Target = Dependencies;

    fn deref(&self) -> &Dependencies {
        &self.0.dependencies
    }
}
