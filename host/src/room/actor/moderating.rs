//! What organizers do: about people, about the conference, and what everybody is to see.
//!
//! That they may was judged in `commanding`; what can be done is for `people` to say.

use super::room::Room;
use crate::domain::changes::ConferenceChanges;
use crate::domain::id::{ActivityId, UserId};
use crate::domain::join_key::{JoinKey, KEY_BYTES};
use crate::domain::measure::Measure;
use crate::domain::member::Member;
use crate::domain::settings::WallShows;
use crate::room::error::RoomError;
use crate::room::rule::RuleError;
use crate::room::talk::NOTICE_CHARS_MAX;
use crate::store::Addition;

impl Room {
    /// The conference is handed over to somebody who owns so many others.
    pub(super) fn hand_over(&mut self, by: &Member, whom: &UserId, others: usize) -> Result<Addition, RoomError> {
        let limit = self.shared.open_conferences;
        if others >= limit {
            return Err(RuleError::OwnsTooMany { who: whom.clone(), limit }.into());
        }
        self.people.take(Measure::HandOver, whom, by, self.environment.clock.now_ms())
    }

    /// The conference is changed.
    pub(super) fn change(&mut self, by: &Member, changes: ConferenceChanges) -> Result<Addition, RoomError> {
        let (changes, key) = (self.check_changes(changes)?, self.fresh_key());
        Ok(self.people.change_conference(changes, by, || key))
    }

    fn check_changes(&self, changes: ConferenceChanges) -> Result<ConferenceChanges, RoomError> {
        let changes = changes.checked(self.environment.clock.now_ms()).map_err(RuleError::Change)?;
        for (field, text) in [("title", &changes.title), ("description", &changes.description)] {
            self.talk.check_words(field, text.as_deref().unwrap_or_default())?;
        }
        // A wall cannot show what there is not.
        if let Some(WallShows::Activity(id)) = &changes.screen {
            self.activities.doc(id)?;
        }
        // Nor is anything prepared that there is not. What was thrown away since the queue was made may still stand in it.
        let former = &self.people.conference().settings.queue;
        let is_known = |id: &ActivityId| {
            self.activities.doc(id).map(drop).or_else(|error| former.contains(id).then_some(()).ok_or(error))
        };
        changes.queue.iter().flatten().try_for_each(is_known)?;
        Ok(changes)
    }

    /// The link gets another key.
    pub(super) fn rekey(&mut self, by: &Member) -> Result<Addition, RoomError> {
        self.people.rekey(by, self.fresh_key())
    }

    fn fresh_key(&self) -> JoinKey {
        let mut random = [0; KEY_BYTES];
        self.environment.rng.fill(&mut random);
        JoinKey::new(random)
    }

    /// A notice is pinned, or taken away.
    pub(super) fn pin(&mut self, by: &Member, text: Option<String>) -> Result<Addition, RoomError> {
        if let Some(text) = &text {
            self.talk.check_text("text", text, NOTICE_CHARS_MAX)?;
        }
        self.people.notice(text, by)
    }

    /// Forgets what no limit asks for any more.
    pub(super) fn forget_old(&mut self) {
        self.admission.forget_full();
        self.talk.forget_old(&self.people.conference().settings, self.environment.clock.now_ms());
    }
}
