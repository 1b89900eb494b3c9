//! What people see of a lottery: the view and the report.
//!
//! # Invariants
//! * The seed is shown after the end only.
//! * The report has all that is needed to compute every draw again, the script in the README reads it.

use hezi_sdk::{Field, Form, Member, Person, ReadCtx, Report, View};
use serde::Serialize;

use crate::rules::{Config, DRAW_COUNT_MAX, ENTROPY_CHARS_MAX};
use crate::winners::{DRAWN, HELD, WINS, picks};
use crate::{CLOSED, CONFIG, FROZEN, Frozen, SEED, Win, left, pool, seed_hash};

/// Winners in the view, the latest ones.
const LATEST: u32 = 200;
/// Winners that are named in the celebration.
const CELEBRATED: usize = 10;
/// Largest pool whose ids are listed in the view; longer ones stand in the report.
const LISTED_POOL_MAX: u32 = 500;

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let config = CONFIG.load(ctx);
    let frozen = FROZEN.get(ctx);
    let closed = CLOSED.get(ctx).unwrap_or(false);
    let wins = latest(ctx);
    let mut view = View::new();
    view.heading(&config.title);
    celebrate(&config, &wins, &mut view);
    if let Some(prizes) = viewer.map(|viewer| held(ctx, &config, viewer)).filter(|prizes| !prizes.is_empty()) {
        view.text(format!("恭喜你获得：{prizes}"));
    }
    for (prize, number) in config.prizes.iter().zip(0..) {
        view.statistic(&prize.name, format!("已抽 {}/{}", DRAWN.get(ctx, &number), prize.count));
        let holders = wins.iter().filter(|(_, win)| win.prize == number && !win.absent);
        let people = holders.map(|(index, win)| Person::new(&win.winner.id, &win.winner.name, format!("序号 {index}")));
        let people: Vec<Person> = people.collect();
        if !people.is_empty() {
            view.people(&prize.name, people);
        }
    }
    if !closed {
        forms(ctx, &config, frozen.as_ref(), &wins, &mut view);
    }
    fairness(ctx, frozen.as_ref(), closed, &wins, &mut view);
    view
}

/// The latest winners, in the order of their picks.
fn latest(ctx: &ReadCtx) -> Vec<(u32, Win)> {
    let picks = picks(ctx);
    (picks.saturating_sub(LATEST)..picks).filter_map(|index| Some((index, WINS.get(ctx, &index)?))).collect()
}

/// Celebrates the winners of the latest draw.
fn celebrate(config: &Config, wins: &[(u32, Win)], view: &mut View) {
    let Some((_, last)) = wins.last() else { return };
    let of_last_draw = wins.iter().map(|(_, win)| win).filter(|win| win.first == last.first && !win.absent);
    let mut names: Vec<&str> = of_last_draw.map(|win| win.winner.name.as_str()).collect();
    let more = if names.len() > CELEBRATED { format!("等 {} 人", names.len()) } else { String::new() };
    names.truncate(CELEBRATED);
    if !names.is_empty() {
        let prize = &config.prizes[last.prize as usize].name;
        view.celebration(format!("恭喜 {}{more} 获得{prize}", names.join("、")));
    }
}

fn held(ctx: &ReadCtx, config: &Config, viewer: &Member) -> String {
    let held = HELD.get(ctx, &viewer.id).unwrap_or_default();
    let wins = held.iter().filter_map(|index| WINS.get(ctx, index));
    wins.map(|win| config.prizes[win.prize as usize].name.clone()).collect::<Vec<_>>().join("、")
}

