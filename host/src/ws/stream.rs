//! The byte stream under a WebSocket, in two halves that two tasks can own.
//!
//! # Invariants
//! * Bytes that arrived together with the handshake are read first.

use std::io::Cursor;

use bytes::Bytes;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, Chain, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Reads what came with the handshake, then the socket.
type AfterHandshake<R> = Chain<Cursor<Bytes>, R>;

/// The two halves of an upgraded connection.
pub(super) enum Halves {
    /// A bare TCP socket, whose halves share no lock: what a server behind a proxy has.
    Tcp(AfterHandshake<OwnedReadHalf>, OwnedWriteHalf),
    /// Anything else: TLS one day, or a pipe in a test.
    Other(ReadHalf<TokioIo<Upgraded>>, WriteHalf<TokioIo<Upgraded>>),
}

impl Halves {
    /// Takes an upgraded connection apart.
    pub(super) fn of(upgraded: Upgraded) -> Self {
        match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => {
                let (read, write) = parts.io.into_inner().into_split();
                Halves::Tcp(Cursor::new(parts.read_buf).chain(read), write)
            }
            Err(upgraded) => {
                let (read, write) = tokio::io::split(TokioIo::new(upgraded));
                Halves::Other(read, write)
            }
        }
    }
}
