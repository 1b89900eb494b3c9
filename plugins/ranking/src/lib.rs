//! 排序: members put options into an order, and Borda points or first preferences decide.
//!
//! Glue between the rules in [`rules`] and the room. Sums are kept and never summed up again, so a ranking with ten thousand
//! orders costs what one with ten does.
//!
//! # Invariants
//! * The sums are those of the members' orders, and each member has at most one.
//! * The sum of all ranks is fixed by the number of orders.
//! * With `results: "after_close"` no view, event, reply or report tells a sum or another's order before the end.

pub mod rules;
pub mod texts;

mod messages;
mod show;
mod state;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use messages::Ctx;
pub use messages::{Action, Event, OptionResult, Reply};
use rules::Config;
use state::{Ballot, CLOSED, CONFIG, ORDERS};
use texts::Texts;

/// Options named in the event at the end.
const TOP_OPTIONS: usize = 10;

/// What `export!` makes the plugin `ranking` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Ranking;

impl Activity for Ranking {
    const NAME: &'static str = "ranking";
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
        Ok(config.question)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
        let order = config.order(&action.order, texts)?;
        if let Some(before) = ORDERS.get(ctx, &caller.id) {
            if !config.revisable {
                return Err(Error::conflict(texts.no_more_revisions()));
            }
            state::discount(ctx, &config, &before.order);
        }
        state::count(ctx, &config, &order);
        ORDERS.set(ctx, &caller.id, &Ballot { name: caller.name.clone(), order });
        Ok(Reply { order: action.order })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let config = CONFIG.load(ctx);
        let tally = state::tally(ctx, &config);
        let mut top = show::results(&config, &tally);
        top.truncate(TOP_OPTIONS);
        ctx.emit_everyone(&Event::Result { ballots: tally.ballots, method: config.method, top });
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Ranking);

#[cfg(test)]
mod tests;
