//! Where log lines go: standard error, for as long as it takes them.
//!
//! # Invariants
//! * A line that cannot be written costs that line and nothing else: whoever logs never learns of it, and nothing panics.
//!   The disk that the log is on may be full, and whoever read it may be gone.
//! * Lines that were lost are counted, so that a gap in the log is no secret.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// The metric that counts lost lines.
const LOST: &str = "hezi_log_lines_lost_total";

/// Makes what one line is written to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sink<M>(M);

impl Sink<fn() -> io::Stderr> {
    /// Standard error.
    pub(super) fn stderr() -> Self {
        Self(io::stderr)
    }
}

impl<'a, W: Write, M: Fn() -> W> MakeWriter<'a> for Sink<M> {
    type Writer = LogWriter<W>;

    fn make_writer(&'a self) -> LogWriter<W> {
        LogWriter(self.0())
    }
}

/// Writes one line, or counts it as lost.
#[derive(Debug)]
pub(super) struct LogWriter<W>(W);

impl<W: Write> Write for LogWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.0.write_all(bytes).is_err() {
            metrics::counter!(LOST).increment(1);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        // What could not be flushed was counted when it was written.
        drop(self.0.flush());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn whoever_logs_never_learns_that_the_disk_is_full() {
        let mut line = Sink(|| Full).make_writer();
        assert_eq!(line.write(b"a line\n").expect("swallowed"), 7);
        line.write_all(b"a line\n").expect("swallowed");
        line.flush().expect("swallowed");
    }
}
