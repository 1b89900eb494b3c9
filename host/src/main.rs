//! The program `hezi`: reads the command line and hands over to the server.
//!
//! # Exit codes
//! * 0: it was told to stop, and stopped.
//! * 2: it did not start; one line on standard error says why.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use hezi::app;
use hezi::config::{Flags, load};

/// Stack of each thread: SurrealDB's parser and executor recurse deeply.
const THREAD_STACK_BYTES: usize = 10 << 20;
/// Longest wait for threads that are still at work when everything else has ended.
const THREADS_GRACE: Duration = Duration::from_millis(500);

/// Live meetings inside WeCom, with activities as WebAssembly plugins.
#[derive(Parser)]
#[command(name = "hezi", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server until it is told to stop.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// The configuration file.
    #[arg(long, value_name = "FILE", env = "HEZI_CONFIG")]
    config: Option<PathBuf>,
    /// Address to listen on, instead of the setting `listen`.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Folder for everything that is kept, instead of the setting `data`.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Command::Serve(serve) = Arguments::parse().command;
    match start(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hezi: {}", error.to_string().replace('\n', " "));
            ExitCode::from(2)
        }
    }
}

fn start(serve: Serve) -> Result<(), app::StartError> {
    let config = load(&Flags { config: serve.config, listen: serve.listen, data: serve.data })?;
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let runtime =
        threads.enable_all().thread_stack_size(THREAD_STACK_BYTES).build().map_err(app::StartError::Threads)?;
    // Spawned, because the main thread's stack is not ours to size.
    let ended = runtime.block_on(runtime.spawn(app::run(config)));
    runtime.shutdown_timeout(THREADS_GRACE);
    ended.unwrap_or_else(|error| Err(app::StartError::Broken(error.to_string())))
}
