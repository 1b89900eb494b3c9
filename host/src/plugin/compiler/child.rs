//! The child's side of compiling: a process that takes one component in, gives machine code out, and ends.
//!
//! The order comes over standard input, one line of JSON and then the component's bytes; the signed machine code goes to
//! standard output, one line that says why there is none to standard error. Nothing of the component is run.
//!
//! # Exit codes
//! * 0: the machine code is on standard output.
//! * [`REFUSED`]: the component does not pass; the line has a stable name for the reason, a space, and says why.
//! * [`OUT_OF_MEMORY`]: there was not enough memory. Most often the process is ended by the signal `SIGABRT` instead.
//! * [`NOT_STARTED`]: nothing was compiled, through no fault of the component.
//!
//! # Invariants
//! * Processor time and memory are bounded, and nothing more can be opened or written to a file, before a byte is read.
//! * The process ends when its standard input does, which is when whoever gave the order is gone.

use std::fmt::Display;
use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::process::{self, ExitCode};
use std::thread;

use hezi_plugin::{CodeKey, PrecompileError, precompile};
use rlimit::Resource;
use serde::{Deserialize, Serialize};

/// The component does not pass.
pub(super) const REFUSED: i32 = 3;
/// There was not enough memory.
pub(super) const OUT_OF_MEMORY: i32 = 4;
/// The process could not begin its work.
pub(super) const NOT_STARTED: i32 = 5;

/// The longest line of an order.
const ORDER_BYTES_MAX: u64 = 64 << 10;
/// Address space besides `memory_bytes`: this program's own text, and what is reserved and never written to.
const IMAGE_BYTES: u64 = 1 << 30;
/// Seconds from the signal that ends the process to the one that does so in any case.
const CPU_GRACE_S: u64 = 1;
/// Standard input, output and error.
const FILES_MAX: u64 = 3;
/// Stack of the thread that waits for the end of standard input.
const WATCH_STACK_BYTES: usize = 64 << 10;

/// What the child bounds itself to.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Memory that it may write to, in bytes.
    pub memory_bytes: u64,
    /// Processor time, in seconds.
    pub cpu_s: u64,
}

/// What is to be compiled, in the line before the component's bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct CompileOrder {
    /// The limits of the engine that will run it.
    pub(super) limits: hezi_plugin::Limits,
    /// The key to sign the machine code with.
    pub(super) code_key: [u8; 32],
    /// Length of the component.
    pub(super) component_bytes: usize,
}

impl CompileOrder {
    pub(super) fn to_line(&self) -> serde_json::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// Why there is no machine code.
#[derive(Debug, thiserror::Error)]
enum ChildError {
    /// The process cannot be bounded, or its input is no order.
    #[error("the process that compiles could not begin: {0}")]
    NotStarted(String),
    /// The compiler's verdict.
    #[error(transparent)]
    Compile(#[from] PrecompileError),
    /// Nobody takes the machine code.
    #[error("the machine code cannot be handed over: {0}")]
    Output(io::Error),
}

/// Compiles the component on standard input, within these bounds.
#[must_use]
pub fn compile_component(bounds: Bounds) -> ExitCode {
    match run(bounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let reason = match &error {
                ChildError::Compile(PrecompileError::Refused(refused)) => format!("{} {refused}", refused.code()),
                _ => error.to_string(),
            };
            // Nobody reads it: then nobody wants to know.
            drop(writeln!(io::stderr(), "{reason}"));
            let code = match &error {
                ChildError::Compile(PrecompileError::Refused(_)) => REFUSED,
                ChildError::Compile(PrecompileError::OutOfMemory) => OUT_OF_MEMORY,
                ChildError::NotStarted(_) | ChildError::Output(_) => NOT_STARTED,
            };
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}

fn run(bounds: Bounds) -> Result<(), ChildError> {
    offer_to_be_killed_first();
    bound(bounds).map_err(not_started)?;
    let (order, component) = take_order().map_err(not_started)?;
    watch_for_the_end().map_err(not_started)?;
    let code = precompile(&order.limits, &component, &CodeKey::new(order.code_key))?;
    let mut out = io::stdout().lock();
    out.write_all(&code).and_then(|()| out.flush()).map_err(ChildError::Output)
}

fn not_started(error: impl Display) -> ChildError {
    ChildError::NotStarted(error.to_string())
}

/// Where memory is short, the system should take it from here and not from the server.
fn offer_to_be_killed_first() {
    // Not every system can be told so, and none has to be: the memory is bounded as well.
    drop(fs::write("/proc/self/oom_score_adj", "1000"));
}

fn bound(bounds: Bounds) -> io::Result<()> {
    // What counts is memory that can be written to; the whole address space is bounded too, for what is shared.
    lower(Resource::DATA, bounds.memory_bytes, 0)?;
    lower(Resource::AS, bounds.memory_bytes.saturating_add(IMAGE_BYTES), 0)?;
    lower(Resource::CPU, bounds.cpu_s, CPU_GRACE_S)?;
    lower(Resource::CORE, 0, 0)?;
    lower(Resource::FSIZE, 0, 0)?;
    lower(Resource::NOFILE, FILES_MAX, 0)
}

/// Sets a limit, but never raises one that whoever started the server has set.
fn lower(resource: Resource, limit: u64, grace: u64) -> io::Result<()> {
    let (_, hard_now) = resource.get()?;
    let hard = limit.saturating_add(grace).min(hard_now);
    resource.set(limit.min(hard), hard)
}

fn take_order() -> io::Result<(CompileOrder, Vec<u8>)> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    (&mut input).take(ORDER_BYTES_MAX).read_until(b'\n', &mut line)?;
    let order: CompileOrder = serde_json::from_slice(&line)?;
    let mut component = Vec::new();
    (&mut input).take(order.component_bytes as u64).read_to_end(&mut component)?;
    if component.len() < order.component_bytes {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the component ended before its end"));
    }
    Ok((order, component))
}

/// Ends the process when standard input ends. Nothing more is ever sent over it.
fn watch_for_the_end() -> io::Result<()> {
    let watch = thread::Builder::new().name("hezi-watch".into()).stack_size(WATCH_STACK_BYTES);
    watch.spawn(|| {
        let more = io::stdin().lock().read(&mut [0]);
        drop(writeln!(io::stderr(), "whoever gave the order is gone ({more:?})"));
        process::exit(NOT_STARTED);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_one_line() {
        let order = CompileOrder { limits: hezi_plugin::Limits::default(), code_key: [7; 32], component_bytes: 5 };
        let line = order.to_line().expect("a line");
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!((line.len() as u64) < ORDER_BYTES_MAX / 8, "{} bytes", line.len());
        let read: CompileOrder = serde_json::from_slice(&line).expect("an order");
        assert_eq!((read.limits, read.code_key, read.component_bytes), (order.limits, [7; 32], 5));
    }
}
