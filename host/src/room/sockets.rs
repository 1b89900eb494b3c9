//! Everybody who looks: the sockets of a room, what they missed, and who is here.
//!
//! # Invariants
//! * The welcome, the missed entries and the first live entry leave no gap and no overlap: all three are pushed by the
//!   room's task.

use std::collections::HashSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use hezi_plugin::Online;
use serde_json::value::RawValue;

use super::message::Coming;
use super::outbox::Outbox;
use super::reactions::Reacting;
use super::recent::{Position, Recent};
use super::roster::{ConnectionId, Looker, Roster, Socket};
use super::rule::RuleError;
use crate::activity::Views;
use crate::domain::conference::Conference;
use crate::domain::entry::Entry;
use crate::domain::id::{CommandId, UserId};
use crate::domain::language::Languages;
use crate::domain::member::{Member, Person, Role};
use crate::domain::session::SessionTag;
use crate::protocol::close::Close;
use crate::protocol::code::Problem;
use crate::protocol::conference::ConferenceView;
use crate::protocol::entry;
use crate::protocol::frame;
use crate::protocol::server::{ActivityView, Frame, Me};
use crate::protocol::time::time_text;

/// Chat messages in a welcome, and most bytes of them.
const CHAT_LEN: usize = 50;
const CHAT_BYTES_MAX: usize = 64 << 10;

/// The sockets of a room.
pub(super) struct Sockets {
    roster: Roster,
    recent: Recent,
    per_member_max: usize,
    public_url: String,
    alive_every_ms: u64,
    /// Whether who is a member, or what they are called or may do, has changed since everybody was told who is here.
    is_presence_old: bool,
}

impl Sockets {
    /// No sockets yet; whoever comes back finds these entries.
    pub(super) fn new(
        online: Arc<ArcSwap<Online>>,
        recent: Recent,
        per_member_max: usize,
        public_url: String,
        alive_every_ms: u64,
    ) -> Self {
        let roster = Roster::telling(online);
        Self { roster, recent, per_member_max, public_url, alive_every_ms, is_presence_old: false }
    }

    /// A socket comes: it gets the welcome, and what was missed since this position. A position that is none in this journal,
    /// because it lies beyond its end or was taken in another one, gives a fresh start.
    pub(super) fn connect(&mut self, member: &Member, coming: Coming, now: Now<'_>) -> ConnectionId {
        let Coming { looker, key: _, session, position, languages, outbox } = coming;
        let position = position.filter(|position| position.since <= now.durable);
        let missed = position.and_then(|position| self.recent.after(position));
        let reader = self.roster.reader_of(languages);
        let (person, role) = (member.id.clone(), member.role);
        let socket = Socket { person, looker, role, session, reader, outbox: outbox.clone() };
        let missed: Option<Vec<Bytes>> = missed.map(|missed| {
            let visible = missed.filter(|framed| socket.sees(&framed.entry));
            visible.map(|framed| framed.frame.clone()).collect()
        });
        let connection = self.roster.add(socket, self.per_member_max);
        let welcome = Frame::Welcome {
            conference: &ConferenceView::new(now.conference, &self.public_url),
            me: Me { id: member.id.as_str(), name: &member.name, role: member.role, muted: member.is_muted },
            seq: now.durable,
            at: self.recent.last_at_ms().map(time_text),
            now_ms: now.now_ms,
            alive_every_ms: self.alive_every_ms,
            resumed: missed.is_some(),
            members: now.members,
            online: self.roster.online(),
            screens: screens_for(role, &self.roster),
            activities: &now.activities,
            chat: match missed {
                Some(_) => Vec::new(),
                None => self.last_chat(),
            },
            on_wall: &now.conference.settings.on_wall,
            reactions: now.reactions,
            reacted: match looker {
                Looker::Member => self.recent.reactions().by(&member.id),
                Looker::Screen => Vec::new(),
            },
        };
        outbox.preload(frame::json(&welcome));
        if let Some(missed) = missed {
            missed.into_iter().for_each(|frame| outbox.preload(frame));
            self.tell_missed_reactions(position, &outbox);
        }
        connection
    }

    /// Reactions are no entries that sockets see: who comes back is told how they stand.
    fn tell_missed_reactions(&self, position: Option<Position>, outbox: &Outbox) {
        let messages = position.map(|position| self.recent.reactions().since(position.since)).unwrap_or_default();
        if !messages.is_empty() {
            outbox.preload(frame::json(&Frame::Reactions { messages }));
        }
    }

    /// What was said last: enough for a first screen.
    fn last_chat(&self) -> Vec<Box<RawValue>> {
        let mut left = CHAT_BYTES_MAX;
        let reactions = self.recent.reactions();
        let shown = |said: &Entry| entry::entry_with(said, reactions.of(said.seq));
        let newest = self.recent.newest_chat().take(CHAT_LEN).filter_map(shown);
        let mut chat: Vec<Box<RawValue>> = newest
            .take_while(|entry| {
                left = left.saturating_sub(entry.get().len());
                left > 0
            })
            .collect();
        chat.reverse();
        chat
    }

