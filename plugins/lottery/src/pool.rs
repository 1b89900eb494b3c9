//! The pages of the pool: who can win, for whoever looks for themselves or wants to compute the draws again.
//!
//! # Invariants
//! * Everybody in the pool stands on one page, and whatever they are called a page fits into what the host shows.
//! * A query that makes no sense is none of these pages.

use hezi_sdk::{Member, Person, ReadCtx, RosterReader, View};

use crate::state::{Frozen, POOL};
use crate::texts::Texts;

/// People on a page: a list shows no more.
const PAGE_PEOPLE: u32 = 200;
/// What the query of a page begins with; its number follows, from 0.
const QUERY: &str = "pool/";

/// The page of the pool that somebody has asked for, from 0; none for the draw itself.
pub(crate) fn asked(ctx: &ReadCtx, frozen: &Frozen) -> Option<u32> {
    let page: u32 = ctx.query()?.strip_prefix(QUERY)?.parse().ok()?;
    (page < frozen.pool.div_ceil(PAGE_PEOPLE)).then_some(page)
}

/// Leads from the draw to the pool, and back.
pub(crate) fn lead(frozen: &Frozen, page: Option<u32>, texts: Texts, view: &mut View) {
    let (draw, pool) = (String::new(), query(0));
    let current = if page.is_some() { pool.clone() } else { draw.clone() };
    view.tabs(&current, [(texts.draw(), draw), (texts.pool_tab(frozen.pool), pool)]);
}

/// Shows who stands on a page, the viewer by a remark, and leads to those beside it.
pub(crate) fn show(ctx: &ReadCtx, viewer: Option<&Member>, frozen: &Frozen, page: u32, view: &mut View) {
    let texts = ctx.texts::<Texts>();
    let places = page * PAGE_PEOPLE..((page + 1) * PAGE_PEOPLE).min(frozen.pool);
    let mut reader = POOL.read();
    let title = texts.pool_part(places.start + 1, places.end);
    let people = places.map(|place| {
        let person = person(ctx, &mut reader, place);
        if viewer.is_some_and(|viewer| viewer.id == person.id) {
            Person { detail: texts.you(), ..person }
        } else {
            person
        }
    });
    view.people(title, people);
    let earlier = page.checked_sub(1).map(|page| (texts.earlier_page(), query(page)));
    let later = ((page + 1) * PAGE_PEOPLE < frozen.pool).then(|| (texts.later_page(), query(page + 1)));
    if earlier.is_some() || later.is_some() {
        view.tabs("", earlier.into_iter().chain(later));
    }
}

/// Who stands at a place of the pool, under the name of the freezing where it is known.
pub(crate) fn person(ctx: &ReadCtx, reader: &mut RosterReader, place: u32) -> Person {
    let (id, noted) = (reader.id(ctx, place), reader.name(ctx, place));
    let name = noted.or_else(|| ctx.find_member(&id).map(|member| member.name)).unwrap_or_default();
    Person::new(id, name, "")
}

fn query(page: u32) -> String {
    format!("{QUERY}{page}")
}
