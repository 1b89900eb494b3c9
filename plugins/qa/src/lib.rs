//! 提问: people ask, vote for what others asked, and organizers answer one question after another.
//!
//! Glue between the rules in [`rules`] and the room. Each list of questions is kept in its order, so a page of it is read and
//! never sorted.
//!
//! # Invariants
//! * A question's score is how many different members vote for it now.
//! * The text of a question that is not public is in no room's view, event, reply or report: organizers see it in their own
//!   view, and nobody else.
//! * Beside a question that was asked without a name neither the member nor the time is kept.
//! * What a call costs does not depend on how many take part.

pub mod messages;
pub mod rules;
mod show;
mod state;
pub mod texts;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use messages::{Action, Event, Reply};
use rules::{Config, QUESTIONS_MAX, State, Step, VOTES_MAX};
use state::{ANSWERING, ASKED, Author, CLOSED, CONFIG, Ctx, LAST_MS, QUESTIONS, Question, VOTES, put, replace};
use texts::{Texts, texts};

/// What `export!` makes the plugin `qa` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Questions;

impl Activity for Questions {
    const NAME: &'static str = "qa";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ALLOWS_ANONYMOUS: bool = true;
    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check(ctx.texts())?;
        CONFIG.set(ctx, &config);
        Ok(config.title)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        match action {
            Action::Ask { text, anonymous } => ask(ctx, caller, &text, anonymous),
            Action::Vote { question } => vote(ctx, caller, question),
            Action::Unvote { question } => unvote(ctx, caller, question),
            Action::Moderate { question, step } => {
                caller.require_organizer(&texts(ctx).only_organizers())?;
                moderate(ctx, question, step)
            }
        }
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Questions);

fn ask(ctx: &mut Ctx, caller: &Member, text: &str, anonymous: bool) -> Result<Reply> {
    let (config, texts) = (CONFIG.load(ctx), texts(ctx));
    let (text, named) = config.question(text, anonymous, texts)?;
    let now_ms = ctx.now_ms();
    let wait = LAST_MS.get(ctx, &caller.id).and_then(|last_ms| config.wait_seconds(last_ms, now_ms));
    if let Some(seconds) = wait {
        return Err(Error::conflict(texts.too_soon(seconds)));
    }
    if ASKED.get(ctx) >= QUESTIONS_MAX {
        return Err(Error::exhausted(texts.too_many()));
    }
    LAST_MS.set(ctx, &caller.id, &now_ms);
    // At most `QUESTIONS_MAX`, so the number fits.
    let number = ASKED.add(ctx, 1) as u32;
    let author = named.then(|| Author { id: caller.id.clone(), name: caller.name.clone() });
    let state = config.first_state();
    put(ctx, number, &Question { text, author, state, pinned: false, score: 0 });
    if state == State::Pending {
        ctx.emit_organizers(&Event::Waiting { question: number });
    }
    Ok(Reply::Asked { question: number, shown: state.is_public() })
}

fn vote(ctx: &mut Ctx, caller: &Member, number: u32) -> Result<Reply> {
    let texts = texts(ctx);
    let question = votable(ctx, number)?;
    let mut votes = VOTES.get(ctx, &caller.id).unwrap_or_default();
    if votes.contains(&number) {
        return Err(Error::conflict(texts.voted_already()));
    }
    if votes.len() >= VOTES_MAX {
        return Err(Error::exhausted(texts.votes_used_up(VOTES_MAX)));
    }
    votes.push(number);
    VOTES.set(ctx, &caller.id, &votes);
    let score = question.score + 1;
    replace(ctx, number, &question, &Question { score, ..question.clone() });
    Ok(Reply::Voted { question: number, score })
}

fn unvote(ctx: &mut Ctx, caller: &Member, number: u32) -> Result<Reply> {
    let question = votable(ctx, number)?;
    let mut votes = VOTES.get(ctx, &caller.id).unwrap_or_default();
    let Some(at) = votes.iter().position(|voted| *voted == number) else {
        return Err(Error::conflict(texts(ctx).not_voted()));
    };
    votes.swap_remove(at);
    VOTES.set(ctx, &caller.id, &votes);
    let score = question.score - 1;
    replace(ctx, number, &question, &Question { score, ..question.clone() });
    Ok(Reply::Voted { question: number, score })
}

/// The question with this number, if one may vote for it now.
fn votable(ctx: &ReadCtx, number: u32) -> Result<Question> {
    let question = find(ctx, number)?;
    match question.state {
        State::Open | State::Answering => Ok(question),
        State::Answered => Err(Error::conflict(texts(ctx).answered_already(number))),
        State::Pending | State::Hidden => Err(Error::conflict(texts(ctx).not_shown(number))),
    }
}

fn find(ctx: &ReadCtx, number: u32) -> Result<Question> {
    QUESTIONS.get(ctx, &number).ok_or_else(|| Error::invalid(texts(ctx).unknown(number)))
}

fn moderate(ctx: &mut Ctx, number: u32, step: Step) -> Result<Reply> {
    let question = find(ctx, number)?;
    let after = question.state.after(step, question.pinned);
    let Some((state, pinned)) = after else { return Err(Error::conflict(texts(ctx).wrong_step(number))) };
    if question.state == State::Answering && state != State::Answering {
        ANSWERING.remove(ctx);
    }
    if step == Step::Answer {
        if let Some(other) = ANSWERING.get(ctx) {
            let before = find(ctx, other)?;
            replace(ctx, other, &before, &Question { state: State::Open, ..before.clone() });
        }
        ANSWERING.set(ctx, &number);
        ctx.emit_everyone(&Event::Answering { question: number });
    }
    replace(ctx, number, &question, &Question { state, pinned, ..question.clone() });
    Ok(Reply::Moderated { question: number })
}

#[cfg(test)]
mod tests;