    /// A socket has gone.
    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        self.roster.remove(connection);
    }

    /// What the people read who look, one way a kind of reader.
    pub(super) fn readers(&self) -> Vec<Languages> {
        self.roster.common_readers()
    }

    /// Whose socket it is, and what they read.
    pub(super) fn reader(&self, connection: ConnectionId) -> Option<(UserId, Languages)> {
        self.roster.reader(connection)
    }

    /// Whether a socket is a member's own, and no screen's.
    pub(super) fn is_own(&self, connection: ConnectionId) -> bool {
        self.roster.is_own(connection)
    }

    /// Closes the screens of people who do not pass this; they come back and are judged anew.
    pub(super) fn close_screens(&mut self, passes: impl Fn(&UserId) -> bool) {
        self.roster.close_where(Close::RoomReset, |socket| socket.looker == Looker::Screen && !passes(&socket.person));
    }

    /// Sends everybody the view of an activity that they read best, but for those who know it as it is, and those who are left
    /// out.
    pub(super) fn show_views<'f>(
        &mut self,
        views: &'f Views,
        known: Option<&Views>,
        is_left_out: impl Fn(ConnectionId) -> bool,
        frame: impl Fn(&'f RawValue) -> Frame<'f>,
    ) {
        let bytes = |view| frame::json(&frame(view));
        let frames: Vec<Bytes> = views.all().map(bytes).collect();
        // Looked up once a kind of reader, and not once a socket.
        let is_known = |languages: &Languages| {
            known.is_some_and(|known| known.best(languages).get() == views.best(languages).get())
        };
        let place = |languages: &Languages| (!is_known(languages)).then(|| views.best_place(languages));
        let of_reader: Vec<Option<usize>> = self.roster.kinds().map(place).collect();
        self.roster.broadcast_each(|id, socket| {
            let place = of_reader.get(socket.reader).copied().unwrap_or(Some(0))?;
            frames.get(place).filter(|_| !is_left_out(id)).cloned()
        });
    }

    /// Sends a frame to one socket.
    pub(super) fn send(&mut self, connection: ConnectionId, frame: &Frame<'_>) {
        self.roster.send(connection, frame::json(frame));
    }

    /// Sends an entry to those who may see it.
    pub(super) fn tell(&mut self, entry: Entry) {
        let Some(framed) = self.recent.push(entry) else { return };
        self.roster.broadcast(&framed.frame, |socket| socket.sees(&framed.entry));
    }

    /// Sends a frame to everybody.
    pub(super) fn show(&mut self, frame: &Frame<'_>) {
        self.roster.broadcast(&frame::json(frame), |_| true);
    }

    /// Tells a socket why a command was not carried out.
    pub(super) fn refuse(&mut self, connection: ConnectionId, id: &CommandId, problem: &Problem) {
        self.roster.refuse(connection, id, problem);
    }

    /// Who is here, or what they are called, has changed.
    pub(super) fn presence_is_old(&mut self) {
        self.is_presence_old = true;
    }

    /// Whether everybody is to be told who is here, or how people reacted.
    pub(super) fn wants_news(&self) -> bool {
        self.is_presence_old || self.roster.has_changed() || self.recent.reactions().are_untold()
    }

    /// Tells everybody who is here, and how people reacted, where that has changed.
    pub(super) fn tell_news(&mut self, members: usize, recent: &[Person]) {
        let (is_old, has_changed) = (std::mem::take(&mut self.is_presence_old), self.roster.take_changed());
        if is_old || has_changed {
            self.tell_presence(members, recent);
        }
        let messages = self.recent.reactions_mut().take_untold();
        if !messages.is_empty() {
            self.show(&Frame::Reactions { messages });
        }
    }

    fn tell_presence(&mut self, members: usize, recent: &[Person]) {
        let online = self.roster.online();
        let [of_organizers, of_others] = [Role::Organizer, Role::Participant].map(|role| {
            let screens = screens_for(role, &self.roster);
            frame::json(&Frame::Presence { members, online, screens, recent })
        });
        self.roster.broadcast_each(|_, socket| match socket.role {
            Role::Organizer => Some(of_organizers.clone()),
            Role::Participant => Some(of_others.clone()),
        });
    }

    /// The last entries.
    pub(super) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Takes a reaction that has got its place.
    ///
    /// # Errors
    /// [`RuleError`] where it changes nothing.
    pub(super) fn react(&mut self, of: Reacting<'_>) -> Result<(), RuleError> {
        self.recent.reactions_mut().take(of)
    }

    /// A member's role has changed: what they are told of who is here is another thing now.
    pub(super) fn set_role(&mut self, member: &UserId, role: Role) {
        self.roster.set_role(member, role);
        self.is_presence_old = true;
    }

    /// Somebody is no member any more: their sockets are closed.
    pub(super) fn close_of(&mut self, member: &UserId, close: Close) {
        self.roster.close_where(close, |socket| socket.person == *member);
    }

    /// A session has ended: its sockets are closed.
    pub(super) fn sign_out(&mut self, session: SessionTag) {
        self.roster.close_where(Close::SignedOut, |socket| socket.session == session);
    }

    /// Closes all sockets.
    pub(super) fn close_all(&mut self, close: Close) {
        self.roster.close_where(close, |_| true);
    }

    /// The sessions that sockets hang on.
    pub(super) fn sessions(&self) -> HashSet<SessionTag> {
        self.roster.sessions()
    }

    /// Whether nobody is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.roster.is_empty()
    }
}

/// How many screens are connected, for organizers: whoever drives the wall has to know whether there is one.
fn screens_for(role: Role, roster: &Roster) -> Option<usize> {
    (role == Role::Organizer).then(|| roster.screens())
}

/// What a welcome shows.
pub(super) struct Now<'r> {
    /// The last durable entry.
    pub(super) durable: u64,
    /// The time, in milliseconds since 1970.
    pub(super) now_ms: u64,
    pub(super) conference: &'r Conference,
    /// How many there are.
    pub(super) members: usize,
    pub(super) activities: Vec<ActivityView>,
    /// The reactions that a message may get.
    pub(super) reactions: &'r [String],
}
