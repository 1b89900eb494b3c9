//! 签到: who is here, on the wall as they come.
//!
//! Glue between [`rules`], the list and the room.
//!
//! # Invariants
//! * One row a person: a member checks in once, and a name is added by hand once.
//! * Numbers and times never move.
//! * A check-in costs the same with ten thousand people on the list as with ten.

pub mod rules;
pub mod texts;

mod list;
mod messages;
mod show;

use hezi_sdk::{Activity, Ctx, Error, Member, NoEvent, ReadCtx, Report, Result, View};

use list::{ARRIVALS, Arrival, CLOSED, CONFIG, IS_LATE, LATE_AT_MS, PLACES};
pub use messages::{Action, Reply};
use rules::{Config, NAME_CHARS_MAX};
use texts::Texts;

/// The timer that rings when it is late.
const LATE: &str = "late";

/// What `export!` makes the plugin `check-in` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct CheckIn;

impl Activity for CheckIn {
    const NAME: &'static str = "check-in";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = NoEvent;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check(ctx.texts())?;
        let late_at_ms = config.late_at_ms(ctx.now_ms());
        if let Some(late_at_ms) = late_at_ms {
            ctx.set_timer(LATE, late_at_ms);
        }
        LATE_AT_MS.set(ctx, &late_at_ms);
        CONFIG.set(ctx, &config);
        Ok(config.title)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        match action {
            Action::CheckIn {} => check_in(ctx, caller, None),
            Action::Add { name } => add(ctx, caller, name),
            Action::Remove { number } => remove(ctx, caller, number),
        }
    }

    fn act_for(ctx: &mut Ctx, organizer: &Member, member: &Member, action: Action) -> Result<Reply> {
        match action {
            Action::CheckIn {} => check_in(ctx, member, Some(organizer)),
            _ => Err(Error::denied(ctx.texts::<Texts>().nobody_acts_for_others())),
        }
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn tick(ctx: &mut Ctx, timer: &str) -> Result<()> {
        if timer == LATE {
            IS_LATE.set(ctx, &true);
        }
        Ok(())
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

hezi_sdk::export!(CheckIn);

/// A member is here, as they say themselves or as an organizer says.
fn check_in(ctx: &mut Ctx, member: &Member, by: Option<&Member>) -> Result<Reply> {
    if let Some(number) = PLACES.get(ctx, &member.id) {
        let Some(arrival) = ARRIVALS.get(ctx, &number) else { panic!("no row for number {number}") };
        let time = CONFIG.load(ctx).clock(arrival.at_ms);
        return Err(Error::conflict(ctx.texts::<Texts>().here_already(number, &time)));
    }
    let (id, name, by) = (Some(member.id.clone()), member.name.clone(), by.map(|organizer| organizer.name.clone()));
    let arrival = Arrival { id, name, at_ms: ctx.now_ms(), by };
    let number = list::add(ctx, &arrival);
    Ok(reply(ctx, number, &arrival))
}

/// Somebody without a device is here.
fn add(ctx: &mut Ctx, caller: &Member, name: String) -> Result<Reply> {
    let texts = ctx.texts::<Texts>();
    caller.require_organizer(&texts.organizers_only())?;
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Error::invalid(texts.name_is_wrong(NAME_CHARS_MAX)));
    }
    if let Some(number) = list::find_name(ctx, &name) {
        return Err(Error::conflict(texts.name_is_there(&name, number)));
    }
    let arrival = Arrival { id: None, name, at_ms: ctx.now_ms(), by: Some(caller.name.clone()) };
    let number = list::add(ctx, &arrival);
    Ok(reply(ctx, number, &arrival))
}

/// Somebody was added by mistake.
fn remove(ctx: &mut Ctx, caller: &Member, number: u32) -> Result<Reply> {
    let texts = ctx.texts::<Texts>();
    caller.require_organizer(&texts.organizers_only())?;
    let Some(arrival) = ARRIVALS.get(ctx, &number) else { return Err(Error::invalid(texts.no_such_row(number))) };
    if arrival.by.is_none() {
        return Err(Error::conflict(texts.not_added_by_hand(number)));
    }
    list::remove(ctx, number, &arrival);
    Ok(reply(ctx, number, &arrival))
}

fn reply(ctx: &ReadCtx, number: u32, arrival: &Arrival) -> Reply {
    Reply { number, at_ms: arrival.at_ms, late: rules::is_late(arrival.at_ms, LATE_AT_MS.load(ctx)) }
}

#[cfg(test)]
mod tests;
