//! Makes a component of a core module, whatever language it was written in.
//!
//! There is no adapter for WASI, so a module that wants it cannot become a component here. A module that does not say
//! which interface it was written for is taken to be written for Hezi's.
//!
//! # Invariants
//! * The interface that is added is the text of `wit/`, the same that the SDK is built from.

use thiserror::Error;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata, metadata};
use wit_parser::{Resolve, SourceMap, WorldId};

/// The interface, file by file.
const WIT: [(&str, &str); 12] = [
    ("world.wit", include_str!("../wit/world.wit")),
    ("types.wit", include_str!("../wit/types.wit")),
    ("activity.wit", include_str!("../wit/activity.wit")),
    ("state.wit", include_str!("../wit/state.wit")),
    ("room.wit", include_str!("../wit/room.wit")),
    ("clock.wit", include_str!("../wit/clock.wit")),
    ("random.wit", include_str!("../wit/random.wit")),
    ("timer.wit", include_str!("../wit/timer.wit")),
    ("log.wit", include_str!("../wit/log.wit")),
    ("locale.wit", include_str!("../wit/locale.wit")),
    ("confirmation.wit", include_str!("../wit/confirmation.wit")),
    ("attendance.wit", include_str!("../wit/attendance.wit")),
];
const WORLD: &str = "plugin";
/// What a module and a component begin with: the same four bytes, then a version and a layer.
const MAGIC: &[u8] = b"\0asm";
const COMPONENT_LAYER: [u8; 2] = [1, 0];

/// Why a module cannot become a component.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum EncodeError {
    /// It is a component already.
    #[error("it is a component already: there is nothing to do")]
    IsComponent,
    /// It imports WASI.
    #[error(
        "it uses WASI, which Hezi does not have: something in it was built for a wasi target, or a library in it calls \
         the system ({message})"
    )]
    Wasi { message: String },
    /// Something else.
    #[error("it does not make a component: {message}")]
    Other { message: String },
}

impl EncodeError {
    fn of(message: String) -> Self {
        if message.contains("wasi") { Self::Wasi { message } } else { Self::Other { message } }
    }
}

/// The component of a core module that says itself which interface it was written for, as the SDK's do.
pub(crate) fn component(core: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let encoded = ComponentEncoder::default().validate(true).module(core).and_then(|encoder| encoder.encode());
    encoded.map_err(|error| EncodeError::of(format!("{error:#}")))
}

/// The component of any core module.
pub(crate) fn component_of_any(core: &[u8]) -> Result<Vec<u8>, EncodeError> {
    if core.starts_with(MAGIC) && core.get(6..8) == Some(&COMPONENT_LAYER) {
        return Err(EncodeError::IsComponent);
    }
    let other = |message: String| EncodeError::Other { message };
    let (described, _) = metadata::decode(core).map_err(|error| other(format!("{error:#}")))?;
    if described.is_some() {
        return component(core);
    }
    let (resolve, world) = interface().map_err(other)?;
    let mut module = core.to_vec();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
        .map_err(|error| other(format!("{error:#}")))?;
    component(&module)
}

/// Hezi's interface.
fn interface() -> Result<(Resolve, WorldId), String> {
    let mut files = SourceMap::default();
    WIT.iter().for_each(|(name, text)| files.push_str(name, *text));
    let group = files.parse().map_err(|(_, error)| error.to_string())?;
    let mut resolve = Resolve::default();
    let package = resolve.push_group(group).map_err(|error| error.to_string())?;
    let world = resolve.select_world(&[package], Some(WORLD)).map_err(|error| format!("{error:#}"))?;
    Ok((resolve, world))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module without anything in it.
    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn garbage_is_no_module() {
        assert!(matches!(component(b"garbage"), Err(EncodeError::Other { .. })));
        assert!(matches!(component_of_any(b"garbage"), Err(EncodeError::Other { .. })));
    }

    #[test]
    fn a_component_is_left_alone() {
        assert!(matches!(component_of_any(b"\0asm\x0d\0\x01\0"), Err(EncodeError::IsComponent)));
    }

    #[test]
    fn the_interface_is_whole() {
        let (resolve, world) = interface().unwrap();
        let world = &resolve.worlds[world];
        assert_eq!((world.name.as_str(), world.imports.len(), world.exports.len()), (WORLD, 9, 1));
    }

    #[test]
    fn a_module_that_exports_nothing_is_told_what_is_missing() {
        let Err(EncodeError::Other { message }) = component_of_any(EMPTY) else { panic!("it exports nothing") };
        assert!(message.contains("hezi:activity/activity@0.1.0"), "{message}");
    }

    #[test]
    fn wasi_is_named() {
        // (module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))))
        let mut module = EMPTY.to_vec();
        module.extend(b"\x01\x05\x01\x60\x01\x7f\x00");
        module.extend(b"\x02\x24\x01\x16wasi_snapshot_preview1\x09proc_exit\x00\x00");
        let error = component_of_any(&module).unwrap_err();
        assert!(matches!(error, EncodeError::Wasi { .. }), "{error}");
    }
}
