//! What sign-in is made of, wired by `app`.

use tokio_util::task::TaskTracker;

use crate::clock::{SharedClock, SharedRng};
use crate::room::Rooms;
use crate::session::Sessions;
use crate::store::Store;

/// What sign-in is made of.
#[derive(Clone)]
pub struct Dependencies {
    /// Where used states are kept, and WeCom's tokens, encrypted.
    pub store: Store,
    /// Where sessions begin.
    pub sessions: Sessions,
    /// Who is asked whether guests may come in, and told of names.
    pub rooms: Rooms,
    /// Tells the time; tests move it by hand.
    pub clock: SharedClock,
    /// Gives random bytes; simulations seed it.
    pub rng: SharedRng,
    /// The server's address, without a slash at the end: WeCom sends browsers back there.
    pub public_url: String,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
}
