//! What people see of a quiz: the view and the report.
//!
//! # Invariants
//! * Everything that depends on which choice is right is shown of questions whose end is on record, and of no other.
//! * A view reads a dozen keys, however many play.

use std::collections::BTreeMap;

use hezi_sdk::{Choice, Field, Form, Member, Person, ReadCtx, Report, View};
use serde::Serialize;

use crate::board::{Board, Entry};
use crate::rules::{Answer, Asked, Pick, Question, letter};
use crate::{ANSWERS, ASKED, BOARD, PLAYERS, QUESTIONS, QUIZ, Quiz, counts, ended_questions, is_closed};

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let quiz = QUIZ.load(ctx);
    let asked = ASKED.get(ctx);
    let closed = is_closed(ctx);
    let mut view = View::new();
    view.heading(&quiz.title);
    if closed {
        celebrate(ctx, &mut view);
    }
    match &asked {
        None => drop(view.statistic("题目", format!("共 {} 题", quiz.questions)).text("请等待主持人开始")),
        Some(asked) => {
            view.statistic("题目", format!("{}/{}", asked.number, quiz.questions));
            let question = question(ctx, asked.number);
            let show = if asked.ended { answer } else { ask };
            show(ctx, viewer, asked, &question, &mut view);
        }
    }
    if closed {
        view.text("活动已结束");
    } else {
        lead(&quiz, asked.as_ref(), &mut view);
    }
    view
}

fn question(ctx: &ReadCtx, number: u32) -> Question {
    QUESTIONS.get(ctx, &number).unwrap_or_else(|| panic!("no question number {number}"))
}

/// An open question, or one whose time is over and whose end is not on record yet.
fn ask(ctx: &ReadCtx, viewer: Option<&Member>, asked: &Asked, question: &Question, view: &mut View) {
    view.text(&question.text).countdown("剩余时间", asked.ends_ms);
    let answers: u64 = counts(ctx, asked.number, asked.choices).iter().sum();
    view.statistic("已作答", answers.to_string());
    if let Some(Answer(choice, _)) = viewer.and_then(|viewer| ANSWERS.get(ctx, &viewer.id)?.to(asked.number)) {
        view.text(format!("你的答案：{}", letter(choice)));
    } else if !asked.is_open(ctx.now_ms()) {
        view.text("时间到");
    } else if !viewer.is_some_and(Member::is_organizer) {
        let value = |choice| Pick { number: asked.number, choice }.to_string();
        let choices = question.labels().zip(0..).map(|(label, choice)| Choice { value: value(choice), label });
        view.form(Form::new("提交").wrap("answer").field(Field::choice("choice", "请选择", choices)));
    }
}

/// A question that has ended: the right answer, how everybody answered, and the board.
fn answer(ctx: &ReadCtx, viewer: Option<&Member>, asked: &Asked, question: &Question, view: &mut View) {
    let counts = counts(ctx, asked.number, asked.choices);
    view.text(&question.text).text(format!("正确答案：{} {}", letter(asked.right), question.right));
    if let Some(viewer) = viewer.filter(|viewer| !viewer.is_organizer()) {
        view.text(own_result(ctx, viewer, asked));
    }
    let mark = |(choice, label)| if choice == asked.right { format!("{label} ✓") } else { label };
    view.bars("作答分布", counts.iter().sum(), (0..).zip(question.labels()).map(mark).zip(counts));
    view.statistic("参与人数", PLAYERS.get(ctx).to_string());
    let board = BOARD.get(ctx).unwrap_or_default();
    view.people("积分榜", board.places().map(|(place, entry)| person(ctx, place, entry)));
}

fn own_result(ctx: &ReadCtx, viewer: &Member, asked: &Asked) -> String {
    let answers = ANSWERS.get(ctx, &viewer.id).unwrap_or_default();
    let result = match answers.to(asked.number) {
        None => "你没有作答".to_owned(),
        Some(Answer(choice, 0)) => format!("你选了 {}，没有答对", letter(choice)),
        Some(Answer(choice, points)) => format!("你选了 {}，答对了，得 {points} 分", letter(choice)),
    };
    format!("{result}。总分 {}", answers.points(asked.number))
}

fn person(ctx: &ReadCtx, place: usize, entry: &Entry) -> Person {
    Person::new(&entry.id, name(ctx, entry), format!("第 {place} 名 · {} 分", entry.points))
}

/// The member's name today; for somebody who has left, the name that they had when they last earned points.
pub(crate) fn name(ctx: &ReadCtx, entry: &Entry) -> String {
    ctx.find_member(&entry.id).map_or_else(|| entry.name.clone(), |member| member.name)
}

fn celebrate(ctx: &ReadCtx, view: &mut View) {
    let board = BOARD.get(ctx).unwrap_or_default();
    let names: Vec<String> = board.winners().map(|entry| name(ctx, entry)).collect();
    match points_of_winners(&board) {
        Some(points) if board.leaders() as usize > names.len() => {
            view.celebration(format!("恭喜 {}等 {} 人以 {points} 分获胜", names.join("、"), board.leaders()))
        }
        Some(points) => view.celebration(format!("恭喜 {}以 {points} 分获胜", names.join("、"))),
        None => view.text("没有人得分"),
    };
}

fn points_of_winners(board: &Board) -> Option<u32> {
    board.winners().next().map(|entry| entry.points)
}

/// What organizers do next.
fn lead(quiz: &Quiz, asked: Option<&Asked>, view: &mut View) {
    match asked {
        Some(asked) if !asked.ended => view.form(Form::new("提前结束本题").wrap("stop").for_organizers()),
        Some(asked) if asked.number == quiz.questions => view.text("题目已经全部出完"),
        asked => {
            let number = asked.map_or(0, |asked| asked.number) + 1;
            view.form(Form::new(format!("开始第 {number} 题")).wrap("next").for_organizers())
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

#[derive(Serialize)]
struct QuestionSummary {
    question: u32,
    text: String,
    right: char,
    /// How many chose what, by letter.
    answers: BTreeMap<char, u64>,
}

pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let quiz = QUIZ.load(ctx);
    let ended = ended_questions(ctx);
    let columns = ["成员", "姓名", "总分"].map(str::to_owned);
    report.columns(columns.into_iter().chain((1..=quiz.questions).map(|number| format!("第{number}题"))));
    report.summary(|| summary(ctx, &quiz, ended));
    report.rows_of(ctx, &ANSWERS, |id, answers| {
        let name = ctx.find_member(&id).map(|member| member.name).unwrap_or_default();
        let cell = |number| match answers.to(number) {
            None => String::new(),
            Some(Answer(choice, points)) if number <= ended => format!("{} {points}", letter(choice)),
            Some(_) => "已作答".to_owned(),
        };
        let cells = (1..=quiz.questions).map(cell);
        [id, name, answers.points(ended).to_string()].into_iter().chain(cells).collect::<Vec<_>>()
    });
}

fn summary(ctx: &ReadCtx, quiz: &Quiz, ended: u32) -> Summary {
    let of_question = |number| {
        let question = question(ctx, number);
        let answers = (0..).map(letter).zip(counts(ctx, number, question.choice_count())).collect();
        QuestionSummary { question: number, right: letter(question.right_choice()), answers, text: question.text }
    };
    let questions = (1..=ended).map(of_question).collect();
    Summary { title: quiz.title.clone(), players: PLAYERS.get(ctx), closed: is_closed(ctx), questions }
}
