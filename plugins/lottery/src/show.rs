//! What people see of a lottery: the view and the report.
//!
//! # Invariants
//! * The seed is shown after the end only.
//! * The view counts winners from 1, as people do; the report counts picks from 0, as the script does that reads it.
//! * Once the pool is frozen, the view leads to all of it (`pool`).
//! * The report has all that is needed to compute every draw again, the script in the README reads it.
//! * A view fits into what the host shows, whatever the configuration and however many have won.

use std::collections::{BTreeMap, BTreeSet};

use hezi_sdk::{
    Choice, Field, Form, Member, Person, ReadCtx, Report, Tone, VIEW_BLOCKS_MAX, VIEW_BYTES_MAX, View, fitting,
    names_apart,
};
use serde::Serialize;

use crate::messages::Who;
use crate::pool;
use crate::rules::{Config, DRAW_COUNT_MAX, ENTROPY_CHARS_MAX};
use crate::state::{CLOSED, CONFIG, FROZEN, Frozen, POOL, SEED, seed_hash};
use crate::texts::Texts;
use crate::winners::{DRAWN, HELD, WINS, Win, left, picks};

/// Winners that are read for the view, the latest ones.
const LATEST: u32 = 200;
/// Winners that are named in the celebration.
const CELEBRATED: usize = 10;
/// Prizes that are named to somebody who holds them, the latest ones.
const HELD_SHOWN: usize = 10;
/// Texts of entropy in the view, the latest ones.
const ENTROPIES: usize = 10;
/// Blocks beside those of prizes and winners: what is said of winners that are not shown, and the form to draw again.
const MORE_BLOCKS: usize = 2;

/// The draw, or the page of the pool that was asked for.
pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    let mut view = View::new();
    view.heading(&config.title);
    let (frozen, wins) = (FROZEN.get(ctx), latest(ctx));
    let page = frozen.as_ref().and_then(|frozen| pool::asked(ctx, frozen));
    if let Some(frozen) = &frozen {
        pool::lead(frozen, page, texts, &mut view);
    }
    // Whoever has won learns that before they read who else has, and wherever they are.
    if let Some(prizes) = viewer.and_then(|viewer| held(ctx, &config, viewer)) {
        view.notice(Tone::Success, texts.you_have_won(&prizes));
    }
    celebrate(&config, &wins, texts, &mut view);
    match (frozen, page) {
        (Some(frozen), Some(page)) => {
            facts(&frozen, texts, &mut view);
            pool::show(ctx, viewer, &frozen, page, &mut view);
        }
        (frozen, _) => show_draw(ctx, &config, frozen.as_ref(), &wins, &mut view),
    }
    view
}

/// Everything that has to be there comes first, whatever the configuration is; the latest winners get the room that is left.
fn show_draw(ctx: &ReadCtx, config: &Config, frozen: Option<&Frozen>, wins: &[(u32, Win)], view: &mut View) {
    let texts = ctx.texts::<Texts>();
    let closed = CLOSED.get(ctx).unwrap_or(false);
    let (mut next, mut last) = (View::new(), View::new());
    if !closed {
        form(ctx, config, frozen, &mut next);
    }
    fairness(ctx, frozen, closed, wins, &mut last);

    let figures = figures(ctx, config);
    let parts = [&*view, &figures, &next, &last];
    let blocks = parts.iter().map(|part| part.blocks().len()).sum::<usize>() + MORE_BLOCKS;
    let bytes = parts.iter().map(|part| part.json_bytes()).sum::<usize>() + MORE_BYTES;
    let bytes_left = VIEW_BYTES_MAX.saturating_sub(bytes);
    // Two thirds for who has won, one for the form that names them again.
    let shown = Shown::of(wins, VIEW_BLOCKS_MAX.saturating_sub(blocks), bytes_left / 3 * 2, texts);
    shown.append_to(view, config, figures);
    shown.say_how_many_more(ctx, config, view);
    view.append(next);
    if !closed {
        redraw_form(config, wins, bytes_left / 3, texts, view);
    }
    view.append(last);
}

