//! The server's side of compiling: machine code comes from the cache, or from a process that is started for one component.
//!
//! A component of a few kilobytes can keep a compiler busy for minutes and make it take gigabytes. So the server never
//! compiles: it starts this same program as `hezi compile-component` ([`child`]), hands it the component over a pipe, and
//! waits no longer than `limits.compile.wall_ms`. The child bounds its own processor time and memory before it reads a
//! byte. What it gives back is signed with a key that was drawn for this one compile.
//!
//! # Invariants
//! * One component is compiled at a time, and nothing of it is parsed here before the child has looked at it.
//! * The child has ended, and was waited for, when [`Compiler::load`] returns. It ends too when the server goes away:
//!   it is killed when nobody waits for it any more, and ends by itself when its standard input does.
//! * The server's own key for the cache is never given to the child.

pub(super) mod child;

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use hezi_plugin::{CODE_SIGNATURE_BYTES, CodeCache, CodeKey, Compiled, Engine, GateError, Plugin};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use self::child::CompileOrder;
use super::component::Component;
use super::{Loaded, PluginError};
use crate::clock::{SharedRng, random_32};
use crate::config::CompileLimits;

/// Most of what the child says on standard error that is read: one line.
const REASON_BYTES_MAX: usize = 4 << 10;
/// How long a killed process may take to be gone.
const KILL_GRACE: Duration = Duration::from_secs(5);
/// How many compiles one that has to wait for its turn waits for: the one under way and the one before it.
const TURNS_WAITED_FOR: u32 = 2;
/// The signals that a limit is kept with, by their numbers on x86 and ARM.
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;

/// What turns a component into a plugin.
pub(super) struct Compiler {
    engine: Engine,
    cache: Option<Arc<CodeCache>>,
    limits: CompileLimits,
    rng: SharedRng,
    /// Cancelled when the server stops: no compile outlives that.
    stop: CancellationToken,
    /// A compile takes a core and as much memory as it may: there is one at a time.
    turn: Semaphore,
}

/// How a child ended.
struct End {
    status: ExitStatus,
    /// The signed machine code; one byte more than may be if it was too much.
    code: Vec<u8>,
    /// What it said on standard error.
    reason: String,
}

impl Compiler {
    pub(super) fn new(
        engine: Engine,
        cache: Option<CodeCache>,
        limits: CompileLimits,
        rng: SharedRng,
        stop: CancellationToken,
    ) -> Self {
        Self { engine, cache: cache.map(Arc::new), limits, rng, stop, turn: Semaphore::new(1) }
    }

    /// Checks a component and makes a version of it, with machine code from the cache or from a child.
    ///
    /// # Errors
    /// [`PluginError::Refused`] when the component does not pass or exceeds a limit, [`PluginError::Thread`] when there is
    /// no child or it does not do its work.
    pub(super) async fn load(&self, component: &Component) -> Result<Arc<Loaded>, PluginError> {
        let (bytes, limit_bytes) = (component.bytes().len(), self.engine.limits().component_bytes);
        if bytes > limit_bytes {
            return Err(refused(&GateError::TooLarge { bytes, limit_bytes }));
        }
        if let Some(loaded) = self.cached(component).await? {
            return Ok(loaded);
        }
        let turn = timeout(self.wall() * TURNS_WAITED_FOR, self.turn.acquire()).await;
        let _turn = turn.map_err(|_| broken("others are being compiled; try again later"))?.map_err(broken)?;
        // Whoever had the turn before may have compiled the same component.
        if let Some(loaded) = self.cached(component).await? {
            return Ok(loaded);
        }
        let code_key = random_32(self.rng.as_ref());
        let order = CompileOrder { limits: self.engine.limits().clone(), code_key, component_bytes: bytes };
        let code = self.order(&order, component.bytes()).await?;
        self.take(component, CodeKey::new(code_key), code).await
    }

    /// Removes the machine code of a component that nobody needs any more.
    pub(super) async fn forget(&self, hash: &str) {
        let Some(cache) = self.cache.clone() else { return };
        let removed_hash = hash.to_owned();
        let removed = on_thread(move || cache.remove(&removed_hash).map_err(broken)).await;
        if let Err(error) = removed {
            tracing::warn!(plugin.hash = hash, %error, "machine code that nobody needs stays on disk");
        }
    }

    async fn cached(&self, component: &Component) -> Result<Option<Arc<Loaded>>, PluginError> {
        let Some(cache) = self.cache.clone() else { return Ok(None) };
        let (engine, component) = (self.engine.clone(), component.clone());
        on_thread(move || {
            let compiled = cache.load(&engine, component.hash());
            compiled.map(|compiled| loaded(&engine, &component, &compiled)).transpose()
        })
        .await
    }

