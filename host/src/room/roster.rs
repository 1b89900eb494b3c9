//! Who is connected: sockets by number, and how many of each member's.
//!
//! # Invariants
//! * A member is online while at least one of their sockets is here that is no screen's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use hezi_plugin::Online;

use super::outbox::Outbox;
use crate::domain::entry::{Audience, Entry, Happening};
use crate::domain::id::{CommandId, UserId};
use crate::domain::language::Languages;
use crate::domain::member::Role;
use crate::domain::session::SessionTag;
use crate::protocol::close::Close;
use crate::protocol::code::Problem;
use crate::telemetry::Counted;

/// Most kinds of readers that views are made for at a time: those who are left get the language of the others.
const READERS_MAX: usize = 32;

/// Number of a connection within a room.
pub(super) type ConnectionId = u64;

/// Who looks through a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looker {
    /// Somebody who joined, and is there by it.
    Member,
    /// Everybody in front of a wall. Whoever it is signed in as is not there by it, and sees no more than a participant.
    Screen,
}

/// A connection, as the room knows it: who looks through it, and the way to it.
pub(super) struct Socket {
    /// Whose session it hangs on.
    pub(super) person: UserId,
    pub(super) looker: Looker,
    pub(super) role: Role,
    pub(super) session: SessionTag,
    /// What its person reads: the place among the kinds of readers.
    pub(super) reader: usize,
    pub(super) outbox: Outbox,
}

impl Socket {
    /// Whether an entry is sent over it. What an activity says to one person is on no wall, whoever that is.
    pub(super) fn sees(&self, entry: &Entry) -> bool {
        let is_personal = matches!(&entry.what, Happening::Emit { to: Audience::Member(_), .. });
        (self.looker == Looker::Member || !is_personal) && entry.visible_to(&self.person, self.role)
    }
}

/// Who is connected.
#[derive(Default)]
pub(super) struct Roster {
    sockets: BTreeMap<ConnectionId, Socket>,
    of_person: HashMap<UserId, OwnSockets>,
    /// How many of them are screens: there may be many sockets, and this is asked with each that comes.
    screens: usize,
    /// Whether somebody has come or gone since this was asked last.
    has_changed: bool,
    next: ConnectionId,
    /// What people read, and how many sockets there are of each kind. The place of a kind that nobody is of any more is given
    /// to the next one.
    readers: Vec<(Languages, usize)>,
    /// Who is online, as plugins see it.
    online: Arc<ArcSwap<Online>>,
    /// The room among those in which somebody is online.
    counted: Option<Counted>,
}

/// The sockets of one person.
#[derive(Default)]
struct OwnSockets {
    /// All of them, oldest first.
    all: Vec<ConnectionId>,
    /// How many of them are no screens.
    own: usize,
    /// The member among those who are online.
    counted: Option<Counted>,
}

impl Roster {
    /// Nobody yet; who comes and goes is told here.
    pub(super) fn telling(online: Arc<ArcSwap<Online>>) -> Self {
        Self { online, ..Self::default() }
    }

    /// The place of those who read these among the kinds of readers. It is counted when a socket is added.
    pub(super) fn reader_of(&mut self, languages: Languages) -> usize {
        let is_same = |(other, count): &(Languages, usize)| *count > 0 && *other == languages;
        let place = self.readers.iter().position(is_same);
        let free = || self.readers.iter().position(|(_, count)| *count == 0);
        match place.or_else(free) {
            Some(place) => {
                self.readers[place].0 = languages;
                place
            }
            None => {
                self.readers.push((languages, 0));
                self.readers.len() - 1
            }
        }
    }

