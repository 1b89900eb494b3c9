//! 抢答: an organizer asks one question after another against the clock; the faster right answer earns more.
//!
//! Glue between the rules in [`rules`], the [`board`] and the room. A question ends in two steps: from its last millisecond on
//! no answer is taken, whatever the timer does; and when its end is written down (by the timer, an organizer or the closing of
//! the quiz) the right answer is shown. So nobody can answer what they have read, not even while a timer is late or the
//! clock of the server is set back.
//!
//! # Invariants
//! * A member has at most one answer to a question, given while the question was open.
//! * A member's points are the sum over their answers; the board is the head of everybody's points.
//! * No view, event, reply or report tells which choice is right, or what an answer to it earned, before the question's end is
//!   on record; nor anything of a question that was never asked.
//! * What a call costs does not depend on how many play. Only the report looks at all of them, page by page.

pub mod board;
pub mod rules;
mod show;

use hezi_sdk::{Activity, Cell, Counter, Counters, Error, Map, Member, ReadCtx, Report, Result, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use board::{Board, Entry};
use rules::{Answer, Answers, Asked, Config, Pick, Question, letter};

type Ctx = hezi_sdk::Ctx<Event>;

const QUIZ: Cell<Quiz> = Cell::new("quiz");
/// The questions by number, from 1. They are kept apart: fifty long ones do not fit into one value.
const QUESTIONS: Map<u32, Question> = Map::new("question/");
/// The question that was asked last, if any was.
const ASKED: Cell<Asked> = Cell::new("asked");
const CLOSED: Cell<bool> = Cell::new("closed");
/// Each player's answers, by member id.
const ANSWERS: Map<str, Answers> = Map::new("answers/");
/// How many members have answered anything.
const PLAYERS: Counter = Counter::new("players");
/// How many chose what, by [`count_key`].
const COUNTS: Counters<u32> = Counters::new("count/");
const BOARD: Cell<Board> = Cell::new("board");

/// The timer of the question that was asked last.
const END: &str = "end";
/// Characters of a name that are kept for the board: longer ones only fill the screen.
const NAME_CHARS_MAX: usize = 64;

/// The activity.
#[derive(Debug)]
pub struct Quizzes;

/// What a member does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// 主持人：开始下一题
    Next {},
    /// 主持人：提前结束本题
    Stop {},
    /// 回答
    Answer {
        /// 题号加选项字母，例如 2B
        choice: String,
    },
}

/// What the member is answered. Whether an answer is right is not said here: the question is still open.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To `next`.
    Asked {
        /// The question's number.
        question: u32,
        /// When it ends, in milliseconds since 1970.
        ends_ms: u64,
    },
    /// To `stop`.
    Ended {
        /// The question's number.
        question: u32,
    },
    /// To `answer`.
    Answered {
        /// The question's number.
        question: u32,
        /// The letter of the choice.
        choice: char,
    },
}

/// What everyone is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A question begins.
    Asked {
        /// Its number.
        question: u32,
        /// When it ends, in milliseconds since 1970.
        ends_ms: u64,
    },
    /// A question is over.
    Ended {
        /// Its number.
        question: u32,
        /// The letter of the right choice.
        right: char,
        /// How many have answered.
        answers: u64,
    },
    /// The quiz is over.
    Finished {
        /// Who has the most points, at most ten.
        winners: Vec<Winner>,
        /// How many have the most points.
        leaders: u32,
    },
}

/// Somebody who has the most points.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Winner {
    /// The member's id.
    pub id: String,
    /// The member's name.
    pub name: String,
    /// The member's points.
    pub points: u32,
}

/// The quiz, but for the questions.
#[derive(Debug, Serialize, Deserialize)]
struct Quiz {
    title: String,
    questions: u32,
}

