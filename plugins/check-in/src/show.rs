//! What people see of a check-in: the wall, who is missing, and the report.
//!
//! # Invariants
//! * A view fits into what the host shows, however many come and whatever they are called.

use hezi_sdk::{Button, Card, Field, Form, Member, Person, ReadCtx, Report, Tone, View, fitting, names_apart};
use serde::Serialize;

use crate::list::{ARRIVALS, Arrival, CLOSED, CONFIG, IS_LATE, LATE, LATE_AT_MS, MEMBERS, PLACES, PRESENT};
use crate::messages::Action;
use crate::rules::{self, Config, NAME_CHARS_MAX};
use crate::texts::Texts;

/// Cards on the wall, the latest first.
const WALL_CARDS: usize = 100;
/// People on the list of who is missing.
const MISSING_PEOPLE: usize = 200;
/// Most bytes of either.
const LIST_BYTES_MAX: usize = 96 << 10;

/// The page with the wall, and the one with who is missing.
const HERE: &str = "here";
const MISSING: &str = "missing";

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, texts, closed) = (CONFIG.load(ctx), ctx.texts::<Texts>(), CLOSED.get(ctx).unwrap_or(false));
    let mut view = View::new();
    view.heading(&config.title);
    figures(ctx, texts, &mut view);
    if let Some(viewer) = viewer {
        say_where_one_stands(ctx, &config, viewer, &mut view);
    }
    if closed {
        view.text(texts.is_over());
    } else {
        say_whether_it_is_late(ctx, texts, &mut view);
        if viewer.is_none_or(|viewer| !PLACES.contains(ctx, &viewer.id)) {
            view.buttons([Button::new(texts.check_in(), &Action::CheckIn {})]);
        }
    }
    let is_organizer = viewer.is_some_and(Member::is_organizer);
    let missing = is_organizer && ctx.query() == Some(MISSING);
    if is_organizer {
        view.tabs(if missing { MISSING } else { HERE }, [(texts.tab_here(), HERE), (texts.tab_missing(), MISSING)]);
    }
    if missing {
        list_missing(ctx, texts, &mut view);
    } else {
        wall(ctx, &config, closed, &mut view);
    }
    if !closed {
        let name = Field::text("name", texts.name(), NAME_CHARS_MAX as u32, "").help(texts.for_those_without());
        view.form(Form::new(texts.add()).wrap("add").for_organizers().field(name));
    }
    view
}

fn figures(ctx: &ReadCtx, texts: Texts, view: &mut View) {
    view.statistic(texts.present(), PRESENT.get(ctx).to_string());
    if LATE_AT_MS.load(ctx).is_some() {
        view.statistic(texts.late(), LATE.get(ctx).to_string());
    }
    let members = MEMBERS.get(ctx);
    // Who has left again still stands on the list.
    view.progress(texts.members_here(), members, u64::from(ctx.member_count()).max(members));
}

fn say_where_one_stands(ctx: &ReadCtx, config: &Config, viewer: &Member, view: &mut View) {
    let texts = ctx.texts::<Texts>();
    let place = PLACES.get(ctx, &viewer.id);
    let Some((number, arrival)) = place.and_then(|number| Some((number, ARRIVALS.get(ctx, &number)?))) else { return };
    let time = config.clock(arrival.at_ms);
    if rules::is_late(arrival.at_ms, LATE_AT_MS.load(ctx)) {
        view.notice(Tone::Warning, texts.you_are_late(number, &time));
    } else {
        view.notice(Tone::Success, texts.you_are_here(number, &time));
    }
}

fn say_whether_it_is_late(ctx: &ReadCtx, texts: Texts, view: &mut View) {
    if IS_LATE.get(ctx).unwrap_or(false) {
        view.notice(Tone::Warning, texts.late_from_now());
    } else if let Some(late_at_ms) = LATE_AT_MS.load(ctx) {
        view.countdown(texts.on_time_until(), late_at_ms);
    }
}

