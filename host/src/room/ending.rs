//! The end of a conference, while its activities are being closed, each in its own way.

use std::collections::BTreeSet;

use super::message::Answer;
use crate::domain::conference::Conference;
use crate::domain::id::ActivityId;

/// A conference that ends.
pub(super) struct Ending {
    waiting_for: BTreeSet<ActivityId>,
    answers: Vec<Answer<Conference>>,
}

impl Ending {
    /// It ends when these are closed.
    pub(super) fn new(waiting_for: BTreeSet<ActivityId>, answer: Answer<Conference>) -> Self {
        Self { waiting_for, answers: vec![answer] }
    }

    /// Somebody else wants to know when it is over.
    pub(super) fn wait(&mut self, answer: Answer<Conference>) {
        self.answers.push(answer);
    }

    /// An activity is closed, or never was open.
    pub(super) fn closed(&mut self, id: &ActivityId) {
        self.waiting_for.remove(id);
    }

    /// Whether nothing has to be waited for any more.
    pub(super) fn is_over(&self) -> bool {
        self.waiting_for.is_empty()
    }

    /// Who waits for the end.
    pub(super) fn into_answers(self) -> Vec<Answer<Conference>> {
        self.answers
    }
}
