//! How often may be called: the documented limits, and a tally of everything that was.

use std::collections::BTreeMap;

use super::Call;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 3_600_000;

/// Calls of one kind in an hour: length of the window in milliseconds, and how many in it.
const ANY_CALL: (u64, u64) = (HOUR_MS, 150_000);
/// JS-API tickets: for one app.
const TICKETS: (u64, u64) = (HOUR_MS, 100);
/// Requests for a token that were wrong, after which all are refused for an hour.
const WRONG_TOKEN_CALLS: (u64, u64) = (HOUR_MS, 2_000);

#[derive(Debug, Default)]
struct Window {
    began_ms: u64,
    count: u64,
}

impl Window {
    /// Counts one more in a window of this length and says whether it is within the limit. Once it is not, all calls of
    /// the rest of the window are refused.
    fn count(&mut self, now_ms: u64, (length_ms, most): (u64, u64)) -> bool {
        if now_ms >= self.began_ms + length_ms || self.count == 0 {
            *self = Window { began_ms: now_ms, count: 0 };
        }
        self.count += 1;
        self.count <= most
    }
}

/// The windows of all calls.
#[derive(Debug, Default)]
pub(super) struct Limits {
    windows: BTreeMap<(Call, (u64, u64)), Window>,
    wrong_tokens: Window,
}

impl Limits {
    /// Counts a call and says whether it is within the limits.
    pub(super) fn admit(&mut self, call: Call, now_ms: u64, calls_per_minute: u64) -> bool {
        let own = matches!(call, Call::GetJsTicket | Call::GetAgentTicket).then_some(TICKETS);
        let mut admitted = true;
        for limit in [(MINUTE_MS, calls_per_minute), ANY_CALL].into_iter().chain(own) {
            admitted &= self.windows.entry((call, limit)).or_default().count(now_ms, limit);
        }
        admitted && !self.is_locked(now_ms, call)
    }

    fn is_locked(&self, now_ms: u64, call: Call) -> bool {
        let (length_ms, most) = WRONG_TOKEN_CALLS;
        call == Call::GetToken && self.wrong_tokens.count >= most && now_ms < self.wrong_tokens.began_ms + length_ms
    }

    /// Counts a request for a token with a wrong secret or corp.
    pub(super) fn count_wrong_token(&mut self, now_ms: u64) {
        self.wrong_tokens.count(now_ms, WRONG_TOKEN_CALLS);
    }
}

/// What was called and what was answered.
#[derive(Debug, Default)]
pub(super) struct Tally {
    calls: BTreeMap<Call, u64>,
    answers: BTreeMap<(Call, i64), u64>,
}

impl Tally {
    pub(super) fn count_call(&mut self, call: Call) {
        *self.calls.entry(call).or_default() += 1;
    }

    pub(super) fn count_answer(&mut self, call: Call, errcode: i64) {
        *self.answers.entry((call, errcode)).or_default() += 1;
    }

    pub(super) fn calls(&self, call: Call) -> u64 {
        self.calls.get(&call).copied().unwrap_or_default()
    }

    pub(super) fn answered(&self, call: Call, errcode: i64) -> u64 {
        self.answers.get(&(call, errcode)).copied().unwrap_or_default()
    }

    pub(super) fn refusals(&self) -> Vec<(Call, i64, u64)> {
        let refusals = self.answers.iter().filter(|((_, errcode), _)| *errcode != 0);
        refusals.map(|((call, errcode), count)| (*call, *errcode, *count)).collect()
    }
}
