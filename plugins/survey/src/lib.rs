//! 问卷: several questions of different kinds in one form, saved and revised until the end.
//!
//! Glue between [`rules`], the forms and the room.
//!
//! # Invariants
//! * A submitted form is complete and fits its questions. One that is not complete is kept as a draft and counts for nothing.
//! * Results are those of the submitted forms, and each member has at most one.
//! * Nobody sees another's answers but organizers in the report, nor the results unless the configuration says so.
//! * A form costs the same with ten thousand others as with ten.

pub mod answer;
pub mod question;
pub mod rules;
pub mod texts;

mod forms;
mod messages;
mod results;
mod show;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use forms::{CLOSED, CONFIG, FILED, FORMS};
use messages::Ctx;
pub use messages::{Action, Event, Reply};
use rules::Config;
use texts::Texts;

/// What `export!` makes the plugin `survey` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Survey;

impl Activity for Survey {
    const NAME: &'static str = "survey";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ALLOWS_ANONYMOUS: bool = true;

    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        let texts = ctx.texts::<Texts>();
        config.check(texts)?;
        show::check_room(&config, texts)?;
        CONFIG.set(ctx, &config);
        Ok(config.title)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
        let answers = config.read(&action.answer, texts)?;
        if answers.iter().all(Option::is_none) {
            return Err(Error::invalid(texts.form_is_empty()));
        }
        show::check_length(&config, &answers, texts)?;
        let missing = config.missing(&answers);
        if missing.is_empty() {
            forms::submit(ctx, &config, caller, answers)?;
        } else if FILED.contains(ctx, &caller.id) {
            return Err(Error::invalid(texts.still_missing(&show::numbers(&missing, texts))));
        } else {
            forms::keep_draft(ctx, &config, &caller.id, &answers)?;
        }
        Ok(Reply { submitted: missing.is_empty(), missing })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let forms = FORMS.get(ctx);
        ctx.emit_everyone(&Event::Result { forms });
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        results::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Survey);

#[cfg(test)]
mod tests;
