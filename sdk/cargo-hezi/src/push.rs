//! `cargo hezi push`: uploads a component into a running server, with its signature if there is one.
//!
//! The gate is asked here first, so that most mistakes are found without the server. What the server says, it says in
//! problem documents; they become sentences here, with a word on what to do where there is something to do.
//!
//! # Invariants
//! * The token goes to the server that was named and to nobody else: no redirect is followed, and over plain HTTP it
//!   leaves this machine only when the user insists. No message has it.
//! * Every wait has an end.

mod address;
mod answer;
mod token;

use std::{
    error::Error as _,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hezi_plugin::{GateError, Plugin, SIGNATURE_BYTES_MAX, SIGNATURE_HEADER, signature_file};
use reqwest::{
    Client, Response, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    redirect,
};
use thiserror::Error;
use tokio::time::timeout;

use self::address::{Address, AddressError};
use self::answer::{Loaded, Problem};
use self::token::TokenError;
use crate::{
    build::{self, BuildError},
    cli::PushArgs,
    engine, output,
};

/// Where a component is put.
const PATH: &str = "/api/admin/plugins";
/// How long the way to a server may take to open.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long everything may take: sending 4 MiB over a slow line, and compiling on a busy server.
const TOTAL_LIMIT: Duration = Duration::from_secs(180);
/// Longest answer: a version's description has some hundred bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Why nothing was loaded.
#[derive(Debug, Error)]
enum PushError {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("cannot read `{}`: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("`{}` has more than {SIGNATURE_BYTES_MAX} bytes: that is no signature in minisign's format", path.display())]
    Signature { path: PathBuf },
    #[error("the gate refuses `{}`: {source}", path.display())]
    Refused { path: PathBuf, source: Box<GateError> },
    #[error("{0}")]
    Engine(String),
    #[error("cannot start: {0}")]
    Start(String),
    #[error("cannot reach {url}: {message}. Is the server running, and is this its address?")]
    Unreachable { url: Url, message: String },
    #[error("{url} did not answer within {} s: look with `hezi plugin list` whether it was loaded", TOTAL_LIMIT.as_secs())]
    Silent { url: Url },
    #[error("the connection to {url} broke: {message}. Look with `hezi plugin list` whether the plugin was loaded")]
    Broken { url: Url, message: String },
    #[error("{0}")]
    Problem(Problem),
}

/// Uploads the plugin and says what the server has now; true if all went well.
pub(crate) fn run(args: &PushArgs) -> bool {
    match push(args) {
        Ok(loaded) => output::result(loaded),
        Err(error) => {
            output::error(error);
            return false;
        }
    }
    true
}

fn push(args: &PushArgs) -> Result<Loaded, PushError> {
    // What was typed is looked at before a minute is spent on building.
    let address = Address::read(&args.to, args.insecure)?;
    let authorization = token::authorization(args.token_file.as_deref())?;
    let component = component(args)?;
    let bytes = checked(&component)?;
    let signature = signature(args, &component)?;
    let url = address.at(PATH, args.no_activate.then_some("activate=false"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| PushError::Start(error.to_string()))?;
    runtime.block_on(send(&address, url, authorization, bytes, signature))
}

fn component(args: &PushArgs) -> Result<PathBuf, PushError> {
    match &args.component {
        Some(component) => Ok(component.clone()),
        None => Ok(build::build_one(&args.path, &args.options)?.file),
    }
}

/// The component's bytes, which the gate lets through.
fn checked(path: &Path) -> Result<Vec<u8>, PushError> {
    let bytes = fs::read(path).map_err(|source| PushError::File { path: path.to_owned(), source })?;
    let engine = engine::start().map_err(|error| PushError::Engine(error.to_string()))?;
    match Plugin::load(&engine, &bytes, None) {
        Ok(_) => Ok(bytes),
        Err(source) => Err(PushError::Refused { path: path.to_owned(), source: Box::new(source) }),
    }
}

/// The signature that was named, or the one that lies beside the component, as the header has it.
fn signature(args: &PushArgs, component: &Path) -> Result<Option<HeaderValue>, PushError> {
    let path = args.signature.clone().unwrap_or_else(|| signature_file(component));
    let unreadable = |source| PushError::File { path: path.clone(), source };
    match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && args.signature.is_none() => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(file) if file.len() > SIGNATURE_BYTES_MAX as u64 => return Err(PushError::Signature { path }),
        Ok(_) => {}
    }
    let text = BASE64_STANDARD.encode(fs::read(&path).map_err(unreadable)?);
    HeaderValue::from_str(&text).map(Some).map_err(|_| PushError::Signature { path })
}

async fn send(
    address: &Address,
    url: Url,
    authorization: HeaderValue,
    component: Vec<u8>,
    signature: Option<HeaderValue>,
) -> Result<Loaded, PushError> {
    let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT_LIMIT);
    // A proxy cannot reach what listens on this machine only, and has no business with the token.
    let client = if address.is_loopback() { client.no_proxy() } else { client };
    // Over plain HTTP nothing is verified, so a machine without a store of certificates will do.
    let client = if address.is_plain() { client.tls_certs_only([]) } else { client };
    let client = client.build().map_err(|error| PushError::Start(cause(&error)))?;
    let mut request = client
        .put(url.clone())
        .header(AUTHORIZATION, authorization)
        .header(CONTENT_TYPE, "application/wasm")
        .body(component);
    if let Some(signature) = signature {
        request = request.header(SIGNATURE_HEADER, signature);
    }
    let exchange = async {
        let response = request.send().await.map_err(|error| broken(&url, &error))?;
        let status = response.status().as_u16();
        let body = body(response).await.map_err(|error| broken(&url, &error))?;
        answer::read(status, &body).map_err(PushError::Problem)
    };
    timeout(TOTAL_LIMIT, exchange).await.unwrap_or_else(|_| Err(PushError::Silent { url: url.clone() }))
}

/// The body, or as much of it as an answer may have.
async fn body(mut response: Response) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend(chunk);
        if body.len() > ANSWER_BYTES_MAX {
            body.truncate(ANSWER_BYTES_MAX);
            break;
        }
    }
    Ok(body)
}

