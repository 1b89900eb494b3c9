//! Makes a component of the core module that the compiler gives.
//!
//! There is no adapter for WASI, so a module that wants it cannot become a component here.

use thiserror::Error;
use wit_component::ComponentEncoder;

/// Why a module cannot become a component.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// It imports WASI.
    #[error(
        "the crate uses WASI, which Hezi does not have: something in it was built for a wasi target, or a dependency \
         calls the system ({message})"
    )]
    Wasi {
        /// What the encoder said.
        message: String,
    },
    /// Something else.
    #[error("the crate does not make a component: {message}")]
    Other {
        /// What the encoder said.
        message: String,
    },
}

/// The component of a core module.
pub(crate) fn component(core: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let encoded = ComponentEncoder::default().validate(true).module(core).and_then(|encoder| encoder.encode());
    encoded.map_err(|error| {
        let message = format!("{error:#}");
        if message.contains("wasi") { EncodeError::Wasi { message } } else { EncodeError::Other { message } }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_no_module() {
        assert!(matches!(component(b"garbage"), Err(EncodeError::Other { .. })));
    }
}
