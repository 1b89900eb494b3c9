//! 知识竞赛: an organizer asks one question after another against the clock; the faster right answer earns more.
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
pub mod ladder;
pub mod messages;
pub mod rules;
mod show;
mod state;
pub mod texts;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use board::Entry;
use messages::{Action, Event, Reply, Winner};
use rules::{Asked, Config, Pick, letter};
use state::{
    ASKED, BOARD, BOARD_BEFORE, CLOSED, COUNTS, LADDER, PLAYER_COUNT, PLAYERS, Player, QUESTIONS, QUIZ, Quiz, SCORERS,
    count_key, counts,
};
use texts::{Texts, texts};

type Ctx = hezi_sdk::Ctx<Event>;

/// The timer of the question that was asked last.
const END: &str = "end";
/// Characters of a name that are kept: longer ones only fill the screen.
const NAME_CHARS_MAX: usize = 64;

/// What `export!` makes the plugin `quiz` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Quizzes;

impl Activity for Quizzes {
    const NAME: &'static str = "quiz";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check(ctx.texts())?;
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
                caller.require_organizer(&texts(ctx).only_organizers_ask())?;
                next(ctx)
            }
            Action::Stop {} => {
                caller.require_organizer(&texts(ctx).only_organizers_stop())?;
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
        let winner = |entry: &Entry| Winner { id: entry.id.clone(), name: entry.name.clone(), points: entry.points };
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
        return Err(Error::conflict(texts(ctx).still_running(asked.number)));
    }
    let number = last.map_or(0, |asked| asked.number) + 1;
    let Some(question) = QUESTIONS.get(ctx, &number) else {
        return Err(Error::exhausted(texts(ctx).no_more_questions()));
    };
    let asked = question.ask(number, ctx.now_ms());
    ASKED.set(ctx, &asked);
    BOARD_BEFORE.set(ctx, &BOARD.get(ctx).unwrap_or_default());
    ctx.set_timer(END, asked.ends_ms);
    ctx.emit_everyone(&Event::Asked { question: number, ends_ms: asked.ends_ms });
    Ok(Reply::Asked { question: number, ends_ms: asked.ends_ms })
}

fn stop(ctx: &mut Ctx) -> Result<Reply> {
    let ended = end_if_running(ctx).ok_or_else(|| Error::conflict(texts(ctx).none_running()))?;
    Ok(Reply::Ended { question: ended.number })
}

fn answer(ctx: &mut Ctx, caller: &Member, choice: &str) -> Result<Reply> {
    let texts = texts(ctx);
    if caller.is_organizer() {
        return Err(Error::denied(texts.organizers_know()));
    }
    let pick = Pick::read(choice, texts)?;
    let Some(asked) = ASKED.get(ctx) else { return Err(Error::conflict(texts.nothing_asked())) };
    let now_ms = ctx.now_ms();
    let choice = asked.take(pick, now_ms, texts)?;
    let mut player = PLAYERS.get(ctx, &caller.id).unwrap_or_else(|| {
        PLAYER_COUNT.add(ctx, 1);
        Player::default()
    });
    if player.answers.to(asked.number).is_some() {
        return Err(Error::conflict(texts.answered_already()));
    }
    let before = player.answers.points(asked.number);
    player.name = caller.name.chars().take(NAME_CHARS_MAX).collect();
    player.answers.add(asked.number, asked.answer(choice, now_ms));
    PLAYERS.set(ctx, &caller.id, &player);
    COUNTS.add(ctx, &count_key(asked.number, choice), 1);
    let points = player.answers.points(asked.number);
    if points > before {
        raise(ctx, before, Entry { id: caller.id.clone(), name: player.name, points });
    }
    Ok(Reply::Answered { question: asked.number, choice: letter(choice) })
}

/// Puts a member who had `before` points on the board and the ladder with what they have now.
fn raise(ctx: &mut Ctx, before: u32, member: Entry) {
    if before == 0 {
        SCORERS.add(ctx, 1);
    }
    ladder::of(before).for_each(|count| _ = LADDER.subtract(ctx, &count, 1));
    ladder::of(member.points).for_each(|count| _ = LADDER.add(ctx, &count, 1));
    let mut board = BOARD.get(ctx).unwrap_or_default();
    if board.raise(member) {
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

#[cfg(test)]
mod tests;
