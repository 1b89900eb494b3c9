//! What organizers do: about people, about the conference, and what everybody is to see.
//!
//! That they may was judged in `commanding`; what can be done is for `people` to say.

use super::Room;
use crate::domain::changes::ConferenceChanges;
use crate::domain::entry::{Entry, Happening};
use crate::domain::join_key::{JoinKey, KEY_BYTES};
use crate::domain::measure::Measure;
use crate::domain::member::Member;
use crate::domain::settings::WallShows;
use crate::protocol::close::Close;
use crate::room::error::RoomError;
use crate::room::rule::RuleError;
use crate::room::talk::NOTICE_CHARS_MAX;
use crate::store::Addition;

impl Room {
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

    /// An entry is durable: those who may see it are told, and sockets follow what happened to their members.
    pub(super) fn tell(&mut self, entry: Entry) {
        if let Happening::Measured { measure, who, .. } = &entry.what {
            match (measure, self.people.member(&who.id)) {
                (Measure::Remove, Err(_)) => {
                    self.people.has_left(&who.id);
                    self.sockets.close_of(&who.id, Close::Removed);
                }
                (Measure::Appoint | Measure::Dismiss | Measure::HandOver, Ok(member)) => {
                    self.sockets.set_role(&who.id, member.role);
                }
                _ => {}
            }
        }
        self.sockets.tell(entry);
    }

    /// Forgets what no limit asks for any more.
    pub(super) fn forget_old(&mut self) {
        self.admission.forget_full();
        self.talk.forget_old(&self.people.conference().settings, self.environment.clock.now_ms());
    }
}
