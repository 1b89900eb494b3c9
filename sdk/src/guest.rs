//! Between the interface and [`Activity`]: JSON in, a typed call, JSON out. The host and the test room both come in here.

use std::marker::PhantomData;

use crate::bindings::exports::hezi::activity::activity;
use crate::bindings::hezi::activity::types::{self, Block, Description, Member, ReportPage};
use crate::{Activity, Ctx, ReadCtx, Report, json};

pub use crate::export::check;

/// What the host calls, for the activity `A`.
#[derive(Debug)]
pub struct Guest<A>(PhantomData<A>);

impl<A: Activity> activity::Guest for Guest<A> {
    fn describe() -> Description {
        log_panics();
        Description {
            name: A::NAME.to_owned(),
            version: A::VERSION.to_owned(),
            title: A::TITLE.to_owned(),
            summary: A::SUMMARY.to_owned(),
            config_schema: json::schema_of_input::<A::Config>(),
            action_schema: json::schema_of_input::<A::Action>(),
            reply_schema: json::schema_of_output::<A::Reply>(),
            event_schema: json::schema_of_output::<A::Event>(),
            state_version: A::STATE_VERSION,
        }
    }

    fn open(config: String) -> Result<String, types::Error> {
        log_panics();
        Ok(A::open(&mut Ctx::new(), json::read(&config)?)?)
    }

    fn act(caller: Member, action: String) -> Result<String, types::Error> {
        log_panics();
        let reply = A::act(&mut Ctx::new(), &caller, json::read(&action)?)?;
        Ok(json::write("a reply", &reply))
    }

    fn view(viewer: Option<Member>) -> Result<Vec<Block>, types::Error> {
        log_panics();
        Ok(A::view(&ReadCtx::new(), viewer.as_ref())?.into_blocks())
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