fn forms(ctx: &ReadCtx, config: &Config, frozen: Option<&Frozen>, wins: &[(u32, Win)], view: &mut View) {
    if frozen.is_none() {
        view.form(Form::new("冻结名单").wrap("freeze").for_organizers());
        return;
    }
    let open = config.prizes.iter().zip(0..).map(|(prize, number)| (prize, left(ctx, config, number)));
    let open: Vec<_> = open.filter(|(_, left)| *left > 0).collect();
    if let Some(most) = open.iter().map(|(_, left)| *left).max() {
        let prizes = open.iter().map(|(prize, left)| (&*prize.name, format!("{}（剩 {left}）", prize.name)));
        let form = Form::new("抽奖").wrap("draw").for_organizers();
        let form = form.field(Field::choice("prize", "奖品", prizes));
        let form = form.field(Field::number("count", "人数", 1.0, f64::from(most.min(DRAW_COUNT_MAX)), 1.0));
        let hint = "例如现场掷骰子的点数";
        view.form(form.field(Field::text("entropy", "附加熵（可不填）", ENTROPY_CHARS_MAX as u32, hint)));
    }
    let holders: Vec<_> = wins.iter().rev().map(|(_, win)| win).filter(|win| !win.absent).collect();
    if !holders.is_empty() {
        let name = |win: &Win| format!("{} · {}", win.winner.name, config.prizes[win.prize as usize].name);
        let choices = holders.iter().map(|win| (&*win.winner.id, name(win)));
        view.form(Form::new("缺席重抽").wrap("redraw").for_organizers().field(Field::choice(
            "winner",
            "缺席者",
            choices,
        )));
    }
}

/// What anybody needs to check the draws.
fn fairness(ctx: &ReadCtx, frozen: Option<&Frozen>, closed: bool, wins: &[(u32, Win)], view: &mut View) {
    view.text(format!("种子承诺 SHA-256：{}", seed_hash(ctx)));
    if let Some(frozen) = frozen {
        view.statistic("名单人数", frozen.pool.to_string());
        view.text(format!("名单 SHA-256：{}", frozen.pool_hash));
    }
    entropies(wins, view);
    if !closed {
        return;
    }
    view.text(format!("种子：{}", SEED.load(ctx)));
    if let Some(frozen) = frozen {
        view.text(if frozen.pool <= LISTED_POOL_MAX {
            let mut reader = pool::Reader::default();
            let ids: Vec<String> = (0..frozen.pool).map(|position| reader.id(ctx, position)).collect();
            format!("名单：{}", ids.join(" "))
        } else {
            "名单较长，见活动报告".to_owned()
        });
    }
}

/// Which entropy was used from which pick on, where there was any.
fn entropies(wins: &[(u32, Win)], view: &mut View) {
    let mut before = "";
    for (index, win) in wins {
        if win.entropy != before {
            let entropy = if win.entropy.is_empty() { "无" } else { &win.entropy };
            view.text(format!("附加熵（序号 {index} 起）：{entropy}"));
        }
        before = &win.entropy;
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
    let config = CONFIG.load(ctx);
    report.columns(["类型", "序号", "成员", "姓名", "奖品", "附加熵", "替换", "状态"]);
    report.summary(|| summary(ctx, &config));
    report.rows_of(ctx, &WINS, |index, win| {
        let prize = config.prizes[win.prize as usize].name.clone();
        let replaces = win.replaces.map(|index| index.to_string()).unwrap_or_default();
        let state = if win.absent { "缺席" } else { "有效" };
        ["中奖".into(), index.to_string(), win.winner.id, win.winner.name, prize, win.entropy, replaces, state.into()]
    });
    let pool = FROZEN.get(ctx).map_or(0, |frozen| frozen.pool);
    let mut reader = pool::Reader::default();
    report.rows_by_index(pool as usize, |position| {
        // The pool's size is 32 bits wide, and the position below it.
        let id = reader.id(ctx, position as u32);
        let name = ctx.find_member(&id).map(|member| member.name).unwrap_or_default();
        ["名单".into(), position.to_string(), id, name, String::new(), String::new(), String::new(), String::new()]
    });
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
        pool_hash: frozen.map(|frozen| frozen.pool_hash),
        prizes: config.prizes.iter().zip(0..).map(drawn).collect(),
    }
}
