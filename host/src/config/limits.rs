//! The bounds of everything that others can make grow: connections, messages, rooms, plugins.
//!
//! Where a bound is kept is the business of the module that keeps it.

use serde::{Deserialize, Serialize};

use super::{ConfigError, refuse};

/// The least memory that a compile is started with.
const COMPILER_BYTES_MIN: u64 = 64 << 20;

/// All bounds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Of HTTP.
    pub http: HttpLimits,
    /// Of sockets.
    pub socket: SocketLimits,
    /// Of rooms.
    pub room: RoomLimits,
    /// Of plugins.
    pub plugin: hezi_plugin::Limits,
    /// Of compiling a plugin.
    pub compile: CompileLimits,
    /// Of how often plugins may fail.
    pub quarantine: QuarantineLimits,
}

/// How often the calls of a plugin may fail before they are not tried any more: those of one activity, and those of the
/// version everywhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuarantineLimits {
    /// So many faults of one activity within the window put that activity out of service.
    pub faults: usize,
    /// The time within which faults count together, in seconds.
    pub window_s: u64,
    /// Faults in the conferences of so many people put the version out of service: one person alone cannot bring that
    /// about, whatever they configure and send.
    pub conferences: usize,
}

impl Default for QuarantineLimits {
    fn default() -> Self {
        Self { faults: 5, window_s: 60, conferences: 3 }
    }
}

/// Bounds of the process that compiles a plugin. The defaults are several times what the largest component of the usual
/// kind takes: 4 MB of what the SDK builds took 7 s of processor time and 160 MiB, and became 13 MB of machine code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompileLimits {
    /// Longest time for a compile, on the clock on the wall.
    pub wall_ms: u64,
    /// Most processor time, in seconds.
    pub cpu_s: u64,
    /// Most memory.
    pub memory_bytes: u64,
    /// Most machine code.
    pub output_bytes: usize,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { wall_ms: 60_000, cpu_s: 30, memory_bytes: 512 << 20, output_bytes: 64 << 20 }
    }
}

/// Bounds of HTTP.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpLimits {
    /// Most connections at a time.
    pub connections: usize,
    /// Largest body, uploads of plugins excepted.
    pub body_bytes: usize,
    /// Longest wait for the head of a request.
    pub head_timeout_ms: u64,
    /// Longest time for a request, sockets excepted.
    pub request_timeout_ms: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self { connections: 15_000, body_bytes: 256 << 10, head_timeout_ms: 10_000, request_timeout_ms: 30_000 }
    }
}

/// Bounds of sockets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SocketLimits {
    /// Largest message of a client, over all its fragments.
    pub message_bytes: usize,
    /// Most that may wait for a slow reader.
    pub queue_bytes: usize,
    /// Time between pings.
    pub ping_interval_ms: u64,
    /// A socket that nothing is heard of for so long is closed.
    pub idle_timeout_ms: u64,
    /// A write that takes longer ends the socket.
    pub write_timeout_ms: u64,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            message_bytes: 64 << 10,
            queue_bytes: 1 << 20,
            ping_interval_ms: 25_000,
            idle_timeout_ms: 60_000,
            write_timeout_ms: 10_000,
        }
    }
}

/// Bounds of rooms.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoomLimits {
    /// Commands a second of a member.
    pub commands_per_s: u32,
    /// Commands at once of a member.
    pub command_burst: u32,
    /// Chat messages a second of a room.
    pub chat_per_s: u32,
    /// Longest chat message in characters.
    pub chat_chars: usize,
    /// Entries that a client which was away can be sent, at most.
    pub resume_events: usize,
    /// Sockets of a member in a room.
    pub sockets_per_member: usize,
    /// Replies kept in memory for commands that are sent again; older ones are read from the journal.
    pub replies_in_memory: usize,
    /// Largest journal record.
    pub record_bytes: usize,
    /// Shortest time between two views of an activity.
    pub view_interval_ms: u64,
    /// Shortest time between two presence frames.
    pub presence_interval_ms: u64,
    /// A room without sockets that nobody uses is put away after this time.
    pub idle_unload_ms: u64,
    /// Longest wait for an answer of a room.
    pub answer_timeout_ms: u64,
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self {
            commands_per_s: 20,
            command_burst: 40,
            chat_per_s: 200,
            chat_chars: 2_000,
            resume_events: 5_000,
            sockets_per_member: 8,
            replies_in_memory: 50_000,
            record_bytes: 1 << 20,
            view_interval_ms: 100,
            presence_interval_ms: 500,
            idle_unload_ms: 300_000,
            answer_timeout_ms: 15_000,
        }
    }
}

pub(super) fn check(limits: &LimitsConfig) -> Result<(), ConfigError> {
    if limits.room.commands_per_s == 0 || limits.room.command_burst == 0 || limits.room.chat_per_s == 0 {
        return refuse("limits.room", "rates and bursts are at least 1");
    }
    if limits.compile.wall_ms == 0 || limits.compile.cpu_s == 0 || limits.compile.output_bytes == 0 {
        return refuse("limits.compile", "bounds are at least 1");
    }
    if limits.quarantine.faults == 0 || limits.quarantine.window_s == 0 || limits.quarantine.conferences == 0 {
        return refuse("limits.quarantine", "bounds are at least 1");
    }
    if limits.compile.memory_bytes < COMPILER_BYTES_MIN {
        return refuse("limits.compile.memory_bytes", "is at least 67108864: the compiler itself needs some");
    }
    if !(64 << 10..=16 << 20).contains(&limits.room.record_bytes) {
        return refuse("limits.room.record_bytes", "is between 65536 and 16777216");
    }
    if limits.socket.idle_timeout_ms <= limits.socket.ping_interval_ms {
        return refuse("limits.socket.idle_timeout_ms", "is longer than `ping_interval_ms`");
    }
    Ok(())
}
