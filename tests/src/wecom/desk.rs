//! The stand-in's memory, and what every call goes through before it is looked at.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::api::{self, Refusal};
use super::limits::{Limits, Tally};
use super::messages::Sent;
use super::papers::{Papers, Rejected};
use super::people::People;
use super::{Call, Fault, Rules, fault::Faults};

/// Everything that changes.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) rules: Rules,
    pub(super) people: People,
    pub(super) papers: Papers,
    pub(super) faults: Faults,
    pub(super) limits: Limits,
    pub(super) tally: Tally,
    pub(super) messages: Vec<Sent>,
    /// All tokens become invalid with this call, when so many of it have come.
    pub(super) revoke_at: Option<(Call, u64)>,
    /// What was added to the machine's time.
    ahead: Duration,
}

/// The stand-in's memory. One lock for all of it: whatever is done under it takes microseconds and never waits.
#[derive(Debug)]
pub(super) struct Desk {
    began: Instant,
    inside: Mutex<Inside>,
}

/// How a call that does not fail is answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fields {
    Today,
    Before2022,
}

impl Desk {
    pub(super) fn new(rules: Rules) -> Self {
        let inside = Inside {
            people: People::new(rules.people.clone()),
            rules,
            papers: Papers::default(),
            faults: Faults::default(),
            limits: Limits::default(),
            tally: Tally::default(),
            messages: Vec::new(),
            revoke_at: None,
            ahead: Duration::ZERO,
        };
        Desk { began: Instant::now(), inside: Mutex::new(inside) }
    }

    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nothing panics while it holds the stand-in's memory")
    }

    pub(super) fn advance(&self, time: Duration) {
        self.inside().ahead += time;
    }

    pub(super) fn now_ms(&self) -> u64 {
        // A test's clock is far from the end of 64 bits.
        (self.began.elapsed() + self.inside().ahead).as_millis() as u64
    }

    /// Counts a call that has come, and lets it fail if it is to.
    ///
    /// # Errors
    /// The answer, when the call is answered already.
    pub(super) async fn receive(&self, call: Call) -> Result<Fields, Response> {
        let fault = {
            let mut inside = self.inside();
            inside.tally.count_call(call);
            let calls = inside.tally.calls(call);
            if inside.revoke_at.take_if(|due| *due == (call, calls)).is_some() {
                inside.papers.revoke_tokens();
            }
            inside.faults.next(call)
        };
        match fault {
            None => Ok(Fields::Today),
            Some(Fault::OldFieldNames) => Ok(Fields::Before2022),
            Some(Fault::Late(time)) => {
                tokio::time::sleep(time).await;
                Ok(Fields::Today)
            }
            Some(Fault::Garbage) => {
                Err((StatusCode::OK, [(CONTENT_TYPE, "text/html")], "<html><h1>502 Bad Gateway</h1>").into_response())
            }
            Some(Fault::ClosedConnection) => Err(cut_off()),
            Some(fault) => {
                let refusal = fault.refusal().unwrap_or_else(|| unreachable!("{fault:?} has an errcode"));
                Err(api::answer(self, call, Err(refusal)))
            }
        }
    }

    /// Checks the token of a call, and that it is within the limits.
    pub(super) fn admit(&self, call: Call, token: Option<&str>) -> Result<(), Refusal> {
        let now_ms = self.now_ms();
        let mut inside = self.inside();
        let token = token.filter(|token| !token.is_empty()).ok_or((41001, "access_token missing".to_owned()))?;
        let lives_s = inside.rules.token_lives_s;
        inside.papers.check_token(token, now_ms, lives_s).map_err(|rejected| match rejected {
            Rejected::Unknown => (40014, "invalid access_token".to_owned()),
            Rejected::Expired => (42001, "access_token expired".to_owned()),
        })?;
        inside.count(call, now_ms)
    }
}

impl Inside {
    /// Counts the call against the limits.
    pub(super) fn count(&mut self, call: Call, now_ms: u64) -> Result<(), Refusal> {
        let admitted = self.limits.admit(call, now_ms, self.rules.calls_per_minute);
        if admitted { Ok(()) } else { Err((45009, "api freq out of limit".to_owned())) }
    }
}

/// An answer whose body fails before the first byte: the server can only close the connection.
fn cut_off() -> Response {
    let failing = futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut off on request")) });
    Response::new(Body::from_stream(failing))
}
