//! `cargo hezi component`: makes a component of a module that was written in another language, and asks the gate.

use std::{fs, io, path::PathBuf};

use hezi_plugin::{EngineError, GateError, Plugin, component_hash};
use thiserror::Error;

use crate::{
    check,
    cli::ComponentArgs,
    encode::{self, EncodeError},
    engine, output, stamp,
};

/// Largest module: many times what the gate lets through as a component, since names and debug information may go.
const MODULE_BYTES_MAX: u64 = 64 << 20;

/// Why there is no component.
#[derive(Debug, Error)]
enum ComponentError {
    #[error("cannot read `{}`: {source}", path.display())]
    Module { path: PathBuf, source: io::Error },
    #[error("`{}` has more than {MODULE_BYTES_MAX} bytes", path.display())]
    TooLarge { path: PathBuf },
    #[error("{}: {source}", path.display())]
    Encode { path: PathBuf, source: EncodeError },
    #[error("the gate refuses the component: {0}")]
    Refused(Box<GateError>),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("cannot write `{}`: {source}", path.display())]
    Out { path: PathBuf, source: io::Error },
}

/// Makes the component; true if all went well. A component that the gate refuses is not written.
pub(crate) fn run(args: &ComponentArgs) -> bool {
    output::outcome(make(args), output::result)
}

fn make(args: &ComponentArgs) -> Result<String, ComponentError> {
    let path = || args.module.clone();
    let unreadable = |source| ComponentError::Module { path: path(), source };
    if fs::metadata(&args.module).map_err(unreadable)?.len() > MODULE_BYTES_MAX {
        return Err(ComponentError::TooLarge { path: path() });
    }
    let core = fs::read(&args.module).map_err(unreadable)?;
    let component =
        encode::component_of_any(&core).map_err(|source| ComponentError::Encode { path: path(), source })?;
    let line = if args.no_check {
        let (bytes, hash) = (component.len(), component_hash(&component));
        format!("(not checked)  {bytes} bytes  sha256:{hash}  {}", args.out.display())
    } else {
        let refused = |error| ComponentError::Refused(Box::new(error));
        check::line(&Plugin::load(&engine::start()?, &component, None).map_err(refused)?, &args.out)
    };
    stamp::write_whole(&args.out, &component)
        .map_err(|source| ComponentError::Out { path: args.out.clone(), source })?;
    Ok(line)
}
