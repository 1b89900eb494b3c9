//! What goes wrong on request: for one call, for some, or until it is repaired.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Call;

/// The address of the server that WeCom names when it does not trust it.
pub const UNTRUSTED_IP: &str = "203.0.113.7";

/// A way to fail.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// -1: WeCom is busy, ask again.
    Busy,
    /// 45009: too many calls.
    RateLimited,
    /// 60020: the server's address is not among the trusted ones; [`UNTRUSTED_IP`] stands in the text.
    UntrustedIp,
    /// 40001: the secret is wrong.
    BadSecret,
    /// Any other `errcode`.
    Code(i64),
    /// A page where JSON should be, as proxies give it.
    Garbage,
    /// The connection ends without an answer.
    ClosedConnection,
    /// The right answer, so much later.
    Late(Duration),
    /// The right answer under the field names of before 2022.
    OldFieldNames,
}

impl Fault {
    /// The `errcode` and `errmsg` of a fault that has them.
    pub(super) fn refusal(&self) -> Option<(i64, String)> {
        let (code, text) = match self {
            Fault::Busy => (-1, "system busy".to_owned()),
            Fault::RateLimited => (45009, "api freq out of limit".to_owned()),
            Fault::BadSecret => (40001, "invalid credential".to_owned()),
            Fault::Code(code) => (*code, "as was asked for".to_owned()),
            Fault::UntrustedIp => (
                60020,
                format!("not allow to access from your ip, hint: [1787373915609110759172198], from ip: {UNTRUSTED_IP}"),
            ),
            Fault::Garbage | Fault::ClosedConnection | Fault::Late(_) | Fault::OldFieldNames => return None,
        };
        Some((code, text))
    }
}

#[derive(Debug)]
struct Planned {
    fault: Fault,
    /// How often still; none is until it is repaired.
    left: Option<u64>,
}

/// Everything that is to go wrong, for each call in the order in which it was asked for.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<Call, VecDeque<Planned>>);

impl Faults {
    pub(super) fn plan(&mut self, call: Call, fault: Fault, times: Option<u64>) {
        if times != Some(0) {
            self.0.entry(call).or_default().push_back(Planned { fault, left: times });
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// What goes wrong with the call that has just come.
    pub(super) fn next(&mut self, call: Call) -> Option<Fault> {
        let queue = self.0.get_mut(&call)?;
        let first = queue.front_mut()?;
        let fault = first.fault.clone();
        if let Some(left) = &mut first.left {
            *left -= 1;
            if *left == 0 {
                queue.pop_front();
            }
        }
        Some(fault)
    }
}
