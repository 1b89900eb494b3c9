//! How the process is told to stop: SIGTERM from a supervisor, SIGINT from a keyboard.

use tokio::signal::unix::{SignalKind, signal};

/// Completes when the process is asked to stop. The signals are caught from this call on, not from the first poll: one that
/// arrives in between is not lost.
///
/// # Errors
/// When the signals cannot be caught.
pub(super) fn asked() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
