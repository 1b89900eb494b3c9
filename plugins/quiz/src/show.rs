//! What people see of a quiz: the view and the report.
//!
//! # Invariants
//! * Everything that depends on which choice is right is shown of questions whose end is on record, and of no other.
//! * A view reads some thirty keys, however many play.

use std::collections::BTreeMap;

use hezi_sdk::{Choice, Field, Form, Member, ReadCtx, Report, Standing, Tone, View, names_apart};
use serde::Serialize;

use crate::board::{Board, Entry};
use crate::rules::{Answer, Answers, Asked, Pick, Question, letter};
use crate::state::{
    ASKED, BOARD, BOARD_BEFORE, PLAYER_COUNT, PLAYERS, QUESTIONS, QUIZ, Quiz, counts, ended_questions, is_closed, place,
};
use crate::texts::{Texts, texts};

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (quiz, asked, texts) = (QUIZ.load(ctx), ASKED.get(ctx), texts(ctx));
    let closed = is_closed(ctx);
    let mut view = View::new();
    view.heading(&quiz.title);
    if closed {
        celebrate(ctx, texts, &mut view);
    }
    match &asked {
        None => {
            view.statistic(texts.question(), texts.questions_in_all(quiz.questions)).text(texts.wait_for_the_host());
        }
        Some(asked) => {
            view.statistic(texts.question(), format!("{}/{}", asked.number, quiz.questions));
            let question = question(ctx, asked.number);
            let show = if asked.ended { answer } else { ask };
            show(ctx, viewer, asked, &question, &mut view);
        }
    }
    if closed {
        view.text(texts.over());
    } else {
        lead(&quiz, asked.as_ref(), texts, &mut view);
    }
    view
}

fn question(ctx: &ReadCtx, number: u32) -> Question {
    QUESTIONS.get(ctx, &number).unwrap_or_else(|| panic!("no question number {number}"))
}

/// An open question, or one whose time is over and whose end is not on record yet.
fn ask(ctx: &ReadCtx, viewer: Option<&Member>, asked: &Asked, question: &Question, view: &mut View) {
    let (texts, is_organizer) = (texts(ctx), viewer.is_some_and(Member::is_organizer));
    view.heading(&question.text);
    // Whoever reads them out does not play, and has no form that names them.
    if is_organizer {
        question.labels().for_each(|label| {
            view.text(label);
        });
    }
    view.countdown(texts.time_left(), asked.ends_ms);
    let answers: u64 = counts(ctx, asked.number, asked.choices).iter().sum();
    view.statistic(texts.answers_so_far(), answers.to_string());
    if let Some(answer) = viewer.and_then(|viewer| PLAYERS.get(ctx, &viewer.id)?.answers.to(asked.number)) {
        view.notice(Tone::Success, texts.your_answer(letter(answer.0)));
    } else if !asked.is_open(ctx.now_ms()) {
        view.notice(Tone::Info, texts.time_is_up());
    } else if !is_organizer {
        let value = |choice| Pick { number: asked.number, choice }.to_string();
        let choices = question.labels().zip(0..).map(|(label, choice)| Choice { value: value(choice), label });
        // A form of its own for each question, so that nothing that was picked for one is carried over to the next.
        let form = Form::new(texts.send()).wrap("answer").id(format!("answer-{}", asked.number));
        view.form(form.field(Field::choice("choice", texts.choose(), choices)));
    }
}

/// A question that has ended: the right answer, how everybody answered, and the standings.
fn answer(ctx: &ReadCtx, viewer: Option<&Member>, asked: &Asked, question: &Question, view: &mut View) {
    let (texts, counts) = (texts(ctx), counts(ctx, asked.number, asked.choices));
    view.heading(&question.text).notice(Tone::Success, texts.right_answer(letter(asked.right), &question.right));
    if let Some(viewer) = viewer.filter(|viewer| !viewer.is_organizer()) {
        own_result(ctx, viewer, asked, view);
    }
    let mark = |(choice, label)| if choice == asked.right { format!("{label} ✓") } else { label };
    view.bars(texts.answers(), counts.iter().sum(), (0..).zip(question.labels()).map(mark).zip(counts));
    view.statistic(texts.players(), PLAYER_COUNT.get(ctx).to_string());
    let (board, before) = (BOARD.get(ctx).unwrap_or_default(), BOARD_BEFORE.get(ctx).unwrap_or_default());
    view.standings(texts.standings(), board.places().map(|(place, entry)| standing(&before, place, entry)));
}

