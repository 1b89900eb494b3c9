//! 红包: a simulated red packet. It is split and committed to before the first grab, and the split is revealed at the end.
//!
//! Glue between [`rules`], the [`ledger`] and the room. No money moves anywhere, and the view says so.
//!
//! # Invariants
//! * Shares sum up to the total, each is at least one cent, and a member grabs at most one.
//! * Grabbed, left and refunded cents are the total after every call.
//! * No view, event, reply or report tells a share before it was grabbed, or the nonce before the end.
//! * A grab reads and writes a bounded number of bytes, however many shares there are.

pub mod ledger;
pub mod rules;
pub mod texts;

mod messages;
mod shares;
mod show;
mod state;

use hezi_sdk::{Activity, Error, Member, ReadCtx, Report, Result, View};

use ledger::{Ledger, Reason};
pub use messages::{Action, Event, Grab, Reply};
use rules::Config;
use state::{GRABS, LEDGER, PACKET, PLACES, Packet, best_luck};
use texts::Texts;

type Ctx = hezi_sdk::Ctx<Event>;

const EXPIRY: &str = "expiry";
const NONCE_BYTES: u32 = 32;

/// What `export!` makes the plugin `red-packet` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct RedPacket;

impl Activity for RedPacket {
    const NAME: &'static str = "red-packet";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = Event;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        let texts = ctx.texts::<Texts>();
        config.check(texts)?;
        let nonce = ctx.random_bytes(NONCE_BYTES);
        let split = rules::split(&config, |bound| ctx.random_below(bound));
        let expires_at_ms = ctx.now_ms() + config.expires_in_s * 1_000;
        shares::store(ctx, &split);
        let packet = Packet {
            total_cents: config.total_cents,
            shares: config.shares,
            mode: config.mode,
            greeting: config.greeting.unwrap_or_else(|| texts.usual_greeting()),
            expires_at_ms,
            commitment: rules::commitment(&nonce, &split),
            nonce: hex::encode(nonce),
        };
        PACKET.set(ctx, &packet);
        LEDGER.set(ctx, &Ledger::new(config.total_cents));
        ctx.set_timer(EXPIRY, expires_at_ms);
        Ok(packet.greeting)
    }

    fn act(ctx: &mut Ctx, caller: &Member, Action::Grab {}: Action) -> Result<Reply> {
        if PLACES.contains(ctx, &caller.id) {
            return Err(Error::conflict(ctx.texts::<Texts>().grabbed_already()));
        }
        let mut ledger = LEDGER.load(ctx);
        let packet = PACKET.load(ctx);
        refuse_ended(ctx, &packet, &ledger)?;
        let place = ledger.taken;
        let Some(cents) = shares::at(ctx, place) else { panic!("no share at place {place}") };
        ledger.grab(cents, packet.shares);
        PLACES.set(ctx, &caller.id, &place);
        GRABS.set(ctx, &place, &Grab { id: caller.id.clone(), name: caller.name.clone(), cents });
        LEDGER.set(ctx, &ledger);
        if ledger.end.is_some() {
            ctx.cancel_timer(EXPIRY);
            let best = best_luck(ctx, &packet, &ledger);
            ctx.emit_everyone(&Event::Finished { shares: packet.shares, total_cents: packet.total_cents, best });
        }
        Ok(Reply { cents })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn tick(ctx: &mut Ctx, timer: &str) -> Result<()> {
        if timer == EXPIRY {
            refund(ctx, Reason::Expired);
        }
        Ok(())
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        ctx.cancel_timer(EXPIRY);
        refund(ctx, Reason::Closed);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(RedPacket);

/// Nothing is grabbed after the end, and nothing after the time is over, even if the timer is late.
fn refuse_ended(ctx: &ReadCtx, packet: &Packet, ledger: &Ledger) -> Result<()> {
    let texts = ctx.texts::<Texts>();
    match ledger.end.map(|end| end.reason) {
        Some(Reason::Taken) => Err(Error::exhausted(texts.all_are_gone())),
        Some(Reason::Closed) => Err(Error::exhausted(texts.has_ended())),
        Some(Reason::Expired) => Err(Error::exhausted(texts.has_expired())),
        None if ctx.now_ms() >= packet.expires_at_ms => Err(Error::exhausted(texts.has_expired())),
        None => Ok(()),
    }
}

fn refund(ctx: &mut Ctx, reason: Reason) {
    let mut ledger = LEDGER.load(ctx);
    if ledger.finish(reason) {
        LEDGER.set(ctx, &ledger);
        ctx.emit_everyone(&Event::Refunded { cents: ledger.refunded_cents(), reason });
    }
}

#[cfg(test)]
mod tests;
