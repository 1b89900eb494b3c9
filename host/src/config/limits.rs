//! The bounds of everything that others can make grow: connections, messages, rooms, plugins.
//!
//! Where a bound is kept is the business of the module that keeps it.

use serde::{Deserialize, Serialize};

use super::error::{ConfigError, refuse};

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
    /// Of each person.
    pub person: PersonLimits,
    /// Of each address.
    pub address: AddressLimits,
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
    /// Most connections at a time. Fewer are taken where the system does not allow as many open files.
    pub connections: usize,
    /// Most connections at a time that have no request under way: those that have not sent one yet, and those that are
    /// kept for the next one. The oldest goes when there is one more. Half of `connections` at most.
    pub waiting_connections: usize,
    /// Largest body, uploads of plugins excepted.
    pub body_bytes: usize,
    /// Longest wait for the head of a request.
    pub head_timeout_ms: u64,
    /// Longest time for a request, sockets excepted.
    pub request_timeout_ms: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connections: 15_000,
            // A meeting's browsers keep a few each for the ten seconds of `head_timeout_ms`.
            waiting_connections: 4_000,
            body_bytes: 256 << 10,
            head_timeout_ms: 10_000,
            request_timeout_ms: 30_000,
        }
    }
}

/// Bounds of what one person may do, whatever the sessions and addresses that they come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonLimits {
    /// Conferences that somebody owns and that have not ended.
    pub open_conferences: usize,
    /// Conferences that somebody makes in an hour.
    pub conferences_per_hour: u32,
    /// How often somebody leaves in a minute and may still join again at once.
    pub rejoins_per_minute: u32,
    /// Numbers without a conference that somebody asks for in a minute.
    pub wrong_numbers_per_minute: u32,
}

impl Default for PersonLimits {
    fn default() -> Self {
        Self { open_conferences: 50, conferences_per_hour: 100, rejoins_per_minute: 10, wrong_numbers_per_minute: 20 }
    }
}

/// Bounds of what comes from one address. A whole meeting may sit behind one, so that only mistakes are counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressLimits {
    /// Numbers without a conference that are asked for in a minute.
    pub wrong_numbers_per_minute: u32,
    /// Tokens of administrators that are none, in a minute.
    pub wrong_tokens_per_minute: u32,
}

impl Default for AddressLimits {
    fn default() -> Self {
        // A thousand people who mistype once in two minutes; and nobody mistypes a token.
        Self { wrong_numbers_per_minute: 600, wrong_tokens_per_minute: 10 }
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
    /// What one member may make the journal of a room grow by, in bytes a second.
    pub member_bytes_per_s: u64,
    /// And at once.
    pub member_bytes_burst: u64,
    /// What all members of a room may make its journal grow by, in bytes a second.
    pub room_bytes_per_s: u64,
    /// And at once.
    pub room_bytes_burst: u64,
    /// What all rooms of the server may grow by, in bytes a second.
    pub server_bytes_per_s: u64,
    /// And at once.
    pub server_bytes_burst: u64,
    /// Commands that a conference takes in all its life; eight bytes of memory each.
    pub commands: usize,
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
            member_bytes_per_s: 64 << 10,
            member_bytes_burst: 1 << 20,
            room_bytes_per_s: 16 << 20,
            room_bytes_burst: 64 << 20,
            server_bytes_per_s: 32 << 20,
            server_bytes_burst: 256 << 20,
            commands: 4_000_000,
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

/// What the bounds promise together. What each may be by itself stands in `ranges`.
pub(super) fn check(limits: &LimitsConfig) -> Result<(), ConfigError> {
    if limits.socket.idle_timeout_ms <= limits.socket.ping_interval_ms {
        return refuse("limits.socket.idle_timeout_ms", "has to be longer than `limits.socket.ping_interval_ms`");
    }
    Ok(())
}
