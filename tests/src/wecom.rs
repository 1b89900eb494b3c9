//! A stand-in for WeCom: a real HTTP server that keeps to the documented contract, and fails when it is told to.
//!
//! It signs in whoever the browser says is holding the phone ([`crate::Browser`] says it with a cookie; a person clicks on
//! a name), gives out codes and tokens, and answers the calls of `qyapi.weixin.qq.com` that Hezi makes. It knows nothing of
//! Hezi: what it refuses, WeCom would refuse.
//!
//! ```no_run
//! # async fn story() {
//! use hezi_tests::{Call, Fault, Launch, StandIn};
//!
//! let wecom = StandIn::start();
//! let host = Launch::new().signed_in_by(&wecom).start().await;
//! wecom.fail_next(Call::GetUser, Fault::Busy);
//! // … somebody signs in …
//! assert_eq!(wecom.calls(Call::GetToken), 1);
//! # drop(host);
//! # }
//! ```
//!
//! # What it keeps to
//! * A token lasts two hours. Asking again gives the same one as long as it is good. Codes are good once, for five minutes.
//! * The address of the callback is on the trusted domain, port included; `state` has letters and digits, at most 128.
//! * A user ticket comes only with `snsapi_privateinfo`, inside WeCom, for a member whom the app may see.
//! * Ten thousand calls a minute of each kind, except `getuserinfo` with a good code; a hundred JS-API tickets an hour.
//!
//! # What it leaves out
//! Departments, the limit on messages to one person, licences, and the block of an address that calls too often.
//!
//! # Invariants
//! * It runs on a thread of its own, so a test that blocks does not stop it, and it is gone when the handle is dropped.
//! * Everything secret that it gives out has a mark inside, by which [`StandIn::leaks`] finds it in any text.

mod api;
mod call;
mod desk;
mod fault;
mod gate;
mod limits;
mod messages;
mod papers;
mod people;
mod rules;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use self::call::Call;
pub use self::fault::{Fault, UNTRUSTED_IP};
pub(crate) use self::gate::{REFUSES, WHO_COOKIE};
pub use self::messages::Sent;
pub use self::people::Person;
pub use self::rules::{AGENT_ID, CORP_ID, Rules, SECRET};

use self::desk::Desk;
use crate::Launch;

/// A running stand-in for WeCom.
#[derive(Debug)]
pub struct StandIn {
    desk: Arc<Desk>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// One with the rules that WeCom documents, and the people of [`Rules::default`].
    pub fn start() -> Self {
        StandIn::with(Rules::default())
    }

    /// One with these rules. It takes requests when this returns.
    ///
    /// # Panics
    /// When the address is taken.
    pub fn with(rules: Rules) -> Self {
        let listener = std::net::TcpListener::bind(&rules.listen)
            .unwrap_or_else(|error| panic!("the stand-in for WeCom cannot listen at {}: {error}", rules.listen));
        listener.set_nonblocking(true).expect("a listener takes options");
        let address = listener.local_addr().expect("a listener has an address");
        let desk = Arc::new(Desk::new(rules));
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().merge(api::routes()).merge(gate::routes()).with_state(desk.clone());
        let thread = std::thread::Builder::new().name("wecom".to_owned()).spawn(move || run(listener, router, stopped));
        let thread = Some(thread.expect("a thread for the stand-in"));
        StandIn { desk, address, stop: Some(stop), thread }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the site that sign-in may lead back to.
    pub fn public_url(&self) -> String {
        format!("https://{}", self.desk.inside().rules.trusted_domain)
    }

    /// What a server needs to be told to use it, by names of the configuration file.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let url = self.url();
        vec![
            ("auth.mode", "wecom".to_owned()),
            ("wecom.corp_id", CORP_ID.to_owned()),
            ("wecom.agent_id", AGENT_ID.to_string()),
            ("wecom.secret", SECRET.to_owned()),
            ("wecom.api_url", url.clone()),
            ("wecom.authorize_url", format!("{url}{}", Call::Authorize.path())),
            ("wecom.login_url", format!("{url}{}", Call::WebLogin.path())),
        ]
    }

    /// Makes all tokens invalid from now on (40014), as WeCom may do at any time.
    pub fn revoke_tokens(&self) {
        self.desk.inside().papers.revoke_tokens();
    }

    /// Makes all tokens invalid in the middle of things: when this call has come so many times, counted from the start.
    pub fn revoke_tokens_at(&self, call: Call, calls: u64) {
        self.desk.inside().revoke_at = Some((call, calls));
    }

    /// Moves the stand-in's clock: what it has given out gets older, and its limits count anew.
    pub fn advance(&self, time: Duration) {
        self.desk.advance(time);
    }

    /// Hires somebody, or changes the entry of somebody with the same id.
    pub fn hire(&self, person: Person) {
        self.desk.inside().people.add(person);
    }

    /// The next call of this kind fails so.
    pub fn fail_next(&self, call: Call, fault: Fault) {
        self.fail_times(call, 1, fault);
    }

    /// The next calls of this kind fail so, as many as are said.
    pub fn fail_times(&self, call: Call, times: u64, fault: Fault) {
        self.desk.inside().faults.plan(call, fault, Some(times));
    }

    /// All calls of this kind fail so, until [`StandIn::heal`].
    pub fn fail(&self, call: Call, fault: Fault) {
        self.desk.inside().faults.plan(call, fault, None);
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.desk.inside().faults.clear();
    }

    /// How many calls of this kind have come, whatever they were answered.
    pub fn calls(&self, call: Call) -> u64 {
        self.desk.inside().tally.calls(call)
    }

    /// How many calls of this kind were answered with this `errcode`; 0 is success.
    pub fn answered(&self, call: Call, errcode: i64) -> u64 {
        self.desk.inside().tally.answered(call, errcode)
    }

    /// Every refusal so far: the call, the `errcode`, how often. Sign-in pages count with what they say.
    pub fn refusals(&self) -> Vec<(Call, i64, u64)> {
        self.desk.inside().tally.refusals()
    }

    /// The messages that were sent, oldest first.
    pub fn messages(&self) -> Vec<Sent> {
        self.desk.inside().messages.clone()
    }

    /// The JS-API ticket that is good now, if one was asked for.
    pub fn js_ticket(&self) -> Option<String> {
        self.desk.inside().papers.js_ticket()
    }

    /// Which secrets stand in this text: the app's secret, tokens, codes, tickets. Each is given with what surrounds it.
    pub fn leaks(&self, text: &str) -> Vec<String> {
        papers::find_secrets(text)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed by now, and a second one while dropping would end the whole test run.
            let _ = thread.join();
        }
    }
}

impl Launch {
    /// Signs people in through this stand-in, at the address that it trusts. [`crate::Browser`] finds the way there.
    pub fn signed_in_by(self, wecom: &StandIn) -> Self {
        let launch = self.set("public_url", wecom.public_url());
        wecom.settings().into_iter().fold(launch, |launch, (name, value)| launch.set(name, value))
    }
}

/// Serves until the handle is dropped. What is under way then is cut off with the runtime.
fn run(listener: std::net::TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).expect("a listener that does not block");
        // Answers are small: without this each one waits for the acknowledgement of the one before.
        let listener = listener.tap_io(|connection| {
            // It fails for a connection that is gone already, which is nothing to anybody.
            let _ = connection.set_nodelay(true);
        });
        tokio::select! {
            served = axum::serve(listener, router) => served.expect("the stand-in serves"),
            _ = stopped => {}
        }
    });
}