fn wall(ctx: &ReadCtx, config: &Config, closed: bool, view: &mut View) {
    let (texts, late_at_ms) = (ctx.texts::<Texts>(), LATE_AT_MS.load(ctx));
    let latest: Vec<(u32, Arrival)> = ARRIVALS.entries_backward(ctx).take(WALL_CARDS).collect();
    let known = latest.iter().map(|(_, arrival)| (arrival.id.as_deref().unwrap_or_default(), &*arrival.name));
    let names = names_apart(known);
    let cards = latest.into_iter().zip(names).map(|((number, arrival), name)| {
        let arrival = Arrival { name, ..arrival };
        card(number, arrival, config, late_at_ms, closed, texts)
    });
    let cards = fitting(cards, LIST_BYTES_MAX, Card::json_bytes);
    let shown = cards.len();
    if shown == 0 {
        view.text(texts.nobody_yet());
        return;
    }
    view.cards(texts.wall(), cards);
    if (shown as u64) < PRESENT.get(ctx) {
        view.text(texts.latest_of_many(shown));
    }
}

fn card(number: u32, arrival: Arrival, config: &Config, late_at_ms: Option<u64>, closed: bool, texts: Texts) -> Card {
    let card = Card::new(number.to_string(), arrival.name).mark(texts.place(number)).mark(config.clock(arrival.at_ms));
    let card = if rules::is_late(arrival.at_ms, late_at_ms) { card.mark(texts.came_late()) } else { card };
    match arrival.by {
        Some(_) if closed => card.mark(texts.by_hand()),
        Some(_) => {
            let remove = Button::new(texts.remove(), &Action::Remove { number }).for_organizers();
            card.mark(texts.by_hand()).button(remove)
        }
        None => card,
    }
}

/// Members who are not on the list. Both come in the order of ids, so each is read once and nobody is looked up.
fn list_missing(ctx: &ReadCtx, texts: Texts, view: &mut View) {
    let mut here = PLACES.entries(ctx).map(|(id, _)| id).peekable();
    let missing = ctx.members().filter(|member| {
        while here.next_if(|id| *id < member.id).is_some() {}
        here.next_if_eq(&member.id).is_none()
    });
    let people = missing.take(MISSING_PEOPLE).map(|member| Person::new(member.id, member.name, ""));
    let people = fitting(people, LIST_BYTES_MAX, Person::json_bytes);
    if people.is_empty() {
        view.text(texts.nobody_is_missing());
    } else {
        view.people(texts.missing(people.len()), people);
    }
}

#[derive(Serialize)]
struct Summary {
    title: String,
    closed: bool,
    present: u64,
    /// Those of them who are members.
    members: u64,
    late: u64,
    /// From when on people are late.
    late_at: Option<String>,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let (config, texts, late_at_ms) = (CONFIG.load(ctx), ctx.texts::<Texts>(), LATE_AT_MS.load(ctx));
    report.columns([
        texts.column_number(),
        texts.column_member(),
        texts.column_name(),
        texts.column_time(),
        texts.column_standing(),
        texts.column_by(),
    ]);
    report.summary(|| summary(ctx, &config, late_at_ms));
    report.rows_of(ctx, &ARRIVALS, |number, arrival| {
        let late = rules::is_late(arrival.at_ms, late_at_ms);
        let standing = if late { texts.came_late() } else { texts.on_time() };
        let (time, by) = (config.stamp(arrival.at_ms), arrival.by.unwrap_or_default());
        [number.to_string(), arrival.id.unwrap_or_default(), arrival.name, time, standing, by]
    });
}

fn summary(ctx: &ReadCtx, config: &Config, late_at_ms: Option<u64>) -> Summary {
    Summary {
        title: config.title.clone(),
        closed: CLOSED.get(ctx).unwrap_or(false),
        present: PRESENT.get(ctx),
        members: MEMBERS.get(ctx),
        late: LATE.get(ctx),
        late_at: late_at_ms.map(|late_at_ms| config.stamp(late_at_ms)),
    }
}