fn broken(url: &Url, error: &reqwest::Error) -> PushError {
    let (url, message) = (url.clone(), cause(error));
    if error.is_connect() { PushError::Unreachable { url, message } } else { PushError::Broken { url, message } }
}

/// The innermost reason, which is the one that a person can do something about.
fn cause(error: &reqwest::Error) -> String {
    let mut source = error.source();
    let mut innermost = None;
    while let Some(error) = source {
        innermost = Some(error.to_string());
        source = error.source();
    }
    innermost.unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::BuildOptions;

    fn args(signature: Option<PathBuf>) -> PushArgs {
        PushArgs {
            path: ".".into(),
            to: "http://127.0.0.1:1".into(),
            token_file: None,
            no_activate: false,
            component: None,
            signature,
            insecure: false,
            options: BuildOptions::default(),
        }
    }

    #[test]
    fn a_signature_beside_the_component_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let component = folder.path().join("quiz.wasm");
        assert!(signature(&args(None), &component).unwrap().is_none());
        let named = folder.path().join("other.sig");
        assert!(matches!(signature(&args(Some(named.clone())), &component), Err(PushError::File { .. })));
        fs::write(folder.path().join("quiz.wasm.minisig"), b"untrusted comment: x\nRW\n").unwrap();
        let header = signature(&args(None), &component).unwrap().unwrap();
        assert_eq!(BASE64_STANDARD.decode(header).unwrap(), b"untrusted comment: x\nRW\n");
        fs::write(&named, vec![b'x'; 9_000]).unwrap();
        assert!(matches!(signature(&args(Some(named)), &component), Err(PushError::Signature { .. })));
    }

    #[test]
    fn a_server_that_is_not_there_is_named() {
        // A port that was just free is one on which nobody listens.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = Address::read(&format!("http://127.0.0.1:{port}"), false).unwrap();
        let url = address.at(PATH, None);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let sent = send(&address, url, HeaderValue::from_static("Bearer secret"), Vec::new(), None);
        let error = runtime.block_on(sent).unwrap_err();
        assert!(matches!(error, PushError::Unreachable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("Is the server running") && !text.contains("secret"), "{text}");
    }
}
