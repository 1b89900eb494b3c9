//! `room`: the conference's members, and a voice to them.
//!
//! Members are those of the moment the call began. Events are collected here and sent by whoever called, after the
//! call's changes are durable. An event to a member that cannot exist reaches nobody and is dropped.

use super::{Host, Need};
use crate::{
    Fault, Member, Role,
    bindings::hezi::activity::{
        room::{self, MemberPage, Presence},
        types,
    },
    call::{Audience, Emit},
    json::JsonText,
    limits::PAGE_ITEMS_MAX,
};

/// Longest id of a member.
const MEMBER_ID_BYTES_MAX: usize = 64;
/// What a member of a page costs besides the bytes of id and name.
const MEMBER_FUEL: usize = 50;

impl room::Host for Host {
    fn find(&mut self, id: String) -> wasmtime::Result<Option<types::Member>> {
        self.enter("room.find", Need::Read, id.len())?;
        Ok(self.ctx.members.get(&id).map(Into::into))
    }

    fn count(&mut self) -> wasmtime::Result<u32> {
        self.enter("room.count", Need::Read, 0)?;
        Ok(u32::try_from(self.ctx.members.len()).unwrap_or(u32::MAX))
    }

    fn members(&mut self, who: Presence, cursor: Option<String>, limit: u32) -> wasmtime::Result<MemberPage> {
        // Who is online changes without the activity: a view that showed it would be old at once.
        let need = if who == Presence::Online { Need::Write } else { Need::Read };
        self.enter("room.members", need, cursor.as_ref().map_or(0, String::len))?;
        let limit = limit.clamp(1, PAGE_ITEMS_MAX) as usize;
        let is_meant = |member: &&Member| who == Presence::Everyone || self.ctx.online.contains(member.id.as_str());
        let mut after = self.ctx.members.after(cursor.as_deref()).filter(is_meant);
        let members: Vec<types::Member> = after.by_ref().take(limit).map(Into::into).collect();
        let next = after.next().and(members.last()).map(|member| member.id.clone());
        drop(after);
        self.charge(members.iter().map(|member| MEMBER_FUEL + member.id.len() + member.name.len()).sum())?;
        Ok(MemberPage { members, next })
    }

    fn emit(&mut self, to: types::Audience, event: String) -> wasmtime::Result<()> {
        self.enter("room.emit", Need::Write, event.len())?;
        let audience = match to {
            types::Audience::Everyone => Audience::Everyone,
            types::Audience::Organizers => Audience::Organizers,
            types::Audience::Member(id) => Audience::Member(id),
        };
        let event = self.check_emit(&audience, event).map_err(|fault| self.fail(fault))?;
        if !matches!(&audience, Audience::Member(id) if id.len() > MEMBER_ID_BYTES_MAX) {
            self.emits.push(Emit { audience, event });
        }
        Ok(())
    }
}

impl Host {
    fn check_emit(&mut self, audience: &Audience, event: String) -> Result<JsonText, Fault> {
        if self.emits.len() >= self.limits.events {
            return Err(Fault::TooManyEvents { limit: self.limits.events });
        }
        if event.len() > self.limits.event_bytes {
            return Err(Fault::EventTooLarge { bytes: event.len(), limit_bytes: self.limits.event_bytes });
        }
        let event = JsonText::parse(event);
        let event = event.map_err(|problem| Fault::EventNotJson { message: problem.to_string() })?;
        if *audience == Audience::Everyone {
            let too_many = Fault::TooManyBroadcasts { limit_per_s: self.limits.broadcasts_per_s };
            self.broadcasts_left = self.broadcasts_left.checked_sub(1).ok_or(too_many)?;
        }
        Ok(event)
    }
}

impl From<&Member> for types::Member {
    fn from(member: &Member) -> Self {
        member.clone().into()
    }
}

impl From<Role> for types::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Participant => Self::Participant,
            Role::Organizer => Self::Organizer,
        }
    }
}