impl Activity for Quizzes {
    const NAME: &'static str = "quiz";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const TITLE: &'static str = "抢答";
    const SUMMARY: &'static str = "主持人逐题提问，限时作答，答对越快得分越高；每题结束后公布答案和积分榜。";

    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check()?;
        // At most fifty, so the length fits.
        QUIZ.set(ctx, &Quiz { title: config.title.clone(), questions: config.questions.len() as u32 });
        for (number, question) in (1..).zip(&config.questions) {
            QUESTIONS.set(ctx, &number, question);
        }
        Ok(config.title)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        match action {
            Action::Next {} => {
                caller.require_organizer("只有主持人可以出题")?;
                next(ctx)
            }
            Action::Stop {} => {
                caller.require_organizer("只有主持人可以结束本题")?;
                stop(ctx)
            }
            Action::Answer { choice } => answer(ctx, caller, &choice),
        }
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn tick(ctx: &mut Ctx, _timer: &str) -> Result<()> {
        end_if_running(ctx);
        Ok(())
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        end_if_running(ctx);
        CLOSED.set(ctx, &true);
        let board = BOARD.get(ctx).unwrap_or_default();
        let winner =
            |entry: &Entry| Winner { id: entry.id.clone(), name: show::name(ctx, entry), points: entry.points };
        let winners = board.winners().map(winner).collect();
        ctx.emit_everyone(&Event::Finished { winners, leaders: board.leaders() });
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Quizzes);

fn next(ctx: &mut Ctx) -> Result<Reply> {
    let last = ASKED.get(ctx);
    if let Some(asked) = last.filter(|asked| !asked.ended) {
        return Err(Error::conflict(format!("第 {} 题还没有结束", asked.number)));
    }
    let number = last.map_or(0, |asked| asked.number) + 1;
    let Some(question) = QUESTIONS.get(ctx, &number) else {
        return Err(Error::exhausted("题目已经全部出完，请结束活动"));
    };
    let asked = question.ask(number, ctx.now_ms());
    ASKED.set(ctx, &asked);
    ctx.set_timer(END, asked.ends_ms);
    ctx.emit_everyone(&Event::Asked { question: number, ends_ms: asked.ends_ms });
    Ok(Reply::Asked { question: number, ends_ms: asked.ends_ms })
}

fn stop(ctx: &mut Ctx) -> Result<Reply> {
    let ended = end_if_running(ctx).ok_or_else(|| Error::conflict("现在没有进行中的题目"))?;
    Ok(Reply::Ended { question: ended.number })
}

fn answer(ctx: &mut Ctx, caller: &Member, choice: &str) -> Result<Reply> {
    if caller.is_organizer() {
        return Err(Error::denied("主持人知道答案，不参与答题"));
    }
    let pick = Pick::read(choice)?;
    let Some(asked) = ASKED.get(ctx) else { return Err(Error::conflict("还没有开始出题，请稍候")) };
    let now_ms = ctx.now_ms();
    let choice = asked.take(pick, now_ms)?;
    let mut answers = ANSWERS.get(ctx, &caller.id).unwrap_or_else(|| {
        PLAYERS.add(ctx, 1);
        Answers::default()
    });
    if answers.to(asked.number).is_some() {
        return Err(Error::conflict("这道题你已经答过了"));
    }
    let points = asked.points(choice, now_ms);
    answers.add(asked.number, Answer(choice, points));
    ANSWERS.set(ctx, &caller.id, &answers);
    COUNTS.add(ctx, &count_key(asked.number, choice), 1);
    if points > 0 {
        raise(ctx, caller, answers.points(asked.number));
    }
    Ok(Reply::Answered { question: asked.number, choice: letter(choice) })
}

/// Puts the member's new points on the board.
fn raise(ctx: &mut Ctx, member: &Member, points: u32) {
    let mut board = BOARD.get(ctx).unwrap_or_default();
    let name = member.name.chars().take(NAME_CHARS_MAX).collect();
    if board.raise(Entry { id: member.id.clone(), name, points }) {
        BOARD.set(ctx, &board);
    }
}

/// Writes the end of the running question down, if there is one: its answer is public from here on.
fn end_if_running(ctx: &mut Ctx) -> Option<Asked> {
    let asked = ASKED.get(ctx).filter(|asked| !asked.ended)?;
    ASKED.set(ctx, &Asked { ended: true, ..asked });
    ctx.cancel_timer(END);
    let answers = counts(ctx, asked.number, asked.choices).iter().sum();
    ctx.emit_everyone(&Event::Ended { question: asked.number, right: letter(asked.right), answers });
    Some(asked)
}

/// How many chose each choice of a question.
fn counts(ctx: &ReadCtx, number: u32, choices: u32) -> Vec<u64> {
    (0..choices).map(|choice| COUNTS.get(ctx, &count_key(number, choice))).collect()
}

/// A question has at most six choices, so no two share a key.
fn count_key(number: u32, choice: u32) -> u32 {
    number * 8 + choice
}

fn is_closed(ctx: &ReadCtx) -> bool {
    CLOSED.get(ctx).unwrap_or(false)
}

/// How many questions have ended: all that may be told of.
fn ended_questions(ctx: &ReadCtx) -> u32 {
    ASKED.get(ctx).map_or(0, |asked| if asked.ended { asked.number } else { asked.number - 1 })
}

#[cfg(test)]
mod tests;
