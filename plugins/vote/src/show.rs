//! What people see of a vote: the view and the report.
//!
//! # Invariants
//! * With `results: "after_close"` neither tells a count or another's choice before the end.
//! * With `anonymous: true` neither ever tells another's choice.

use hezi_sdk::{Field, Form, Member, ReadCtx, Report, View};
use serde::Serialize;

use crate::messages::OptionVotes;
use crate::rules::{self, Ballot, Config, Results};
use crate::state::{BALLOTS, CLOSED, CONFIG, NAMES, VOTERS, votes};
use crate::texts::Texts;

/// Most bytes that rows with names may take: a report has 16 MiB.
const ROWS_BYTES_MAX: u64 = 12 << 20;

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    let (closed, voters) = (is_closed(ctx), VOTERS.get(ctx));
    let mine = viewer.and_then(|viewer| BALLOTS.get(ctx, &viewer.id));
    let mut view = View::new();
    view.heading(&config.question).text(hint(&config, closed, texts)).statistic(texts.voters(), voters.to_string());
    if are_shown(&config, closed) {
        view.bars(texts.results(), voters, config.options.iter().zip(votes(ctx, &config)));
    } else {
        view.text(texts.results_come_later());
    }
    if let Some(mine) = &mine {
        view.text(texts.you_chose(&config.names(mine)));
    }
    if closed {
        view.text(texts.is_over());
    } else if mine.is_none() || config.revisable {
        view.form(form(&config, mine.as_ref(), texts));
    }
    view
}

/// What a ballot is. That it stands for good is said before it is cast.
fn hint(config: &Config, closed: bool, texts: Texts) -> String {
    let mut hint = match config.max_choices {
        1 => texts.single_choice(),
        most => texts.up_to(most),
    };
    if config.anonymous {
        hint.push_str(&texts.hides_names());
    }
    if config.revisable {
        hint.push_str(&texts.can_be_changed());
    } else if !closed {
        hint.push_str(&texts.stands());
    }
    hint
}

fn form(config: &Config, mine: Option<&Ballot>, texts: Texts) -> Form {
    let mut field = Field::choices("choose", texts.please_choose(), &config.options, config.max_choices);
    if let Some(mine) = mine {
        field = field.preset(&config.chosen(mine));
    }
    Form::new(if mine.is_some() { texts.change() } else { texts.cast() }).field(field)
}

#[derive(Serialize)]
struct Summary {
    question: String,
    voters: u64,
    closed: bool,
    options: Vec<OptionVotes>,
    /// The rows have the numbers of the options, in the order above and from 1 on, since their names would be too much.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    numbered: bool,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    let shown = are_shown(&config, is_closed(ctx));
    report.summary(|| summary(ctx, &config));
    if config.anonymous {
        report.columns([texts.column_option(), texts.column_votes()]);
        let votes = if shown { votes(ctx, &config) } else { Vec::new() };
        let cell = |index: usize| votes.get(index).map_or_else(|| texts.hidden(), u64::to_string);
        report.rows_by_index(config.options.len(), |index| [config.options[index].clone(), cell(index)]);
        return;
    }
    report.columns([texts.column_member(), texts.column_name(), texts.column_choice()]);
    let numbered = is_numbered(ctx, &config);
    let choice = |ballot: &Ballot| if numbered { rules::numbers(ballot) } else { config.names(ballot) };
    report.rows_of(ctx, &BALLOTS, |id, ballot| {
        let (name, cell) = (NAMES.of(ctx, &id), if shown { choice(&ballot) } else { texts.hidden() });
        [id, name, cell]
    });
}

fn summary(ctx: &ReadCtx, config: &Config) -> Summary {
    let closed = is_closed(ctx);
    let votes = if are_shown(config, closed) { votes(ctx, config) } else { Vec::new() };
    let options = config.options.iter().enumerate();
    let options =
        options.map(|(index, option)| OptionVotes { option: option.clone(), votes: votes.get(index).copied() });
    let (question, options, numbered) = (config.question.clone(), options.collect(), is_numbered(ctx, config));
    Summary { question, voters: VOTERS.get(ctx), closed, options, numbered }
}

/// Whether the names of what everybody chose could be more than a report may have.
fn is_numbered(ctx: &ReadCtx, config: &Config) -> bool {
    !config.anonymous && VOTERS.get(ctx).saturating_mul(config.row_bytes_max()) > ROWS_BYTES_MAX
}

fn is_closed(ctx: &ReadCtx) -> bool {
    CLOSED.get(ctx).unwrap_or(false)
}

fn are_shown(config: &Config, closed: bool) -> bool {
    closed || config.results == Results::Live
}