/// What the blocks of [`MORE_BLOCKS`] take without the winners that they name, and the frames of lists.
const MORE_BYTES: usize = 8 << 10;

/// How many of each prize were drawn.
fn figures(ctx: &ReadCtx, config: &Config) -> View {
    let (texts, mut figures) = (ctx.texts::<Texts>(), View::new());
    for (prize, number) in config.prizes.iter().zip(0..) {
        figures.statistic(&prize.name, texts.drawn_of(DRAWN.get(ctx, &number), prize.count));
    }
    figures
}

/// The winners that there is room for, by the number of their prize.
struct Shown(BTreeMap<u32, Vec<Person>>);

impl Shown {
    /// The latest ones, in at most so many lists and bytes.
    fn of(wins: &[(u32, Win)], lists_max: usize, bytes_max: usize, texts: Texts) -> Self {
        let (mut lists, mut bytes): (BTreeMap<u32, Vec<Person>>, usize) = (BTreeMap::new(), 0);
        for (index, win) in wins.iter().rev().filter(|(_, win)| !win.absent) {
            let person = Person::new(&win.winner.id, &win.winner.name, remark(*index, win, texts));
            bytes += person.json_bytes() + 1;
            if bytes > bytes_max || (!lists.contains_key(&win.prize) && lists.len() == lists_max) {
                break;
            }
            lists.entry(win.prize).or_default().push(person);
        }
        lists.values_mut().for_each(|people| people.reverse());
        Self(lists)
    }

    /// Adds each prize's figure, and below it the list of its winners.
    fn append_to(&self, view: &mut View, config: &Config, figures: View) {
        for ((figure, prize), number) in figures.blocks().iter().zip(&config.prizes).zip(0..) {
            view.block(figure.clone());
            if let Some(people) = self.0.get(&number) {
                view.people(&prize.name, people.iter().cloned());
            }
        }
    }

    fn say_how_many_more(&self, ctx: &ReadCtx, config: &Config, view: &mut View) {
        let shown = self.0.values().map(Vec::len).sum::<usize>() as u64;
        let all: u64 = (0..).zip(&config.prizes).map(|(number, _)| DRAWN.get(ctx, &number)).sum();
        if shown < all {
            view.text(ctx.texts::<Texts>().latest_of_many(all, shown));
        }
    }
}

/// Which pick it was, and that somebody was drawn who had left.
fn remark(index: u32, win: &Win, texts: Texts) -> String {
    let number = texts.pick_number(index + 1);
    if win.winner.left { texts.who_left(&number) } else { number }
}

/// The latest winners, in the order of their picks.
fn latest(ctx: &ReadCtx) -> Vec<(u32, Win)> {
    let picks = picks(ctx);
    (picks.saturating_sub(LATEST)..picks).filter_map(|index| Some((index, WINS.get(ctx, &index)?))).collect()
}

/// Celebrates the winners of the latest draw.
fn celebrate(config: &Config, wins: &[(u32, Win)], texts: Texts, view: &mut View) {
    let Some((_, last)) = wins.last() else { return };
    let of_last_draw = wins.iter().map(|(_, win)| win).filter(|win| win.first == last.first && !win.absent);
    let mut names = names_apart(of_last_draw.map(|win| (&*win.winner.id, &*win.winner.name)));
    let count = names.len();
    names.truncate(CELEBRATED);
    if count > 0 {
        let listed = names.join(&texts.comma());
        let listed = if count > CELEBRATED { texts.and_more_people(&listed, count) } else { listed };
        view.celebration(texts.congratulations(&listed, &config.prizes[last.prize as usize].name));
    }
}

/// The prizes that somebody holds, the latest ones by their names; none without one.
fn held(ctx: &ReadCtx, config: &Config, viewer: &Member) -> Option<String> {
    let held = HELD.get(ctx, &viewer.id).unwrap_or_default();
    let earlier = held.len().saturating_sub(HELD_SHOWN);
    let wins = held[earlier..].iter().filter_map(|index| WINS.get(ctx, index));
    let names: Vec<String> = wins.map(|win| config.prizes[win.prize as usize].name.clone()).collect();
    let texts = ctx.texts::<Texts>();
    let listed = names.join(&texts.comma());
    let listed = if earlier > 0 { texts.and_more_prizes(&listed, held.len()) } else { listed };
    (!names.is_empty()).then_some(listed)
}