    /// Makes a version of what the child compiled, and keeps the machine code if the component passes.
    async fn take(&self, component: &Component, key: CodeKey, code: Vec<u8>) -> Result<Arc<Loaded>, PluginError> {
        let (engine, cache, component) = (self.engine.clone(), self.cache.clone(), component.clone());
        on_thread(move || {
            let compiled = Compiled::open(&engine, component.hash(), &key, &code).map_err(broken)?;
            drop(code);
            let loaded = loaded(&engine, &component, &compiled)?;
            if let Some(Err(error)) = cache.map(|cache| cache.store(&engine, &compiled)) {
                tracing::warn!(%error, "a compiled plugin is not kept: the next start compiles it again");
            }
            Ok(loaded)
        })
        .await
    }

    /// Has a child compile the component; gives the signed machine code.
    async fn order(&self, order: &CompileOrder, bytes: &[u8]) -> Result<Vec<u8>, PluginError> {
        let order = order.to_line().map_err(broken)?;
        let mut child = self.start()?;
        let code_bytes_max = self.limits.output_bytes.saturating_add(CODE_SIGNATURE_BYTES);
        let end = tokio::select! {
            end = timeout(self.wall(), converse(&mut child, &order, bytes, code_bytes_max)) => end,
            () = self.stop.cancelled() => {
                kill(&mut child).await;
                return Err(broken("the server stops"));
            }
        };
        match end {
            Ok(end) => self.judge(end.map_err(broken)?),
            Err(_) => {
                kill(&mut child).await;
                Err(self
                    .exceeded(&format!("longer than {} ms, which is `limits.compile.wall_ms`", self.limits.wall_ms)))
            }
        }
    }

    fn start(&self) -> Result<Child, PluginError> {
        let mut command = Command::new(own_program().map_err(broken)?);
        command.arg0("hezi").arg("compile-component");
        command.arg(format!("--memory-bytes={}", self.limits.memory_bytes));
        command.arg(format!("--cpu-s={}", self.limits.cpu_s));
        // It gets nothing that it does not need, and the interrupt key of a terminal is the server's to handle.
        command.env_clear().current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().map_err(|error| broken(format!("the process for it cannot be started: {error}")))
    }

    fn judge(&self, end: End) -> Result<Vec<u8>, PluginError> {
        let End { status, code, reason } = end;
        if code.len() > self.limits.output_bytes.saturating_add(CODE_SIGNATURE_BYTES) {
            let limit = self.limits.output_bytes;
            let message = format!(
                "its machine code has more than {limit} bytes, which is `limits.compile.output_bytes`: make it smaller, \
                 or have the setting raised"
            );
            return Err(PluginError::refused("component_code_too_large", message));
        }
        let out_of_memory =
            format!("more than {} bytes, which is `limits.compile.memory_bytes`", self.limits.memory_bytes);
        match (status.code(), status.signal()) {
            (Some(0), _) => Ok(code),
            (Some(child::REFUSED), _) => {
                let (code, sentence) = reason.split_once(' ').unwrap_or((&reason, ""));
                Err(PluginError::refused(code, sentence))
            }
            (Some(child::OUT_OF_MEMORY), _) => Err(self.exceeded(&out_of_memory)),
            (Some(child::NOT_STARTED), _) => Err(broken(reason)),
            // How Rust ends a process whose memory cannot be had.
            (_, Some(SIGABRT)) if reason.contains("memory allocation of") => Err(self.exceeded(&out_of_memory)),
            (_, Some(SIGXCPU)) => {
                let limit_s = self.limits.cpu_s;
                Err(self.exceeded(&format!("more than {limit_s} s of processor time, which is `limits.compile.cpu_s`")))
            }
            (_, Some(SIGKILL)) => {
                tracing::error!("a process that compiles a plugin was killed by the system: it may be short of memory");
                Err(self.exceeded(&out_of_memory))
            }
            _ => {
                tracing::error!(compile.status = %status, compile.reason = reason, "the compiler broke on a component");
                let message = format!("the compiler broke on it ({status}); the server's log has more");
                Err(PluginError::refused("component_does_not_compile", message))
            }
        }
    }

    fn exceeded(&self, limit: &str) -> PluginError {
        let message = format!("compiling it takes {limit}: make it smaller, or have the setting raised");
        PluginError::refused("component_too_costly", message)
    }

    fn wall(&self) -> Duration {
        Duration::from_millis(self.limits.wall_ms)
    }
}

/// Takes what is left to do of the runtime's pipeline.
fn loaded(engine: &Engine, component: &Component, compiled: &Compiled) -> Result<Arc<Loaded>, PluginError> {
    let plugin = Plugin::from_compiled(engine, component.bytes(), compiled).map_err(|error| refused(&error))?;
    Ok(Arc::new(Loaded::new(plugin)))
}

/// Ends the child and waits until it is gone.
async fn kill(child: &mut Child) {
    if !matches!(timeout(KILL_GRACE, child.kill()).await, Ok(Ok(()))) {
        tracing::error!("a process that compiles a plugin was killed and is not gone yet");
    }
}

