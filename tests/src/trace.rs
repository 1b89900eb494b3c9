//! What Chromium traces of a page's main thread while it is used: how long each task took, by the clock and of the processor.
//!
//! A task that is in the way of a tap is long by the clock. On a machine that does other work as well, a task waits for a
//! processor meanwhile, and the page can do nothing about that: so both are told.
//!
//! # Invariants
//! * Tasks are those of the thread that runs the page's scripts, of one page, and of no other.

use serde_json::{Value, json};

use crate::Tab;

/// By this mark the page's thread is known among all that are traced.
const MARK: &str = "hezi-traced";
/// How much of a trace is read at a time, in bytes.
const CHUNK_LEN: usize = 4 << 20;
/// So many parts of a task are told at most.
const PARTS_MAX: usize = 6;

/// Something that a page's main thread did in one piece.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// How long nothing else could be done, in milliseconds.
    pub clock_ms: f64,
    /// How long it had a processor meanwhile, in milliseconds.
    pub processor_ms: f64,
    /// What it consisted of, the longest first: what Chromium calls it, and how long by the clock, in milliseconds. One may be
    /// inside of another.
    pub parts: Vec<(String, f64)>,
}

impl Tab {
    /// Traces what is opened here until [`Tab::end_trace`].
    pub async fn begin_trace(&self) {
        let categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing", "v8"];
        let config = json!({ "recordMode": "recordAsMuchAsPossible", "includedCategories": categories });
        self.call("Tracing.start", json!({ "transferMode": "ReturnAsStream", "traceConfig": config })).await;
    }

    /// The tasks of the page's main thread since the trace began, the longest by the clock first.
    pub async fn end_trace(&self) -> Vec<Task> {
        self.eval(&format!("performance.mark('{MARK}'), true")).await;
        let complete = self.next_event("Tracing.tracingComplete");
        self.call("Tracing.end", json!({})).await;
        let stream = complete.await["stream"].clone();
        let mut text = String::new();
        loop {
            let chunk = self.call("IO.read", json!({ "handle": stream, "size": CHUNK_LEN })).await;
            text.push_str(chunk["data"].as_str().expect("a trace is text"));
            if chunk["eof"] == true {
                break;
            }
        }
        self.call("IO.close", json!({ "handle": stream })).await;
        let trace: Value = serde_json::from_str(&text).expect("a trace is JSON");
        tasks(trace["traceEvents"].as_array().expect("a trace has events"))
    }
}

/// The tasks of the thread that set the mark.
fn tasks(events: &[Value]) -> Vec<Task> {
    let mark = events.iter().find(|event| event["name"] == MARK).expect("the page has set its mark");
    let thread = |event: &&Value| (&event["pid"], &event["tid"]) == (&mark["pid"], &mark["tid"]);
    let mut own: Vec<&Value> = events.iter().filter(thread).filter(|event| event["dur"].is_number()).collect();
    own.sort_by(|one, other| of(one, "ts").total_cmp(&of(other, "ts")));
    let is_task = |event: &&&Value| event["name"] == "RunTask";
    let mut tasks: Vec<Task> = own.iter().filter(is_task).map(|task| read(task, &own)).collect();
    tasks.sort_by(|one, other| other.clock_ms.total_cmp(&one.clock_ms));
    tasks
}

/// A task, with what of all that happened lies inside of it.
fn read(task: &Value, all: &[&Value]) -> Task {
    let (from, to) = (of(task, "ts"), of(task, "ts") + of(task, "dur"));
    let first = all.partition_point(|event| of(event, "ts") < from);
    let inside =
        all[first..].iter().take_while(|event| of(event, "ts") < to).filter(|event| event["name"] != "RunTask");
    let name = |event: &Value| event["name"].as_str().unwrap_or_default().to_owned();
    let mut parts: Vec<(String, f64)> = inside.map(|event| (name(event), of(event, "dur") / 1e3)).collect();
    parts.sort_by(|one, other| other.1.total_cmp(&one.1));
    parts.truncate(PARTS_MAX);
    Task { clock_ms: of(task, "dur") / 1e3, processor_ms: of(task, "tdur") / 1e3, parts }
}

/// A time of an event, in microseconds.
fn of(event: &Value, field: &str) -> f64 {
    event[field].as_f64().unwrap_or_default()
}
