//! 评分: members give a score on a scale; everybody sees the average and how the scores are spread.
//!
//! Glue between the rules in [`rules`] and the room. Sum, number and spread are kept and never summed up again.
//!
//! # Invariants
//! * Sum and number match the members' scores; each member has at most one, and a revision replaces it.
//! * Scores are exact decimals ([`score::Score`]): no sum is ever a binary fraction.

pub mod rules;
pub mod score;
pub mod texts;

mod messages;
mod show;
mod state;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use messages::Ctx;
pub use messages::{Action, Event, Reply};
use rules::{Config, Total};
use state::{CLOSED, CONFIG, LEVELS, NAMES, SCORES, TOTAL};
use texts::Texts;

/// What `export!` makes the plugin `rating` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Rating;

impl Activity for Rating {
    const NAME: &'static str = "rating";
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
        TOTAL.set(ctx, &Total::default());
        Ok(config.subject)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
        let level = config.level(action.score, texts)?;
        let before = SCORES.get(ctx, &caller.id);
        if let Some(before) = before {
            if !config.revisable {
                return Err(Error::conflict(texts.no_more_revisions()));
            }
            LEVELS.subtract(ctx, &config.level(before, texts)?, 1);
        }
        LEVELS.add(ctx, &level, 1);
        let total = TOTAL.load(ctx).change(before, action.score);
        TOTAL.set(ctx, &total);
        SCORES.set(ctx, &caller.id, &action.score);
        NAMES.note(ctx, caller);
        Ok(Reply { score: action.score })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let total = TOTAL.load(ctx);
        ctx.emit_everyone(&Event::Result { count: total.count, average: total.average() });
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Rating);

#[cfg(test)]
mod tests;
