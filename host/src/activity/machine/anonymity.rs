//! What is different in an anonymous activity: under which ids its plugin and its journal know people, and how it ends.
//!
//! Only the members who act or look have one here; the plugin is told how many members there are and nothing else of them.
//! That commands are kept under such ids is the room's business.
//!
//! # Invariants
//! * Nothing that leaves here for the journal has a person beside what they did, or beside their pseudonym.
//! * The outcome that closes the activity takes the veil away and tells who took part: both or neither.

use std::sync::Arc;

use super::calls::{Machine, Success};
use crate::activity::environment::plugin_member;
use crate::domain::entry::Happening;
use crate::domain::id::UserId;
use crate::domain::member::Member;

/// Under which id somebody looks at an anonymous activity that was closed: nobody ever acted under it.
const NOBODY: &str = "nobody";
/// People of an entry that tells who took part.
const PEOPLE_MAX: usize = 500;

impl Machine {
    /// Under which id an anonymous activity knows a member, as long as it can be acted in.
    pub(super) fn pseudonym(&self, member: &Member) -> Option<UserId> {
        self.doc.veil.as_ref().map(|veil| veil.pseudonym(&member.id))
    }

    /// A member as the plugin sees them.
    pub(super) fn as_seen(&self, member: &Member, pseudonym: Option<&UserId>) -> hezi_plugin::Member {
        let seen = plugin_member(member);
        if !self.doc.anonymous {
            return seen;
        }
        hezi_plugin::Member { id: pseudonym.map_or(NOBODY, UserId::as_str).to_owned(), name: String::new(), ..seen }
    }

    /// A member has acted in an anonymous activity, under this pseudonym: that they did is kept, apart from what they did.
    pub(super) fn note_part(&mut self, member: &Member, pseudonym: &UserId, success: &mut Success) {
        let Some(veil) = self.doc.veil.clone() else { return };
        let rng = Arc::clone(&self.environment.rng);
        if let Some((key, sealed)) = self.roll.note(&member.person(), pseudonym, &veil, rng.as_ref()) {
            success.keep(key, sealed);
        }
    }

    /// The activity is closed: its veil goes, and who took part is told.
    pub(super) fn lift_veil(&mut self) -> Vec<Happening> {
        let Some(veil) = Arc::make_mut(&mut self.doc).lift_veil() else { return Vec::new() };
        let people = std::mem::take(&mut self.roll).people(&veil);
        let told = |who: &[_]| Happening::TookPart { activity: self.doc.id.clone(), who: who.to_vec() };
        people.chunks(PEOPLE_MAX).map(told).collect()
    }
}
