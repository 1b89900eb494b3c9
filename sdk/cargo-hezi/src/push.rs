//! `cargo hezi push`: uploads a component into a running server, with its signature if there is one.
//!
//! The gate is asked here first, so that most mistakes are found without the server. The way to the server, and what keeps
//! the token safe on it, is the crate `hezi-client`'s; here is what the author is told.

use std::env;
use std::path::PathBuf;

use hezi_client::{ActivationPolicy, Address, BearerToken, Client, ClientError, PluginVersion, ServerAnswer, Upload};
use hezi_plugin::{EngineError, GateError, Plugin};
use thiserror::Error;

use crate::{
    build::{self, BuildError},
    cli::PushArgs,
    engine, output,
    process::TOKEN_VARIABLE,
};

/// Why nothing was loaded.
#[derive(Debug, Error)]
enum PushError {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(
        "no token: give the administrator's token in the environment as {TOKEN_VARIABLE}, or in a file with --token-file"
    )]
    NoToken,
    #[error("the gate refuses `{}`: {source}", path.display())]
    Refused { path: PathBuf, source: Box<GateError> },
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("cannot start: {0}")]
    Start(std::io::Error),
    #[error("{}", told(.0))]
    Client(#[from] ClientError),
}

/// Uploads the plugin and says what the server has now; true if all went well.
pub(crate) fn run(args: &PushArgs) -> bool {
    match push(args) {
        Ok(loaded) => output::result(line(&loaded)),
        Err(error) => {
            output::error(error);
            return false;
        }
    }
    true
}

fn push(args: &PushArgs) -> Result<PluginVersion, PushError> {
    // What was typed is looked at before a minute is spent on building.
    let read = if args.insecure { Address::insecure } else { Address::secure };
    let (address, token) = (read(&args.to)?, token(args)?);
    let upload = checked(args)?;
    let activation = ActivationPolicy::of_options(args.no_activate, args.downgrade);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(PushError::Start)?;
    let client = Client::new(address, token)?;
    Ok(runtime.block_on(client.push(upload, activation)).and_then(|answer: ServerAnswer| answer.read())?)
}

fn token(args: &PushArgs) -> Result<BearerToken, PushError> {
    match &args.token_file {
        Some(file) => Ok(BearerToken::read(file)?),
        None => {
            let token = env::var_os(TOKEN_VARIABLE).ok_or(PushError::NoToken)?;
            Ok(BearerToken::parse(&token.to_string_lossy(), TOKEN_VARIABLE)?)
        }
    }
}

/// The component that was named, or the one that is built, once the gate lets it through.
fn checked(args: &PushArgs) -> Result<Upload, PushError> {
    let path = match &args.component {
        Some(component) => component.clone(),
        None => build::build_one(&args.path, &args.options)?.file,
    };
    let upload = Upload::read(&path, args.signature.as_deref())?;
    match Plugin::load(&engine::start()?, &upload.component, None) {
        Ok(_) => Ok(upload),
        Err(source) => Err(PushError::Refused { path, source: Box::new(source) }),
    }
}

/// The line about a version that the server has now.
fn line(loaded: &PluginVersion) -> String {
    let PluginVersion { name, version, hash, active, swap, .. } = loaded;
    let state = if *active { "active" } else { "not active: `hezi plugin activate` makes it so" };
    let swap = swap.as_ref().map(|swap| format!("\n{swap}")).unwrap_or_default();
    format!("{name} {version}  sha256:{hash}  {state}{}", swap.trim_end())
}

/// What came back, with a word on what to do where the server's own sentence has none.
fn told(error: &ClientError) -> String {
    let ClientError::Refused(problem) = error else { return error.to_string() };
    let refusal = format!("the server refuses: {problem} ({})", problem.code());
    advice(problem.code()).map_or(refusal.clone(), |advice| format!("{refusal}\n  {advice}"))
}

fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "not_signed_in" | "not_admin" => "is the token the one of the server's setting `admin.token`?",
        "version_exists" => "raise `version` in Cargo.toml and push again",
        "plugin_refused" => "the server has stricter limits, or another version of Hezi, than this command",
        "signature_missing" | "signature_invalid" => {
            "this server wants a signature: `minisign -Sm COMPONENT.wasm` with a key that it trusts, then push again"
        }
        "rate_limited" | "unavailable" => "try again in a moment",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loaded_version_is_a_line() {
        let said = |active, more| {
            let body = r#""name":"quiz","version":"0.1.0","hash":"ab","size_bytes":7,"quarantined":false"#;
            line(&serde_json::from_str(&format!(r#"{{{body},"active":{active}{more}}}"#)).unwrap())
        };
        assert_eq!(said(true, ""), "quiz 0.1.0  sha256:ab  active");
        assert!(said(false, "").contains("not active"));
        let moved = said(true, r#","swap":{"moved":2,"failed":[],"waiting":0}"#);
        assert!(
            moved.ends_with("active\n  open activities: 2 on this version, 0 failed to move, 0 still to move"),
            "{moved}"
        );
    }

    #[test]
    fn a_refusal_is_a_sentence_and_says_what_to_do() {
        let told = |json| told(&ClientError::Refused(serde_json::from_str(json).unwrap()));
        assert_eq!(
            told(r#"{"type":"urn:x","title":"T","status":409,"detail":"it is here","code":"version_exists"}"#),
            "the server refuses: it is here (version_exists)\n  raise `version` in Cargo.toml and push again"
        );
        assert_eq!(told(r#"{"detail":"x","code":"y\u001b"}"#), "the server refuses: x (y\\u{1b})");
    }
}
