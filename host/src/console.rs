//! `hezi plugin`: what an administrator does with the plugins of a running server, from a command line.
//!
//! A client of the HTTP API and nothing else (the crate `hezi-client`): it reads the same settings as the server to find the
//! address and the token, and has no other way in. `command` is what can be typed, `server` whom it goes to, `show` and `table`
//! how the answer looks.
//!
//! # Invariants
//! * The administrators' token stands in no output and in no list of processes.
//! * What a server or a plugin says is shown without the characters that steer a terminal.
//! * Nothing is caught that would end a process, so Ctrl-C ends this one.

mod command;
mod error;
mod server;
mod show;
mod table;

use std::io::{ErrorKind, Write};

use hezi_client::{ActivationPolicy, AuditQuery, Client, ClientError, ServerAnswer, Upload};

use self::command::{AuditFilter, PluginCommand, Push};
use crate::config::{Flags, load};

pub use self::command::Arguments;
pub use self::error::ConsoleError;

/// Does what the command line says and writes what came of it to standard output.
///
/// # Errors
/// [`ConsoleError`] when the server refuses it or was not reached.
pub async fn run(arguments: Arguments) -> Result<(), ConsoleError> {
    let Arguments { command, server } = arguments;
    let config = load(&Flags { config: server.config.clone(), ..Flags::default() })?;
    let client = server::reach(&server, &config)?;
    let screen = Screen { is_json: server.json };
    match command {
        PluginCommand::List => screen.show(&client.get(&["plugins"]).await?, show::list),
        PluginCommand::Show { name } => screen.show(&client.get(&["plugins", &name]).await?, show::plugin),
        PluginCommand::Push(push) => send(&client, &screen, &push).await,
        PluginCommand::Activate { name, version } => {
            screen.show(&client.activate(&name, &version).await?, show::active_version)
        }
        PluginCommand::Rollback { name } => {
            screen.show(&client.post(&["plugins", &name, "rollback"]).await?, show::active_version)
        }
        PluginCommand::Disable { name } => {
            screen.show(&client.post(&["plugins", &name, "disable"]).await?, show::active_version)
        }
        PluginCommand::Remove { name, version } => {
            let answer = client.delete(&["plugins", &name, &version]).await?;
            screen.show(&answer, |_| Ok(format!("{name} {version} is removed\n")))
        }
        PluginCommand::Audit(AuditFilter { limit, before, who, plugin, code }) => {
            let asked = AuditQuery { limit, before, who, plugin, code };
            screen.show(&client.audit(&asked).await?, show::audit)
        }
    }
}

/// Sends every file, in the order of the command line, until one is refused. All are read before the first one is sent.
async fn send(client: &Client, screen: &Screen, push: &Push) -> Result<(), ConsoleError> {
    if push.signature.is_some() && push.files.len() > 1 {
        return Err(ConsoleError::Usage(
            "--signature goes with one FILE: a signature is about the bytes of one component",
        ));
    }
    let activation = ActivationPolicy::of_options(push.no_activate, push.downgrade);
    let read = push.files.iter().map(|file| Upload::read(file, push.signature.as_deref()));
    for upload in read.collect::<Result<Vec<_>, ClientError>>()? {
        let file = upload.file.display().to_string();
        let pushed = client.push(upload, activation).await;
        let answer = pushed.map_err(|error| ConsoleError::from(error).about(&file))?;
        screen.show(&answer, show::stored_version)?;
    }
    Ok(())
}

/// Standard output, for people or for programs.
struct Screen {
    is_json: bool,
}

impl Screen {
    /// Writes an answer: in words, or as the server's JSON, a line each.
    fn show(
        &self,
        answer: &ServerAnswer,
        words: impl FnOnce(&ServerAnswer) -> Result<String, ClientError>,
    ) -> Result<(), ConsoleError> {
        let text = if self.is_json { format!("{}\n", answer.text().trim_end()) } else { words(answer)? };
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // Whoever read it has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(ConsoleError::Output),
        }
    }
}
