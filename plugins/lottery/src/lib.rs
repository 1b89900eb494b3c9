//! 抽奖: draws that anybody can compute again.
//!
//! The seed is drawn and committed to when the lottery opens. An organizer then freezes the pool, draws, and draws again for
//! winners who are not there. When the lottery is closed the seed is revealed, and pool, seed and entropy give every winner.
//!
//! Glue between [`rules`], the winners and the room.
//!
//! # Invariants
//! * Every winner was in the frozen pool; nobody wins twice, or the same prize twice with `repeat_winners`.
//! * Pick number `i` is used once, by winner number `i`; a draw for an absent winner takes the next one and the same seed.
//! * No view, event, reply or report tells the seed before the end.

pub mod rules;
pub mod texts;

mod messages;
mod pool;
mod show;
mod state;
mod winners;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use messages::Ctx;
pub use messages::{Action, Event, FrozenPool, Reply, Who, Winner};
use rules::{Config, DRAW_COUNT_MAX, ENTROPY_CHARS_MAX, PoolHash};
use state::{CLOSED, CONFIG, FROZEN, Frozen, POOL, SEED, frozen, seed_hash};
use texts::Texts;
use winners::left;

const SEED_BYTES: u32 = 32;
/// Winners in one event take at most this; the rest of its 16 KiB is for the prize and the entropy.
const EVENT_WINNERS_BYTES_MAX: usize = 12_000;

/// What `export!` makes the plugin `lottery` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct Lottery;

impl Activity for Lottery {
    const NAME: &'static str = "lottery";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check(ctx.texts())?;
        CONFIG.set(ctx, &config);
        let seed = ctx.random_bytes(SEED_BYTES);
        SEED.set(ctx, &hex::encode(seed));
        Ok(config.title)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        caller.require_organizer(&ctx.texts::<Texts>().organizers_only())?;
        match action {
            Action::Freeze { who, organizers } => freeze(ctx, who, organizers),
            Action::Draw { prize, count, entropy } => draw(ctx, &prize, count, &entropy),
            Action::Redraw { winner } => redraw(ctx, &winner),
        }
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn tick(ctx: &mut Ctx, timer: &str) -> Result<()> {
        if let Some(frozen) = FROZEN.get(ctx) {
            POOL.tick(ctx, timer, frozen.pool);
        }
        Ok(())
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        let event = Event::Revealed { seed: SEED.load(ctx), seed_hash: seed_hash(ctx) };
        ctx.emit_everyone(&event);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(Lottery);

/// The pool is whom the organizer chose: those who are online at this moment or all members, with or without organizers.
fn freeze(ctx: &mut Ctx, who: Who, organizers: bool) -> Result<Reply> {
    let texts = ctx.texts::<Texts>();
    if FROZEN.get(ctx).is_some() {
        return Err(Error::conflict(texts.frozen_already()));
    }
    let members: Box<dyn Iterator<Item = Member>> = match who {
        Who::Everyone => Box::new(ctx.members()),
        Who::Online => Box::new(ctx.online_members()),
    };
    let (mut list, mut hash) = (POOL.begin(), PoolHash::default());
    for member in members.filter(|member| organizers || !member.is_organizer()) {
        hash.push(&member.id);
        list.push(&member).ok_or_else(|| Error::exhausted(texts.pool_is_too_long(list.people())))?;
    }
    if list.people() == 0 {
        return Err(Error::conflict(texts.nobody_is_in()));
    }
    let (pool, pool_hash, seed_hash) = (list.store(ctx), hex::encode(hash.finish()), seed_hash(ctx));
    FROZEN.set(ctx, &Frozen { pool, pool_hash: pool_hash.clone(), who, organizers });
    let frozen = FrozenPool { pool, who, organizers, pool_hash, seed_hash };
    ctx.emit_everyone(&Event::Frozen(frozen.clone()));
    Ok(Reply::Frozen(frozen))
}

fn draw(ctx: &mut Ctx, prize_name: &str, count: u32, entropy: &str) -> Result<Reply> {
    let frozen = frozen(ctx)?;
    let (config, texts) = (CONFIG.load(ctx), ctx.texts::<Texts>());
    let prize = config.prize(prize_name, texts)?;
    if count == 0 {
        return Err(Error::invalid(texts.draw_somebody()));
    }
    if entropy.chars().count() > ENTROPY_CHARS_MAX {
        return Err(Error::invalid(texts.entropy_is_too_long(ENTROPY_CHARS_MAX)));
    }
    let left = left(ctx, &config, prize);
    if left == 0 {
        return Err(Error::exhausted(texts.prize_is_gone(prize_name)));
    }
    if count > left {
        return Err(Error::exhausted(texts.prize_runs_out(prize_name, left)));
    }
    if count > DRAW_COUNT_MAX {
        return Err(Error::invalid(texts.draws_too_many(DRAW_COUNT_MAX)));
    }
    let winners = winners::pick(ctx, &frozen, &config, prize, entropy, count, None)?;
    for part in parts(&winners) {
        let (prize, entropy) = (prize_name.to_owned(), entropy.to_owned());
        ctx.emit_everyone(&Event::Drawn { prize, winners: part.to_vec(), entropy });
    }
    Ok(Reply::Winners { winners })
}

fn redraw(ctx: &mut Ctx, absent_id: &str) -> Result<Reply> {
    let frozen = frozen(ctx)?;
    let config = CONFIG.load(ctx);
    let (index, absent) = winners::take_back(ctx, &frozen, absent_id)?;
    let winners = winners::pick(ctx, &frozen, &config, absent.prize, &absent.entropy, 1, Some(index))?;
    let prize = config.prizes[absent.prize as usize].name.clone();
    ctx.emit_everyone(&Event::Redrawn { prize, absent: absent.winner, winners: winners.clone() });
    Ok(Reply::Winners { winners })
}

/// Winners in parts that fit into an event each.
fn parts(winners: &[Winner]) -> Vec<&[Winner]> {
    let (mut parts, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (place, winner) in winners.iter().enumerate() {
        // A character takes at most six bytes in JSON, however it is escaped, and the braces and names some thirty more.
        let more = 6 * (winner.id.len() + winner.name.len()) + 30;
        if bytes + more > EVENT_WINNERS_BYTES_MAX && place > start {
            parts.push(&winners[start..place]);
            (start, bytes) = (place, 0);
        }
        bytes += more;
    }
    parts.push(&winners[start..]);
    parts
}

#[cfg(test)]
mod tests;
