//! 投票: members choose among options, and the counts move with every ballot.
//!
//! Glue between the rules in [`rules`] and the room. Counts are kept and never counted again, so a vote with ten thousand
//! ballots costs what one with ten does.
//!
//! # Invariants
//! * The sum over all members of their choices equals the counts, and each member has at most one ballot.
//! * With `results: "after_close"` no view, event, reply or report tells a count or another's choice before the end.
//! * With `anonymous: true` none of them ever tells another's choice.

pub mod rules;
pub mod texts;

mod messages;
mod show;
mod state;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use messages::Ctx;
pub use messages::{Action, Event, OptionVotes, Reply};
use rules::Config;
use state::{BALLOTS, CLOSED, CONFIG, NAMES, VOTERS, VOTES, votes};
use texts::Texts;

/// Options named in the event at the end: fifty long ones would not fit into it.
const TOP_OPTIONS: usize = 10;

/// What `export!` makes the plugin `vote` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Vote;

impl Activity for Vote {
    const NAME: &'static str = "vote";
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
        let ballot = config.ballot(&action.choose, texts)?;
        let before = BALLOTS.get(ctx, &caller.id);
        if before.is_some() && !config.revisable {
            return Err(Error::conflict(texts.no_more_revisions()));
        }
        if before.is_none() {
            VOTERS.add(ctx, 1);
        }
        let change = rules::change(&before.unwrap_or_default(), &ballot);
        for option in &change.lost {
            VOTES.subtract(ctx, option, 1);
        }
        for option in &change.gained {
            VOTES.add(ctx, option, 1);
        }
        BALLOTS.set(ctx, &caller.id, &ballot);
        if !config.anonymous {
            NAMES.note(ctx, caller);
        }
        Ok(Reply { chosen: action.choose })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let config = CONFIG.load(ctx);
        let votes = votes(ctx, &config);
        let top = rules::leading(&votes, TOP_OPTIONS).into_iter();
        let top = top.map(|index| OptionVotes { option: config.options[index].clone(), votes: Some(votes[index]) });
        let event = Event::Result { voters: VOTERS.get(ctx), top: top.collect() };
        ctx.emit_everyone(&event);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Vote);

#[cfg(test)]
mod tests;
