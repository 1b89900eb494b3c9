//! Between the interface and [`Activity`]: JSON in, a typed call, JSON out. The host and the test room both come in here.

use std::marker::PhantomData;

use crate::bindings::attendance::exports::hezi::activity::attendance;
use crate::bindings::exports::hezi::activity::activity;
use crate::bindings::hezi::activity::types::{self, Block, Description, Member, ReportPage};
use crate::{Activity, Attendance, Ctx, ReadCtx, Report, json, texts};

pub use crate::export::check;

/// What the host calls, for the activity `A`.
#[derive(Debug)]
pub struct Guest<A>(PhantomData<A>);

impl<A: Activity> activity::Guest for Guest<A> {
    fn describe() -> Description {
        log_panics();
        let config_schema = json::schema_of_input::<A::Config>();
        Description {
            name: A::NAME.to_owned(),
            version: A::VERSION.to_owned(),
            translations: texts::translations::<A::Texts>(&config_schema),
            config_schema,
            action_schema: json::schema_of_input::<A::Action>(),
            reply_schema: json::schema_of_output::<A::Reply>(),
            event_schema: json::schema_of_output::<A::Event>(),
            state_version: A::STATE_VERSION,
            allows_anonymous: A::ALLOWS_ANONYMOUS,
        }
    }

    fn open(config: String) -> Result<String, types::Error> {
        log_panics();
        Ok(A::open(&mut Ctx::new(), json::read(&config)?)?)
    }

    fn act(caller: Member, action: String, on_behalf: Option<Member>) -> Result<String, types::Error> {
        log_panics();
        let (mut ctx, action) = (Ctx::new(), json::read(&action)?);
        let reply = match on_behalf {
            None => A::act(&mut ctx, &caller, action)?,
            Some(organizer) => A::act_for(&mut ctx, &organizer, &caller, action)?,
        };
        Ok(json::write("a reply", &reply))
    }

    fn view(viewer: Option<Member>, query: Option<String>) -> Result<Vec<Block>, types::Error> {
        log_panics();
        Ok(A::view(&ReadCtx::asked(query), viewer.as_ref())?.into_answer())
    }

    fn tick(timer: String) -> Result<(), types::Error> {
        log_panics();
        Ok(A::tick(&mut Ctx::new(), &timer)?)
    }

    fn close() -> Result<(), types::Error> {
        log_panics();
        Ok(A::close(&mut Ctx::new())?)
    }

    fn report(cursor: Option<String>) -> Result<ReportPage, types::Error> {
        log_panics();
        let mut report = Report::new(cursor.as_deref())?;
        A::report(&ReadCtx::new(), &mut report)?;
        Ok(report.into_page())
    }

    fn migrate(from_version: u32) -> Result<(), types::Error> {
        log_panics();
        Ok(A::migrate(&mut Ctx::new(), from_version)?)
    }
}

impl<A: Attendance> attendance::Guest for Guest<A> {
    fn joined(who: Member) -> Result<(), types::Error> {
        log_panics();
        Ok(A::joined(&mut Ctx::new(), &who)?)
    }

    fn left(who: Member) -> Result<(), types::Error> {
        log_panics();
        Ok(A::left(&mut Ctx::new(), &who)?)
    }
}

/// Sends the message of a panic to the log, where the author looks for it. Without this a trap says nothing of its reason.
#[cfg(target_arch = "wasm32")]
fn log_panics() {
    use crate::{Level, host};

    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| host::log::write(Level::Error, &panic.to_string())));
    });
}

/// A native test shows a panic by itself.
#[cfg(not(target_arch = "wasm32"))]
fn log_panics() {}
