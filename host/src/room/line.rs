//! The line to the task of a room: its mailbox, and what a caller judges before a message is put in.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::admission::Admission;
use super::message::Message;
use crate::activity::Environment;

/// The line to a room.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) mailbox: mpsc::Sender<Message>,
    pub(super) environment: Environment,
    pub(super) admission: Arc<Admission>,
}