fn own_result(ctx: &ReadCtx, viewer: &Member, asked: &Asked, view: &mut View) {
    let texts = texts(ctx);
    let answers = PLAYERS.get(ctx, &viewer.id).map(|player| player.answers);
    view.text(match answers.as_ref().and_then(|answers| answers.to(asked.number)) {
        None => texts.you_said_nothing(),
        Some(Answer(choice, _, 0)) => texts.you_were_wrong(letter(choice)),
        Some(Answer(choice, _, points)) => texts.you_were_right(letter(choice), points),
    });
    if let Some(points) = answers.map(|answers| answers.points(asked.number)) {
        view.text(texts.your_place(points, place(ctx, points), PLAYER_COUNT.get(ctx)));
    }
}

fn standing(before: &Board, place: u32, entry: &Entry) -> Standing {
    let change = before.change(&entry.id, place);
    Standing { rank: place, id: entry.id.clone(), name: entry.name.clone(), score: entry.points.into(), change }
}

fn celebrate(ctx: &ReadCtx, texts: Texts, view: &mut View) {
    let board = BOARD.get(ctx).unwrap_or_default();
    let winners: Vec<&Entry> = board.winners().collect();
    let names = names_apart(winners.iter().map(|entry| (&*entry.id, &*entry.name)));
    let named = names.join(&texts.between_names());
    match winners.first() {
        Some(first) if board.leaders() as usize > names.len() => {
            view.celebration(texts.won_with_others(&named, board.leaders(), first.points))
        }
        Some(first) => view.celebration(texts.won(&named, first.points)),
        None => view.text(texts.nobody_won()),
    };
}

/// What organizers do next.
fn lead(quiz: &Quiz, asked: Option<&Asked>, texts: Texts, view: &mut View) {
    match asked {
        Some(asked) if !asked.ended => view.form(Form::new(texts.stop()).wrap("stop").for_organizers()),
        Some(asked) if asked.number == quiz.questions => view.text(texts.all_asked()),
        asked => {
            let number = asked.map_or(0, |asked| asked.number) + 1;
            view.form(Form::new(texts.ask(number)).wrap("next").for_organizers())
        }
    };
}

#[derive(Serialize)]
struct Summary {
    title: String,
    players: u64,
    closed: bool,
    /// The questions that have ended.
    questions: Vec<QuestionSummary>,
}

/// A question with all that points are computed from, but for the rows.
#[derive(Serialize)]
struct QuestionSummary {
    question: u32,
    text: String,
    right: char,
    whole_ms: u64,
    /// How many chose what, by letter.
    answers: BTreeMap<char, u64>,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let (quiz, ended, texts) = (QUIZ.load(ctx), ended_questions(ctx), texts(ctx));
    let of_question = |number| [texts.column_choice(number), texts.column_elapsed(number), texts.column_earned(number)];
    let columns = [texts.column_member(), texts.column_name(), texts.column_points()];
    report.columns(columns.into_iter().chain((1..=quiz.questions).flat_map(of_question)));
    report.summary(|| summary(ctx, &quiz, ended));
    report.rows_of(ctx, &PLAYERS, |id, player| {
        let points = player.answers.points(ended).to_string();
        let cells = (1..=quiz.questions).flat_map(|number| cells(&player.answers, number, ended, texts));
        [id, player.name.clone(), points].into_iter().chain(cells).collect::<Vec<_>>()
    });
}

/// What one answer was: its choice, its milliseconds, and its points once they may be told.
fn cells(answers: &Answers, number: u32, ended: u32, texts: Texts) -> [String; 3] {
    match answers.to(number) {
        None => Default::default(),
        Some(Answer(choice, elapsed_ms, points)) if number <= ended => {
            [letter(choice).to_string(), elapsed_ms.to_string(), points.to_string()]
        }
        Some(_) => [texts.answered(), String::new(), String::new()],
    }
}

fn summary(ctx: &ReadCtx, quiz: &Quiz, ended: u32) -> Summary {
    let of_question = |number| {
        let question = question(ctx, number);
        let answers = (0..).map(letter).zip(counts(ctx, number, question.choice_count())).collect();
        let (right, whole_ms) = (letter(question.right_choice()), u64::from(question.seconds) * 1_000);
        QuestionSummary { question: number, text: question.text, right, whole_ms, answers }
    };
    let questions = (1..=ended).map(of_question).collect();
    Summary { title: quiz.title.clone(), players: PLAYER_COUNT.get(ctx), closed: is_closed(ctx), questions }
}