impl From<Member> for types::Member {
    fn from(Member { id, name, role }: Member) -> Self {
        Self { id, name, role: role.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Answer, Limits, Members, Space, bindings::hezi::activity::room::Host as _};

    fn host(mode: Mode, members: usize) -> Host {
        let member = |n| Member { id: format!("m{n:04}"), name: "名".into(), role: Role::Organizer };
        let members: Members = (0..members).map(member).collect();
        Host::in_call(mode, Limits::default(), Space::new(), members)
    }

    fn emit(host: &mut Host, to: types::Audience, event: &str) -> Option<&'static str> {
        host.emit(to, event.into()).err().map(|_| host.take_fault().unwrap().code())
    }

    #[test]
    fn members_go_page_by_page() {
        let mut host = host(Mode::View, 1_001);
        let first = host.members(Presence::Everyone, None, u32::MAX).unwrap();
        assert_eq!((first.members.len(), first.next.as_deref()), (1_000, Some("m0999")));
        let last = host.members(Presence::Everyone, first.next, 0).unwrap();
        assert_eq!((last.members.len(), last.next), (1, None));
        assert_eq!(host.members(Presence::Everyone, Some("\u{10ffff}".into()), 5).unwrap().members.len(), 0);
        assert_eq!(host.count().unwrap(), 1_001);
        assert_eq!(host.find("m0007".into()).unwrap().unwrap().role, types::Role::Organizer);
        assert!(host.find(String::new()).unwrap().is_none());
    }

    #[test]
    fn those_who_are_online_are_told_to_calls_that_may_change_something() {
        let page = host(Mode::Write, 20).members(Presence::Online, None, 5).unwrap();
        assert_eq!(page.members.iter().map(|member| member.id.as_str()).collect::<Vec<_>>(), ["m0007"]);
        assert!(host(Mode::View, 20).members(Presence::Online, None, 5).is_err());
    }

    #[test]
    fn events_are_json_of_a_bounded_size_and_number() {
        let to = || types::Audience::Organizers;
        let mut host = host(Mode::Write, 0);
        assert_eq!(emit(&mut host, to(), "{"), Some("event_not_json"));
        assert_eq!(emit(&mut host, to(), &format!("\"{}\"", "x".repeat(16_384))), Some("event_too_large"));
        for _ in 0..64 {
            assert_eq!(emit(&mut host, to(), "{\"n\":1}"), None);
        }
        assert_eq!(emit(&mut host, to(), "{}"), Some("too_many_events"));
    }

    #[test]
    fn events_to_everyone_are_bounded_further() {
        let mut host = host(Mode::Write, 0);
        for _ in 0..20 {
            assert_eq!(emit(&mut host, types::Audience::Everyone, "1"), None);
        }
        assert_eq!(emit(&mut host, types::Audience::Everyone, "1"), Some("too_many_broadcasts"));
        assert_eq!(emit(&mut host, types::Audience::Member("m0000".into()), "1"), None);
    }

    #[test]
    fn an_event_to_an_impossible_member_is_dropped() {
        let mut host = host(Mode::Write, 0);
        assert_eq!(emit(&mut host, types::Audience::Member("x".repeat(1 << 20)), "1"), None);
        assert!(host.emits.is_empty());
    }

    #[test]
    fn events_and_a_reply_fit_into_a_journal_record_together() {
        let mut host = host(Mode::Write, 0);
        let event = format!("\"{}\"", "x".repeat(16_000));
        for _ in 0..40 {
            assert_eq!(emit(&mut host, types::Audience::Organizers, &event), None);
        }
        let reply = |text: &str| Answer::Reply(JsonText::of(&text).unwrap());
        assert!(host.check_outcome(reply("x")).is_ok());
        let fault = host.check_outcome(reply(&"x".repeat(16 << 10))).unwrap_err();
        assert_eq!(fault.code(), "outcome_too_large");
    }

    #[test]
    fn a_view_may_not_emit() {
        assert_eq!(emit(&mut host(Mode::View, 0), types::Audience::Everyone, "1"), Some("read_only"));
    }
}
