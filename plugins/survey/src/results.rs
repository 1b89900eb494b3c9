//! What the answers come to: results by question, and the report with a row a person.

use hezi_sdk::{ReadCtx, Report, View};
use serde::Serialize;

use crate::answer::{Naming, matrix_cell};
use crate::forms::{CLOSED, CONFIG, DRAFT_COUNT, FILED, FORMS, answered, count, is_numbered};
use crate::question::{Kind, Question};
use crate::texts::Texts;

/// A question with its counts: how many have answered it, and its other counts by their cells.
pub(crate) struct Counted<'q> {
    pub(crate) number: usize,
    pub(crate) question: &'q Question,
    pub(crate) answered: u64,
    pub(crate) counts: Vec<u64>,
}

impl<'q> Counted<'q> {
    /// The counts of a question, which stand at a place from 0 on.
    pub(crate) fn read(ctx: &ReadCtx, place: usize, question: &'q Question) -> Self {
        let counts = cells(question).into_iter().map(|cell| count(ctx, place, cell)).collect();
        Self { number: place + 1, question, answered: answered(ctx, place), counts }
    }

    /// The same before anybody has answered.
    pub(crate) fn empty(place: usize, question: &'q Question) -> Self {
        Self { number: place + 1, question, answered: 0, counts: vec![0; cells(question).len()] }
    }

    /// Adds the result of the question.
    pub(crate) fn append_to(&self, view: &mut View, texts: Texts) {
        let (title, answered) = (texts.question(self.number, &self.question.text), self.answered);
        let bars = labels(self.question, texts).into_iter().zip(self.counts.iter().copied());
        match self.question.kind {
            Kind::Text => view.statistic(title, texts.answered(answered)),
            Kind::Number => {
                let average = self.average().unwrap_or_default();
                let none = texts.answered(answered);
                view.statistic(title, if answered == 0 { none } else { texts.average_of(&average, answered) })
            }
            Kind::Rating => {
                let title = self.average().map_or_else(|| title.clone(), |average| texts.scored(&title, &average));
                view.bars(title, answered, bars)
            }
            Kind::Order => view.bars(texts.borda(&title), answered * (self.counts.len() as u64 - 1), bars),
            Kind::Points => view.bars(title, self.counts.iter().sum(), bars),
            Kind::Single | Kind::Multiple | Kind::YesNo | Kind::Matrix => view.bars(title, answered, bars),
        };
    }

    /// The average of numbers or ratings with two places; none without an answer.
    fn average(&self) -> Option<String> {
        let above: u64 = match self.question.kind {
            Kind::Number => self.counts[0],
            Kind::Rating => (0..).zip(&self.counts).map(|(level, count)| level * count).sum(),
            _ => return None,
        };
        let (least, _) = self.question.range();
        (self.answered > 0).then(|| average(least, above, self.answered))
    }
}

/// The average of `count` numbers that are `above` more than `least` each in all, halves rounded up.
fn average(least: i64, above: u64, count: u64) -> String {
    // Numbers lie within a million, and there are far fewer people than overflow a sum of them.
    let hundredths = least * 100 + ((200 * above + count) / (2 * count)) as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

/// Where the counts of a question stand.
fn cells(question: &Question) -> Vec<u32> {
    // Options, rows and levels are few.
    let options = question.options.len() as u32;
    match question.kind {
        Kind::Text => Vec::new(),
        Kind::Number => vec![0],
        Kind::YesNo => vec![0, 1],
        Kind::Rating => (0..=(question.range().1 - question.range().0) as u32).collect(),
        Kind::Single | Kind::Multiple | Kind::Order | Kind::Points => (0..options).collect(),
        Kind::Matrix => {
            let rows = 0..question.rows.len() as u32;
            rows.flat_map(|row| (0..options).map(move |column| matrix_cell(row, column))).collect()
        }
    }
}

/// What those counts are called.
fn labels(question: &Question, texts: Texts) -> Vec<String> {
    match question.kind {
        Kind::Text | Kind::Number => Vec::new(),
        Kind::YesNo => vec![texts.yes(), texts.no()],
        Kind::Rating => (question.range().0..=question.range().1).map(|level| level.to_string()).collect(),
        Kind::Single | Kind::Multiple | Kind::Order | Kind::Points => question.options.clone(),
        Kind::Matrix => {
            let mut labels = Vec::with_capacity(question.rows.len() * question.options.len());
            for row in &question.rows {
                labels.extend(question.options.iter().map(|column| texts.column_part(row, column)));
            }
            labels
        }
    }
}

#[derive(Serialize)]
struct Summary {
    title: String,
    closed: bool,
    forms: u64,
    drafts: u64,
    questions: Vec<QuestionSummary>,
    /// The rows have the numbers of the options, from 1 on, since their names would be too much.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    numbered: bool,
}

#[derive(Serialize)]
struct QuestionSummary {
    question: String,
    kind: Kind,
    answered: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    average: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<LabelCount>,
}

#[derive(Serialize)]
struct LabelCount {
    label: String,
    count: u64,
}

/// A row a person who has submitted; drafts are nobody's business.
pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    let naming = if is_numbered(ctx) { Naming::Numbers } else { Naming::Names };
    let people = [texts.column_member(), texts.column_name()];
    report.columns(people.into_iter().chain(config.columns(texts)));
    report.summary(|| summary(ctx, texts));
    report.rows_of(ctx, &FILED, |id, filed| {
        let cells = config.cells(&filed.answers, naming, texts);
        [id, filed.name].into_iter().chain(cells).collect::<Vec<_>>()
    });
}

fn summary(ctx: &ReadCtx, texts: Texts) -> Summary {
    let config = CONFIG.load(ctx);
    let question = |(place, question): (usize, &Question)| {
        let counted = Counted::read(ctx, place, question);
        let results = labels(question, texts).into_iter().zip(&counted.counts);
        QuestionSummary {
            question: question.text.clone(),
            kind: question.kind,
            answered: counted.answered,
            average: counted.average(),
            results: results.map(|(label, count)| LabelCount { label, count: *count }).collect(),
        }
    };
    Summary {
        closed: CLOSED.get(ctx).unwrap_or(false),
        forms: FORMS.get(ctx),
        drafts: DRAFT_COUNT.get(ctx),
        questions: config.questions.iter().enumerate().map(question).collect(),
        numbered: is_numbered(ctx),
        title: config.title,
    }
}
