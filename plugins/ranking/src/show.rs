//! What people see of a ranking: the view and the report.
//!
//! # Invariants
//! * With `results: "after_close"` neither tells a sum or another's order before the end.

use hezi_sdk::{Field, Form, Member, ReadCtx, Report, View, list_cell};
use serde::Serialize;

use crate::messages::OptionResult;
use crate::rules::{Config, Method, Results, Tally, places};
use crate::state::{BALLOTS, Ballot, CLOSED, CONFIG, ORDERS, tally};
use crate::texts::Texts;

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, texts, closed) = (CONFIG.load(ctx), ctx.texts::<Texts>(), CLOSED.get(ctx).unwrap_or(false));
    let mine = viewer.and_then(|viewer| ORDERS.get(ctx, &viewer.id));
    let mut view = View::new();
    view.heading(&config.question).statistic(texts.ballots(), BALLOTS.get(ctx).to_string());
    if !are_shown(&config, closed) {
        view.text(texts.results_come_later());
    }
    if let Some(mine) = &mine {
        view.text(texts.your_order(&config.names(&mine.order).join(" › ")));
    }
    if closed {
        view.text(texts.is_over());
    } else if mine.is_none() || config.revisable {
        view.form(form(&config, mine.as_ref(), texts));
    }
    if are_shown(&config, closed) {
        show_results(&config, &tally(ctx, &config), closed, texts, &mut view);
    }
    view
}

fn form(config: &Config, mine: Option<&Ballot>, texts: Texts) -> Form {
    let field = Field::order("order", texts.please_order(), &config.options, config.min_ranked());
    let field = match config.min_ranked() {
        least if least < config.count() => field.help(texts.rank_at_least(least, config.options.len())),
        _ => field,
    };
    match mine {
        Some(mine) => Form::new(texts.change()).field(field.preset(&config.names(&mine.order))),
        None => Form::new(texts.submit()).field(field),
    }
}

/// Both counts with their methods, the one that decides first.
fn show_results(config: &Config, tally: &Tally, closed: bool, texts: Texts, view: &mut View) {
    let method = match config.method {
        Method::Borda => texts.borda(),
        Method::FirstPreference => texts.firsts(),
    };
    if closed && tally.ballots > 0 {
        view.celebration(winners(config, tally, texts));
    }
    view.text(texts.decides(&method));
    let other = if config.method == Method::Borda { Method::FirstPreference } else { Method::Borda };
    for method in [config.method, other] {
        chart(config, tally, method, texts, view);
    }
}

fn winners(config: &Config, tally: &Tally, texts: Texts) -> String {
    let places = places(tally.scores(config.method));
    let first = places.iter().filter(|(place, _)| *place == 1);
    let names: Vec<&str> = first.map(|(_, option)| config.options[*option].as_str()).collect();
    match names.as_slice() {
        [one] => texts.winner(one),
        several => texts.winners(&list_cell(several)),
    }
}

fn chart(config: &Config, tally: &Tally, method: Method, texts: Texts, view: &mut View) {
    let (scores, ballots) = (tally.scores(method), tally.ballots);
    let label = |place: u32, option: usize| {
        let name = &config.options[option];
        let rank = (method == Method::Borda).then(|| config.average_rank(scores[option], ballots)).flatten();
        rank.map_or_else(|| texts.place(place, name), |rank| texts.place_and_rank(place, name, &rank))
    };
    let bars: Vec<_> =
        places(scores).into_iter().map(|(place, option)| (label(place, option), scores[option])).collect();
    let most = u64::from(config.count()) - 1;
    match method {
        Method::FirstPreference => view.text(texts.how_firsts_count()).bars(texts.firsts(), ballots, bars),
        Method::Borda => {
            let how = match config.step_points() {
                // At most 19.
                1 => texts.how_borda_counts(most as u32),
                _ => texts.how_borda_counts_some(),
            };
            view.text(how).bars(texts.borda(), ballots * most * config.step_points(), bars)
        }
    };
}

/// What each option has got, in the order of the method that decides.
pub(crate) fn results(config: &Config, tally: &Tally) -> Vec<OptionResult> {
    let result = |(place, option): (u32, usize)| OptionResult {
        option: config.options[option].clone(),
        place,
        points: tally.points[option],
        firsts: tally.firsts[option],
        average_rank: config.average_rank(tally.points[option], tally.ballots),
    };
    places(tally.scores(config.method)).into_iter().map(result).collect()
}

#[derive(Serialize)]
struct Summary {
    question: String,
    closed: bool,
    ballots: u64,
    method: Method,
    /// What a place above another is worth.
    step_points: u64,
    options: Vec<String>,
    /// What each option has got, best first; absent while the results are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Vec<OptionResult>>,
}

/// A row a person, with the rank that they gave to each option: nothing that is called `甲、乙` can be taken for two.
pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    let shown = are_shown(&config, CLOSED.get(ctx).unwrap_or(false));
    let people = [texts.column_member(), texts.column_name()];
    report.columns(people.into_iter().chain(config.options.iter().cloned()));
    report.summary(|| summary(ctx, &config, shown));
    report.rows_of(ctx, &ORDERS, |id, ballot| {
        let rank = |option: u32| ballot.order.iter().position(|placed| *placed == option).map(|place| place + 1);
        let cell = |option| rank(option).map(|rank| rank.to_string()).unwrap_or_default();
        let cells = (0..config.count()).map(|option| if shown { cell(option) } else { texts.hidden() });
        [id, ballot.name.clone()].into_iter().chain(cells).collect::<Vec<_>>()
    });
}

fn summary(ctx: &ReadCtx, config: &Config, shown: bool) -> Summary {
    Summary {
        question: config.question.clone(),
        closed: CLOSED.get(ctx).unwrap_or(false),
        ballots: BALLOTS.get(ctx),
        method: config.method,
        step_points: config.step_points(),
        options: config.options.clone(),
        results: shown.then(|| results(config, &tally(ctx, config))),
    }
}

fn are_shown(config: &Config, closed: bool) -> bool {
    closed || config.results == Results::Live
}
