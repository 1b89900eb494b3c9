//! What people see of a rating: the view and the report.

use hezi_sdk::{Field, Form, Member, ReadCtx, Report, View};
use serde::Serialize;

use crate::rules::{self, Config};
use crate::score::Score;
use crate::state::{CLOSED, CONFIG, NAMES, SCORES, TOTAL, counts};
use crate::texts::Texts;

/// Most levels that are shown as stars; a longer scale is a field for a number.
const STARS_MAX: u32 = 10;

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, total, texts) = (CONFIG.load(ctx), TOTAL.load(ctx), ctx.texts::<Texts>());
    let mine = viewer.and_then(|viewer| SCORES.get(ctx, &viewer.id));
    let mut view = View::new();
    view.heading(&config.subject);
    view.statistic(texts.average(), total.average().unwrap_or_else(|| texts.none_yet()));
    view.statistic(texts.raters(), total.count.to_string());
    view.bars(texts.spread(), total.count, config.bars(&counts(ctx, &config)));
    if let Some(mine) = mine {
        view.text(texts.your_score(&mine.to_string()));
    }
    if CLOSED.get(ctx).unwrap_or(false) {
        view.text(texts.is_over());
    } else if mine.is_none() || config.revisable {
        view.form(form(&config, mine, texts));
    }
    view
}

fn form(config: &Config, mine: Option<Score>, texts: Texts) -> Form {
    let (min, max, step) = (config.min.to_f64(), config.max.to_f64(), config.step.to_f64());
    let field = if config.levels() <= STARS_MAX { Field::rating } else { Field::number };
    let field = field("score".to_owned(), texts.please_rate(), min, max, step);
    match mine {
        Some(mine) => Form::new(texts.change()).field(field.preset(&mine)),
        None => Form::new(texts.rate()).field(field),
    }
}

#[derive(Serialize)]
struct Summary {
    subject: String,
    closed: bool,
    count: u64,
    sum: String,
    average: Option<String>,
    distribution: Vec<LevelCount>,
}

#[derive(Serialize)]
struct LevelCount {
    score: Score,
    count: u64,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let texts = ctx.texts::<Texts>();
    report.columns([texts.column_member(), texts.column_name(), texts.column_score()]);
    report.summary(|| summary(ctx));
    report.rows_of(ctx, &SCORES, |id, score| {
        let name = NAMES.of(ctx, &id);
        [id, name, score.to_string()]
    });
}

fn summary(ctx: &ReadCtx) -> Summary {
    let (config, total) = (CONFIG.load(ctx), TOTAL.load(ctx));
    let levels = (0..).zip(counts(ctx, &config)).filter(|(_, count)| *count > 0);
    Summary {
        closed: CLOSED.get(ctx).unwrap_or(false),
        count: total.count,
        sum: rules::decimal(total.sum_hundredths),
        average: total.average(),
        distribution: levels.map(|(level, count)| LevelCount { score: config.score(level), count }).collect(),
        subject: config.subject,
    }
}
