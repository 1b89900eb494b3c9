//! The conference around the activity: its members, and a voice to them.

use serde::Serialize;

use crate::{Audience, Ctx, Error, Member, Presence, ReadCtx, Result, Role, host, json};

/// Members fetched at a time; the host gives no more on a page.
const PAGE_MEMBERS: u32 = 1_000;

impl ReadCtx {
    /// The member with this id, or none if they never joined or left.
    pub fn find_member(&self, id: &str) -> Option<Member> {
        host::room::find(id)
    }

    /// How many members the conference has, organizers too.
    pub fn member_count(&self) -> u32 {
        host::room::count()
    }

    /// All members in ascending order of id bytes, fetched page by page.
    pub fn members(&self) -> impl Iterator<Item = Member> + use<> {
        pages(Presence::Everyone)
    }
}

/// These members in ascending order of id bytes, page by page.
fn pages(who: Presence) -> impl Iterator<Item = Member> {
    let mut next = Some(None);
    std::iter::from_fn(move || {
        let cursor: Option<String> = next.take()?;
        let page = host::room::members(who, cursor.as_deref(), PAGE_MEMBERS);
        next = page.next.map(Some);
        Some(page.members)
    })
    .flatten()
}

impl<E> Ctx<E> {
    /// The members who have the conference open at this moment, in ascending order of id bytes.
    ///
    /// It is not recorded who they were: keep what you make of it.
    pub fn online_members(&self) -> impl Iterator<Item = Member> + use<E> {
        pages(Presence::Online)
    }
}

impl<E: Serialize> Ctx<E> {
    /// Sends an event of at most 16 KiB, at most 64 a call. It is sent when the call has succeeded and is durable.
    pub fn emit(&mut self, to: &Audience, event: &E) {
        host::room::emit(to, &json::write("an event", event));
    }

    /// Sends an event to everyone, at most 20 a second.
    ///
    /// It interrupts everyone: only for what is rare, such as a draw or a last packet. What moves with every action belongs
    /// in the view, what concerns one person in the reply.
    pub fn emit_everyone(&mut self, event: &E) {
        self.emit(&Audience::Everyone, event);
    }

    /// Sends an event to the organizers.
    pub fn emit_organizers(&mut self, event: &E) {
        self.emit(&Audience::Organizers, event);
    }

    /// Sends an event to one member.
    pub fn emit_to(&mut self, member_id: &str, event: &E) {
        self.emit(&Audience::Member(member_id.to_owned()), event);
    }
}

impl Member {
    /// Whether the member runs the conference.
    pub fn is_organizer(&self) -> bool {
        self.role == Role::Organizer
    }

    /// Lets only organizers pass.
    ///
    /// # Errors
    /// [`Error::Denied`] with `text` for anybody else.
    pub fn require_organizer(&self, text: &str) -> Result<()> {
        if self.is_organizer() { Ok(()) } else { Err(Error::denied(text)) }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[test]
    fn those_who_are_online_are_fewer() {
        testing::with_members(["a".to_owned(), "b".to_owned()], |ctx| {
            testing::imports::room::set_offline("a");
            assert_eq!(ctx.online_members().map(|member| member.id).collect::<Vec<_>>(), ["b"]);
            assert_eq!(ctx.members().count(), 2);
        });
    }

    #[test]
    fn members_come_in_order_across_pages() {
        let mut names = Vec::new();
        testing::with_members((0..2_500).map(|n| format!("m{n:04}")), |ctx| {
            names = ctx.members().map(|member| member.id).collect();
            assert_eq!(ctx.member_count(), 2_500);
        });
        assert_eq!(names.len(), 2_500);
        assert!(names.is_sorted());
    }
}