/// What organizers do next: freeze the pool, then draw.
fn form(ctx: &ReadCtx, config: &Config, frozen: Option<&Frozen>, view: &mut View) {
    let texts = ctx.texts::<Texts>();
    if frozen.is_none() {
        view.form_asking(freeze_form(texts), texts.ask_freeze());
        return;
    }
    let open = config.prizes.iter().zip(0..).map(|(prize, number)| (prize, left(ctx, config, number)));
    let open: Vec<_> = open.filter(|(_, left)| *left > 0).collect();
    if let Some(most) = open.iter().map(|(_, left)| *left).max() {
        let prizes = open.iter().map(|(prize, left)| (&*prize.name, texts.prize_left(&prize.name, *left)));
        let form = Form::new(texts.draw()).wrap("draw").for_organizers();
        let form = form.field(Field::choice("prize", texts.prize(), prizes));
        let count = Field::number("count", texts.how_many(), 1.0, f64::from(most.min(DRAW_COUNT_MAX)), 1.0).preset(&1);
        // The bounds are those of the prize of which most are left.
        let is_exact = open.iter().all(|(_, left)| *left == most);
        let form = form.field(if is_exact { count } else { count.help(texts.no_more_than_left()) });
        let entropy = Field::text("entropy", texts.entropy(), ENTROPY_CHARS_MAX as u32, texts.entropy_example());
        view.form(form.field(entropy.optional()));
    }
}

/// Asks who is in the pool: those who are there can come and fetch what they win, so they are what is offered first.
fn freeze_form(texts: Texts) -> Form {
    let who = [("online", texts.online_now()), ("everyone", texts.all_members())];
    let who = Field::choice("who", texts.who_is_in(), who).preset(&Who::Online);
    let organizers = Field::switch("organizers", texts.with_organizers()).optional().preset(&false);
    Form::new(texts.freeze()).wrap("freeze").for_organizers().field(who).field(organizers)
}

/// Names the latest winners once more, for who is not there: as many as fit into so many bytes. Each by the latest prize that
/// they hold, which is the one that they would lose.
fn redraw_form(config: &Config, wins: &[(u32, Win)], bytes_max: usize, texts: Texts, view: &mut View) {
    let mut named = BTreeSet::new();
    let holders = wins.iter().rev().map(|(_, win)| win).filter(|win| !win.absent && named.insert(&*win.winner.id));
    let name = |win: &Win| format!("{} · {}", win.winner.name, config.prizes[win.prize as usize].name);
    let choices = holders.map(|win| Choice::from((&*win.winner.id, name(win))));
    let choices = fitting(choices, bytes_max, Choice::json_bytes);
    if !choices.is_empty() {
        let field = Field::choice("winner", texts.absentee(), choices);
        let form = Form::new(texts.redraw()).wrap("redraw").for_organizers().field(field);
        view.form_asking(form, texts.ask_redraw());
    }
}

fn who_is_in(frozen: &Frozen, texts: Texts) -> String {
    match (frozen.who, frozen.organizers) {
        (Who::Online, false) => texts.pool_of_online(),
        (Who::Online, true) => texts.pool_of_online_and_organizers(),
        (Who::Everyone, false) => texts.pool_of_participants(),
        (Who::Everyone, true) => texts.pool_of_everybody(),
    }
}

/// What anybody needs to check the draws.
fn fairness(ctx: &ReadCtx, frozen: Option<&Frozen>, closed: bool, wins: &[(u32, Win)], view: &mut View) {
    let texts = ctx.texts::<Texts>();
    view.text(texts.seed_hash(&seed_hash(ctx)));
    if let Some(frozen) = frozen {
        facts(frozen, texts, view);
    }
    entropies(wins, texts, view);
    if closed {
        view.text(texts.seed(&SEED.load(ctx)));
    }
}