/// Hands the component over and reads what comes back, until the child has ended.
async fn converse(child: &mut Child, order: &[u8], bytes: &[u8], code_bytes_max: usize) -> std::io::Result<End> {
    let (mut stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let give = async {
        if let Some(stdin) = &mut stdin {
            // A child that has ended before it read everything has said why: that is what counts.
            drop(
                async {
                    stdin.write_all(order).await?;
                    stdin.write_all(bytes).await?;
                    stdin.flush().await
                }
                .await,
            );
        }
    };
    let ((), code, reason) = tokio::join!(give, read(stdout, code_bytes_max), read(stderr, REASON_BYTES_MAX));
    // Its end is the sign for the child to end too, so it stays open until everything is read.
    drop(stdin);
    let status = child.wait().await?;
    Ok(End { status, code: code?, reason: one_line(&reason?) })
}

/// What comes out of a pipe, with one byte more than may come if it is too much. The pipe is closed then.
async fn read(pipe: Option<impl AsyncRead + Unpin>, bytes_max: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take((bytes_max as u64).saturating_add(1)).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words = text.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// This program. The link names the file that runs, also after a new version was put in its place.
fn own_program() -> std::io::Result<PathBuf> {
    let link = Path::new("/proc/self/exe");
    if link.exists() { Ok(link.to_owned()) } else { std::env::current_exe() }
}

/// The gate's verdict. That the server has no room to start the component says nothing about the component.
fn refused(error: &GateError) -> PluginError {
    match error {
        GateError::StartFailed { fault } | GateError::DescribeFailed { fault } if !fault.is_plugins_fault() => {
            broken(fault)
        }
        error => PluginError::refused(error.code(), error),
    }
}

fn broken(error: impl ToString) -> PluginError {
    PluginError::Thread(error.to_string())
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PluginError> + Send + 'static,
) -> Result<T, PluginError> {
    tokio::task::spawn_blocking(work).await.map_err(broken)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    fn compiler() -> Compiler {
        let engine = Engine::new(hezi_plugin::Limits { instances: 1, ..Default::default() }).expect("an engine");
        let limits = CompileLimits { output_bytes: 10, ..CompileLimits::default() };
        Compiler::new(engine, None, limits, Arc::new(SystemRng), CancellationToken::new())
    }

    fn judged(raw_status: i32, code_bytes: usize, reason: &str) -> String {
        let end =
            End { status: ExitStatus::from_raw(raw_status), code: vec![0; code_bytes], reason: reason.to_owned() };
        match compiler().judge(end) {
            Ok(code) => format!("{} bytes", code.len()),
            Err(PluginError::Refused { reason, message }) => format!("refused: {message} ({reason})"),
            Err(error) => format!("broken: {error}"),
        }
    }

    #[test]
    fn a_server_without_room_refuses_no_component() {
        use hezi_plugin::Fault;
        for fault in [Fault::NoInstance { message: "full".into() }, Fault::StackOverflow] {
            let is_transient = matches!(fault, Fault::NoInstance { .. });
            for error in [GateError::StartFailed { fault: fault.clone() }, GateError::DescribeFailed { fault }] {
                assert_eq!(matches!(refused(&error), PluginError::Thread(_)), is_transient, "{error}");
                assert_eq!(matches!(refused(&error), PluginError::Refused { .. }), !is_transient, "{error}");
            }
        }
    }

    #[test]
    fn the_end_of_a_child_is_told_in_words() {
        let exit = |code: i32| code << 8;
        assert_eq!(judged(exit(0), 42, ""), "42 bytes");
        for (status, code_bytes, reason, says) in [
            (
                exit(0),
                43,
                "",
                "refused: its machine code has more than 10 bytes, which is `limits.compile.output_bytes`",
            ),
            (exit(child::REFUSED), 0, "component_not_wasm no component", "refused: no component (component_not_wasm)"),
            (exit(child::OUT_OF_MEMORY), 0, "", "`limits.compile.memory_bytes`"),
            (exit(child::NOT_STARTED), 0, "no limits", "broken: "),
            (SIGABRT, 0, "memory allocation of 9 bytes failed", "`limits.compile.memory_bytes`"),
            (SIGABRT, 0, "thread 'main' has overflowed its stack", "refused: the compiler broke"),
            (exit(101), 0, "thread 'main' panicked", "refused: the compiler broke"),
            (SIGKILL, 0, "", "`limits.compile.memory_bytes`"),
            (SIGXCPU, 0, "", "`limits.compile.cpu_s`"),
        ] {
            let said = judged(status, code_bytes, reason);
            assert!(said.contains(says), "{status}: {said}");
        }
    }

    #[test]
    fn a_reason_is_one_line_without_control_characters() {
        assert_eq!(
            one_line(b"the component\nis \x1b[31m not\t\xff valid\r\n"),
            "the component is [31m not \u{fffd} valid"
        );
    }
}
