//! Lines for the administrator of the server and for the author. Members never see them.

use crate::{Level, ReadCtx, host};

impl ReadCtx {
    /// Writes a line. At most 32 lines a call are kept, each cut at 1 KiB.
    pub fn log(&self, level: Level, message: &str) {
        host::log::write(level, message);
    }
}