/// What is said of the pool without naming anybody.
fn facts(frozen: &Frozen, texts: Texts, view: &mut View) {
    view.text(who_is_in(frozen, texts));
    view.statistic(texts.pool_size(), frozen.pool.to_string());
    view.text(texts.pool_hash(&frozen.pool_hash));
}

/// Which entropy was used from which pick on, where there was any: the latest ones.
fn entropies(wins: &[(u32, Win)], texts: Texts, view: &mut View) {
    let mut before = "";
    let mut lines = Vec::new();
    for (index, win) in wins {
        if win.entropy != before {
            let entropy = if win.entropy.is_empty() { &texts.no_entropy() } else { &win.entropy };
            lines.push(texts.entropy_from(*index + 1, entropy));
        }
        before = &win.entropy;
    }
    let earlier = lines.len().saturating_sub(ENTROPIES);
    if earlier > 0 {
        view.text(texts.earlier_entropies());
    }
    for line in lines.drain(earlier..) {
        view.text(line);
    }
}

#[derive(Serialize)]
struct Summary {
    title: String,
    repeat_winners: bool,
    seed_hash: String,
    /// The seed, after the end.
    seed: Option<String>,
    pool: Option<u32>,
    who: Option<Who>,
    organizers: Option<bool>,
    pool_hash: Option<String>,
    prizes: Vec<PrizeSummary>,
}

#[derive(Serialize)]
struct PrizeSummary {
    name: String,
    count: u32,
    drawn: u64,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    report.columns([
        texts.column_kind(),
        texts.column_number(),
        texts.column_member(),
        texts.column_name(),
        texts.column_prize(),
        texts.column_entropy(),
        texts.column_replaces(),
        texts.column_state(),
    ]);
    report.summary(|| summary(ctx, &config));
    report.rows_of(ctx, &WINS, |index, win| {
        let prize = config.prizes[win.prize as usize].name.clone();
        let replaces = win.replaces.map(|index| index.to_string()).unwrap_or_default();
        let (kind, number, state) = (texts.row_of_winner(), index.to_string(), standing(&win, texts));
        [kind, number, win.winner.id, win.winner.name, prize, win.entropy, replaces, state]
    });
    let people = FROZEN.get(ctx).map_or(0, |frozen| frozen.pool);
    let mut reader = POOL.read();
    report.rows_by_index(people as usize, |position| {
        // The pool's size is 32 bits wide, and the position below it.
        let Person { id, name, .. } = pool::person(ctx, &mut reader, position as u32);
        let [prize, entropy, replaces, state] = <[String; 4]>::default();
        [texts.row_of_pool(), position.to_string(), id, name, prize, entropy, replaces, state]
    });
}

fn standing(win: &Win, texts: Texts) -> String {
    match (win.absent, win.winner.left) {
        (true, _) => texts.absent(),
        (false, true) => texts.had_left(),
        (false, false) => texts.valid(),
    }
}

fn summary(ctx: &ReadCtx, config: &Config) -> Summary {
    let frozen = FROZEN.get(ctx);
    let drawn = |(prize, number): (&crate::rules::Prize, u32)| PrizeSummary {
        name: prize.name.clone(),
        count: prize.count,
        drawn: DRAWN.get(ctx, &number),
    };
    Summary {
        title: config.title.clone(),
        repeat_winners: config.repeat_winners,
        seed_hash: seed_hash(ctx),
        seed: CLOSED.get(ctx).unwrap_or(false).then(|| SEED.load(ctx)),
        pool: frozen.as_ref().map(|frozen| frozen.pool),
        who: frozen.as_ref().map(|frozen| frozen.who),
        organizers: frozen.as_ref().map(|frozen| frozen.organizers),
        pool_hash: frozen.map(|frozen| frozen.pool_hash),
        prizes: config.prizes.iter().zip(0..).map(drawn).collect(),
    }
}
