//! Connections and open files: strangers who connect and say nothing keep nobody out.

use std::net::SocketAddr;

use hezi_tests::{DEADLINE, Host, Launch, plugin};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Connects without a word, so often.
async fn half_open(host: &Host, count: usize) -> Vec<TcpStream> {
    let address: SocketAddr = host.anonymous().authority().parse().expect("an address");
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        streams.push(TcpStream::connect(address).await.expect("the system takes the connection"));
    }
    streams
}

/// Waits until the server has closed its end.
async fn is_closed(stream: &mut TcpStream) -> bool {
    matches!(timeout(DEADLINE, stream.read(&mut [0; 64])).await, Ok(Ok(0) | Err(_)))
}

/// A connection over which one request was answered, and which is kept for the next.
async fn kept(host: &Host) -> TcpStream {
    let mut stream = half_open(host, 1).await.remove(0);
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let read = timeout(DEADLINE, stream.read_buf(&mut answer)).await.expect("an answer in time");
        assert!(read.expect("an answer") > 0, "{}", String::from_utf8_lossy(&answer));
    }
    stream
}

#[tokio::test]
async fn half_open_connections_keep_nobody_out_and_the_oldest_goes_first() {
    let launch = Launch::new().set("limits.http.connections", 40).set("limits.http.waiting_connections", 8);
    let host = launch.set("limits.http.head_timeout_ms", 3_600_000).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let mut idle = kept(&host).await;

    let mut strangers = half_open(&host, 100).await;
    // Those that the harness keeps for its next request are older than these and go first: once these have gone, no request
    // goes out on one that is being closed.
    assert!(is_closed(&mut idle).await, "the one that was kept for a next request has gone");
    assert!(is_closed(&mut strangers[0]).await, "and so has the oldest of the strangers");

    let li = host.user("小李").await.join(&room.number).await;
    li.connect(&room.number).await.say("c1", "我进来了").await.ok();
    socket.say("c1", "我没有断").await.ok();
}

#[tokio::test]
async fn half_open_connections_do_not_use_the_files_up() {
    let host = Launch::new().after("ulimit -n 400").set("limits.http.head_timeout_ms", 3_600_000).start().await;
    assert!(host.log().contains("limits.http.connections"), "says that fewer fit:\n{}", host.log());

    let strangers = half_open(&host, 600).await;

    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    host.administrator().upload(plugin("vote")).await;
    wang.connect(&room.number).await.say("c1", "你好").await.ok();
    assert!(!host.log().contains("Too many open files"), "{}", host.log());
    drop(strangers);
}

#[tokio::test]
async fn a_system_that_allows_too_few_files_is_named_at_the_start() {
    let exit = Launch::new().after("ulimit -n 300").refuse().await;
    for word in ["limits.http.connections", "300", "ulimit", "LimitNOFILE"] {
        assert!(exit.refusal().contains(word), "{}", exit.refusal());
    }

    let raised = Launch::new().after("ulimit -Sn 300").start().await;
    raised.user("小王").await.create_conference("周会").await;
}