    /// The kinds of readers, by their places.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Languages> {
        self.readers.iter().map(|(languages, _)| languages)
    }

    /// What people read, the most common kinds first; not more than a view can be made for.
    pub(super) fn common_readers(&self) -> Vec<Languages> {
        let mut kinds: Vec<&(Languages, usize)> = self.readers.iter().filter(|(_, count)| *count > 0).collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        kinds.into_iter().take(READERS_MAX).map(|(languages, _)| languages.clone()).collect()
    }

    /// Whether a socket is a member's own.
    pub(super) fn is_own(&self, id: ConnectionId) -> bool {
        self.sockets.get(&id).is_some_and(|socket| socket.looker == Looker::Member)
    }

    /// Whose session a socket hangs on, and what they read.
    pub(super) fn reader(&self, id: ConnectionId) -> Option<(UserId, Languages)> {
        let socket = self.sockets.get(&id)?;
        let (languages, _) = self.readers.get(socket.reader)?;
        Some((socket.person.clone(), languages.clone()))
    }

    fn tell_online(&self, change: impl FnOnce(&mut Online)) {
        let mut online = self.online.load().as_ref().clone();
        change(&mut online);
        self.online.store(Arc::new(online));
    }

    /// Adds a socket; closes the member's oldest one when they have too many.
    pub(super) fn add(&mut self, socket: Socket, per_member_max: usize) -> ConnectionId {
        let id = self.next;
        self.next += 1;
        self.counted.get_or_insert_with(|| Counted::by("hezi_rooms_online"));
        let sockets = self.of_person.entry(socket.person.clone()).or_default();
        sockets.all.push(id);
        let surplus = (sockets.all.len() > per_member_max.max(1)).then(|| sockets.all[0]);
        self.has_changed = true;
        match socket.looker {
            Looker::Screen => self.screens += 1,
            Looker::Member => {
                sockets.own += 1;
                if sockets.own == 1 {
                    sockets.counted = Some(Counted::by("hezi_members_online"));
                    self.tell_online(|online| online.insert_mut(socket.person.as_str().into()));
                }
            }
        }
        if let Some((_, count)) = self.readers.get_mut(socket.reader) {
            *count += 1;
        }
        self.sockets.insert(id, socket);
        if let Some(oldest) = surplus {
            self.close(oldest, Close::TooManySockets);
        }
        id
    }

    /// Takes a socket out, if it is still there.
    pub(super) fn remove(&mut self, id: ConnectionId) {
        let Some(socket) = self.sockets.remove(&id) else { return };
        self.has_changed = true;
        self.screens -= usize::from(socket.looker == Looker::Screen);
        if let Some((_, count)) = self.readers.get_mut(socket.reader) {
            *count -= 1;
        }
        if let Some(sockets) = self.of_person.get_mut(&socket.person) {
            sockets.all.retain(|other| *other != id);
            let is_own = socket.looker == Looker::Member;
            sockets.own -= usize::from(is_own);
            let has_gone = is_own && sockets.own == 0;
            if has_gone {
                sockets.counted = None;
            }
            if sockets.all.is_empty() {
                self.of_person.remove(&socket.person);
            }
            if has_gone {
                self.tell_online(|online| {
                    online.remove_mut(socket.person.as_str());
                });
            }
        }
        if self.of_person.is_empty() {
            self.counted = None;
        }
    }

    /// Closes a socket and takes it out.
    pub(super) fn close(&mut self, id: ConnectionId, close: Close) {
        if let Some(socket) = self.sockets.get(&id) {
            socket.outbox.close(close);
        }
        self.remove(id);
    }

    /// Closes the sockets that this holds for.
    pub(super) fn close_where(&mut self, close: Close, holds: impl Fn(&Socket) -> bool) {
        let closing: Vec<_> = self.sockets.iter().filter(|(_, socket)| holds(socket)).map(|(id, _)| *id).collect();
        for id in closing {
            self.close(id, close);
        }
    }

    /// Sends a frame to one socket.
    pub(super) fn send(&mut self, id: ConnectionId, frame: Bytes) {
        if let Some(socket) = self.sockets.get(&id)
            && !socket.outbox.push(frame)
        {
            self.remove(id);
        }
    }

    /// Refuses a command of one socket.
    pub(super) fn refuse(&mut self, id: ConnectionId, command: &CommandId, problem: &Problem) {
        if let Some(socket) = self.sockets.get(&id)
            && !socket.outbox.refuse(Some(command.as_str()), problem)
        {
            self.remove(id);
        }
    }

    /// Sends a frame to every socket that this holds for. Sockets that are too slow are taken out.
    pub(super) fn broadcast(&mut self, frame: &Bytes, holds: impl Fn(&Socket) -> bool) {
        self.broadcast_each(|_, socket| holds(socket).then(|| frame.clone()));
    }

    /// Sends every socket the frame that it is to have, if there is one for it. Sockets that are too slow are taken out.
    pub(super) fn broadcast_each(&mut self, frame: impl Fn(ConnectionId, &Socket) -> Option<Bytes>) {
        let mut lost = Vec::new();
        for (id, socket) in &self.sockets {
            if frame(*id, socket).is_some_and(|frame| !socket.outbox.push(frame)) {
                lost.push(*id);
            }
        }
        for id in lost {
            self.remove(id);
        }
    }

    /// A member's role has changed.
    pub(super) fn set_role(&mut self, member: &UserId, role: Role) {
        for id in self.of_person.get(member).into_iter().flat_map(|sockets| &sockets.all) {
            if let Some(socket) = self.sockets.get_mut(id).filter(|socket| socket.looker == Looker::Member) {
                socket.role = role;
            }
        }
    }

    /// The sessions that sockets hang on.
    pub(super) fn sessions(&self) -> HashSet<SessionTag> {
        self.sockets.values().map(|socket| socket.session).collect()
    }

    /// How many members are online.
    pub(super) fn online(&self) -> usize {
        self.online.load().size()
    }

    /// How many screens are connected.
    pub(super) fn screens(&self) -> usize {
        self.screens
    }

    /// Whether somebody has come or gone since that was taken last.
    pub(super) fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Whether somebody has come or gone; from now on it is asked of what happens next.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.has_changed)
    }

    /// Whether nobody is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ActivityId;
    use crate::domain::tongue::Tongue;

    fn socket(member: &str, looker: Looker) -> Socket {
        Socket {
            person: UserId::parse(member).expect("an id"),
            looker,
            role: Role::Participant,
            session: SessionTag([0; 32]),
            reader: 0,
            outbox: Outbox::new(1, Tongue::English).0,
        }
    }

    #[test]
    fn whoever_has_two_sockets_is_one_member_until_the_last_one_closes() {
        let mut roster = Roster::default();
        let count = |roster: &Roster| (roster.counted.is_some(), roster.online());
        let (phone, laptop) =
            (roster.add(socket("li", Looker::Member), 9), roster.add(socket("li", Looker::Member), 9));
        let other = roster.add(socket("wang", Looker::Member), 9);
        assert_eq!(count(&roster), (true, 2));
        roster.remove(phone);
        assert_eq!(count(&roster), (true, 2));
        roster.remove(laptop);
        assert_eq!(count(&roster), (true, 1));
        roster.close(other, Close::Left);
        assert_eq!(count(&roster), (false, 0));
        assert!(roster.is_empty());
    }

    #[test]
    fn a_screen_is_nobody_and_sees_no_more_than_a_participant() {
        let mut roster = Roster::default();
        let screen = roster.add(socket("li", Looker::Screen), 9);
        assert!(roster.online() == 0 && !roster.is_empty() && !roster.online.load().contains("li"));
        let phone = roster.add(socket("li", Looker::Member), 9);
        assert!(roster.online() == 1 && roster.online.load().contains("li"));
        roster.set_role(&UserId::parse("li").expect("an id"), Role::Organizer);
        assert_eq!([phone, screen].map(|id| roster.sockets[&id].role), [Role::Organizer, Role::Participant]);
        let told = Happening::Emit {
            activity: ActivityId::parse("a").expect("an id"),
            to: Audience::Member(UserId::parse("li").expect("an id")),
            event: hezi_plugin::JsonText::of(&1).expect("JSON"),
        };
        let told = Entry { seq: 1, at_ms: 0, what: told };
        assert_eq!([phone, screen].map(|id| roster.sockets[&id].sees(&told)), [true, false]);
        roster.remove(phone);
        assert!(roster.online() == 0 && !roster.online.load().contains("li"));
        assert_eq!((roster.screens(), roster.take_changed(), roster.has_changed()), (1, true, false));
        roster.close_where(Close::Removed, |socket| socket.person.as_str() == "li");
        assert!(roster.is_empty() && roster.of_person.is_empty(), "a screen closes, too");
        assert_eq!((roster.screens(), roster.has_changed()), (0, true));
    }

    #[test]
    fn a_socket_that_is_too_slow_is_gone_and_that_is_news() {
        let mut roster = Roster::default();
        let screen = roster.add(socket("li", Looker::Screen), 9);
        assert!(roster.take_changed());
        for _ in 0..2 {
            roster.send(screen, Bytes::from_static(b"more than its queue takes"));
        }
        assert_eq!((roster.screens(), roster.has_changed()), (0, true));
        roster.remove(screen);
        assert_eq!(roster.screens(), 0, "nobody goes twice");
    }

    #[test]
    fn kinds_of_readers_are_counted_and_their_places_given_again() {
        let mut roster = Roster::default();
        let languages = |header: &str| Languages::accepted(header);
        let add = |roster: &mut Roster, member: &str, header: &str| {
            let reader = roster.reader_of(languages(header));
            roster.add(Socket { reader, ..socket(member, Looker::Member) }, 9)
        };
        let (li, _, zhang) =
            (add(&mut roster, "li", "en"), add(&mut roster, "wang", "zh"), add(&mut roster, "zhang", "zh"));
        assert_eq!(roster.common_readers(), [languages("zh"), languages("en")]);
        assert!(roster.online.load().contains("li"));
        roster.remove(li);
        assert_eq!(roster.common_readers(), [languages("zh")]);
        assert!(!roster.online.load().contains("li"));
        let tom = add(&mut roster, "tom", "fr");
        assert_eq!(
            (roster.kinds().count(), roster.reader(tom)),
            (2, Some((UserId::parse("tom").expect("an id"), languages("fr"))))
        );
        roster.remove(zhang);
        assert_eq!(roster.common_readers().len(), 2);
    }
}
