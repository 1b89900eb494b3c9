//! `log`: lines for the administrator and the author.
//!
//! It works everywhere, even while the component starts, since that is where a plugin's author needs it most. Lines are
//! kept whatever becomes of the call.

use super::{Host, Need};
use crate::{
    bindings::hezi::activity::log::{self, Level},
    call::{LogLevel, LogLine},
};

impl log::Host for Host {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.enter("log.write", Need::Nothing, message.len())?;
        if self.logs.len() >= self.limits.log_lines {
            self.logs_dropped = self.logs_dropped.saturating_add(1);
            return Ok(());
        }
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.logs.push(LogLine { level, message: cut(message, self.limits.log_line_bytes) });
        Ok(())
    }
}

/// The text, without what lies beyond `bytes`; a character is kept whole or not at all.
fn cut(text: String, bytes: usize) -> String {
    if text.len() <= bytes {
        return text;
    }
    // A copy, because a truncated string would keep the memory of the whole one.
    text[..text.floor_char_boundary(bytes)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Answer, CallReport, Limits, Members, Space, bindings::hezi::activity::log::Host as _};

    #[test]
    fn lines_are_cut_counted_and_dropped() {
        let mut host = Host::in_call(Mode::Start, Limits::default(), Space::new(), Members::new());
        host.write(Level::Warn, "盒".repeat(1_000)).unwrap();
        for _ in 0..40 {
            host.write(Level::Info, "line".into()).unwrap();
        }
        let mut end = || host.end(&mut Space::new(), Ok(Answer::Done), 0);
        let CallReport { logs, logs_dropped, cost, .. } = end();
        assert_eq!((logs.len(), logs_dropped, cost.host_calls), (32, 9, 41));
        assert_eq!((logs[0].level, logs[0].message.len()), (LogLevel::Warn, 1_023));
        assert_eq!(end().logs, []);
    }
}
