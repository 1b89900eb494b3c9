//! A WebSocket client that writes frames byte by byte, also those that no library would send.
//!
//! It knows no rules of the protocol: fragments, masks and lengths are what the test says they are.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::{Caller, Close, DEADLINE};

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OpCode {
    /// Goes on with the message before.
    Continuation = 0x0,
    /// A text in UTF-8.
    Text = 0x1,
    /// Bytes of any kind.
    Binary = 0x2,
    /// The end, with a code and a reason.
    Close = 0x8,
    /// Are you there?
    Ping = 0x9,
    /// I am.
    Pong = 0xA,
    /// One that the protocol keeps for later.
    Reserved = 0x3,
}

/// A connection on which anything can be written.
#[derive(Debug)]
pub struct RawSocket {
    stream: TcpStream,
}

impl RawSocket {
    /// Connects, shakes hands, and reads the welcome.
    pub async fn open(caller: &Caller, number: &str) -> Self {
        let mut socket = RawSocket::open_unread(caller, number, None).await;
        let (opcode, payload) = socket.frame().await.expect("a welcome");
        assert_eq!(opcode, OpCode::Text as u8, "the first frame is text");
        assert!(payload.starts_with(br#"{"type":"welcome""#) || contains(&payload, b"\"welcome\""), "a welcome");
        socket
    }

    /// Connects and shakes hands, and reads nothing: a phone in a tunnel. Its receive buffer holds few bytes.
    pub async fn open_unread(caller: &Caller, number: &str, receive_buffer_bytes: Option<u32>) -> Self {
        let tcp = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = receive_buffer_bytes {
            tcp.set_recv_buffer_size(bytes).expect("the socket takes options");
        }
        let address = caller.authority().parse().expect("an address");
        let mut stream = tcp.connect(address).await.expect("the server listens");
        let (name, value) = caller.credential().expect("only members connect");
        let head = format!(
            "GET /api/conferences/{number}/socket HTTP/1.1\r\nhost: {address}\r\nconnection: Upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             {name}: {value}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        let answer = read_head(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 101"), "the server refused: {answer}");
        assert!(
            answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            "the server proves that it speaks WebSocket: {answer}"
        );
        RawSocket { stream }
    }

    /// Sends a whole, masked frame.
    pub async fn send(&mut self, opcode: OpCode, payload: &[u8]) {
        self.send_frame(true, opcode, payload).await;
    }

    /// Sends a masked frame, the last of its message or not.
    pub async fn send_frame(&mut self, last: bool, opcode: OpCode, payload: &[u8]) {
        let mask = [0x12, 0x34, 0x56, 0x78];
        let mut bytes = header(last, opcode as u8, payload.len(), true);
        bytes.extend(mask);
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        self.send_bytes(&bytes).await;
    }

    /// Sends a frame without the mask that every client has to use.
    pub async fn send_unmasked(&mut self, opcode: OpCode, payload: &[u8]) {
        let mut bytes = header(true, opcode as u8, payload.len(), false);
        bytes.extend(payload);
        self.send_bytes(&bytes).await;
    }

    /// Announces a frame of this length and sends none of it.
    pub async fn announce(&mut self, opcode: OpCode, length: usize) {
        let mut bytes = header(true, opcode as u8, length, true);
        bytes.extend([0; 4]);
        self.send_bytes(&bytes).await;
    }

    /// Sends anything. A server that has hung up is no failure here: what it said before is read next.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = timeout(DEADLINE, self.stream.write_all(bytes)).await.expect("the server reads or hangs up");
    }

    /// The next frame, as opcode and payload; none at the end of the connection.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        timeout(DEADLINE, read_frame(&mut self.stream)).await.expect("the server sends a frame or hangs up")
    }

    /// Reads until the connection ends, and says how.
    pub async fn expect_close(&mut self) -> Close {
        let mut close = Close { code: None, reason: "the connection ended".to_owned() };
        while let Some((opcode, payload)) = self.frame().await {
            if opcode == OpCode::Close as u8 && payload.len() >= 2 {
                let code = u16::from_be_bytes([payload[0], payload[1]]);
                close = Close { code: Some(code), reason: String::from_utf8_lossy(&payload[2..]).into_owned() };
                self.send(OpCode::Close, &payload[..2]).await;
            }
        }
        close
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn header(last: bool, opcode: u8, length: usize, masked: bool) -> Vec<u8> {
    let mask_bit = if masked { 0x80 } else { 0 };
    let mut bytes = vec![if last { 0x80 | opcode } else { opcode }];
    match length {
        0..=125 => bytes.push(mask_bit | length as u8),
        126..=0xFFFF => {
            bytes.push(mask_bit | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(mask_bit | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(DEADLINE, stream.read_u8()).await.expect("the server answers in time");
        head.push(byte.expect("the server answers"));
    }
    String::from_utf8(head).expect("a head is ASCII")
}

async fn read_frame(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let first = stream.read_u8().await.ok()?;
    let second = stream.read_u8().await.ok()?;
    assert_eq!(second & 0x80, 0, "a server never masks");
    let length = match second & 0x7F {
        126 => u64::from(stream.read_u16().await.ok()?),
        127 => stream.read_u64().await.ok()?,
        short => u64::from(short),
    };
    let mut payload = vec![0; usize::try_from(length).expect("a frame fits into memory")];
    stream.read_exact(&mut payload).await.ok()?;
    Some((first & 0x0F, payload))
}
