//! The program `hezi`: reads the command line and hands over to the server, or to the administrator's console.
//!
//! # Exit codes
//! * 0: it was told to stop, and stopped; or the server did what the administrator asked.
//! * 1: the server refused what the administrator asked; one line on standard error says why.
//!   Of `verify`: something is not as it should be, a line each.
//! * 2: it did not start, or did not reach the server; one line on standard error says why.
//! * 3: the store's log failed while the server ran; one line on standard error says why.
//!
//! The command line `compile-component`, which only the server writes, has codes of its own (`hezi::plugin::compile_component`).

use std::fmt::Display;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use hezi::app;
use hezi::clock::{Clock, SystemClock};
use hezi::config::{Config, Flags, LogFormat, load};
use hezi::console::{self, ConsoleError};
use hezi::plugin::{Bounds, compile_component};
use hezi::telemetry;

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
    /// Checks the data of a server that does not run: every journal, and what is derived from it.
    Verify(Verify),
    /// Looks after the plugins of a running server.
    Plugin(console::Arguments),
}

/// The first word of a command line that only the server itself writes. It is no subcommand: whatever shows those, such as
/// completions of a shell, must not offer it.
const COMPILE: &str = "compile-component";

/// Compiles one component for the server that started this process, from standard input to standard output.
#[derive(Parser)]
#[command(name = COMPILE)]
struct CompileComponent {
    /// Memory that it may write to.
    #[arg(long)]
    memory_bytes: u64,
    /// Processor time, in seconds.
    #[arg(long)]
    cpu_s: u64,
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
    /// Folder whose components are loaded whenever they change, instead of the setting `plugins.watch`.
    #[arg(long, value_name = "FOLDER")]
    watch: Option<PathBuf>,
}

#[derive(Args)]
struct Verify {
    /// The configuration file.
    #[arg(long, value_name = "FILE", env = "HEZI_CONFIG")]
    config: Option<PathBuf>,
    /// Folder for everything that is kept, instead of the setting `data`.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == COMPILE) {
        let CompileComponent { memory_bytes, cpu_s } = CompileComponent::parse_from(std::env::args_os().skip(1));
        return compile_component(Bounds { memory_bytes, cpu_s });
    }
    match Arguments::parse().command {
        Command::Serve(serve) => start(serve),
        Command::Verify(arguments) => verify(arguments).unwrap_or_else(|error| complain(&error, 2)),
        Command::Plugin(arguments) => administer(arguments),
    }
}

fn complain(error: &impl Display, code: u8) -> ExitCode {
    complain_in(LogFormat::Text, error, code)
}

fn complain_in(format: LogFormat, error: &impl Display, code: u8) -> ExitCode {
    let message = format!("hezi: {}", error.to_string().replace('\n', " "));
    let line = telemetry::line(format, SystemClock::new().now_ms(), "ERROR", &message);
    // Nobody may be there to read it, and the exit code says it, too.
    drop(writeln!(std::io::stderr(), "{line}"));
    ExitCode::from(code)
}

fn administer(arguments: console::Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&app::StartError::Threads(error), 2),
    };
    let done = runtime.block_on(console::run(arguments));
    // Looking a name up may still block a thread, which nobody waits for any more.
    runtime.shutdown_background();
    done.map_or_else(|error: ConsoleError| complain(&error, error.exit_code()), |()| ExitCode::SUCCESS)
}

/// Threads for everything that touches the store.
fn threads() -> Result<tokio::runtime::Runtime, app::StartError> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.enable_all().thread_stack_size(THREAD_STACK_BYTES).build().map_err(app::StartError::Threads)
}

fn verify(arguments: Verify) -> Result<ExitCode, app::StartError> {
    let config = load(&Flags { config: arguments.config, data: arguments.data, ..Flags::default() })?;
    let runtime = threads()?;
    let ended = runtime.block_on(runtime.spawn(async move { app::verify(&config).await }));
    let verified = ended.unwrap_or_else(|error| Err(app::StartError::Broken(error.to_string())))?;
    runtime.shutdown_timeout(THREADS_GRACE);
    let mut lines = format!(
        "{} conferences, {} records, {} entries, {} commands, {} state rows: {}\n",
        verified.conferences,
        verified.records,
        verified.entries,
        verified.commands,
        verified.rows,
        if verified.findings.is_empty() { "all as it should be" } else { "not all is as it should be" }
    );
    for finding in &verified.findings {
        lines.push_str(&format!("conference {}: {}\n", finding.conference, finding.what));
    }
    // Nobody listening changes nothing about what was found.
    drop(std::io::Write::write_all(&mut std::io::stdout().lock(), lines.as_bytes()));
    Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn start(serve: Serve) -> ExitCode {
    let flags = Flags { config: serve.config, listen: serve.listen, data: serve.data, watch: serve.watch };
    let config = match load(&flags) {
        Ok(config) => config,
        Err(error) => return complain(&error, 2),
    };
    let format = config.log.format;
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ app::StartError::StoreBroken(_)) => complain_in(format, &error, 3),
        Err(error) => complain_in(format, &error, 2),
    }
}

fn run(config: Config) -> Result<(), app::StartError> {
    let runtime = threads()?;
    // Spawned, because the main thread's stack is not ours to size.
    let ended = runtime.block_on(runtime.spawn(app::run(config)));
    runtime.shutdown_timeout(THREADS_GRACE);
    ended.unwrap_or_else(|error| Err(app::StartError::Broken(error.to_string())))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn what_only_the_server_types_is_offered_to_nobody() {
        let offered: Vec<String> =
            Arguments::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        assert_eq!(offered, ["serve", "verify", "plugin"]);
    }
}
