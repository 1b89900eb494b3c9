//! What a page's thread does in one piece: the trace by which `make bench` judges that finds what is too long.

use super::Meeting;

/// How long a page of the story is kept busy, in milliseconds.
const BUSY_MS: f64 = 80.0;

#[tokio::test]
async fn what_keeps_a_page_busy_is_found_in_its_trace_and_what_another_page_does_is_not() {
    let Some(meeting) = Meeting::begin().await else { return };
    let phone = meeting.phone("li", "李娜").await;
    let other = meeting.phone("wang", "王伟").await;
    let busy = |ms: f64| {
        format!(
            "new Promise((done) => setTimeout(() => {{ const end = performance.now() + {ms}; while (performance.now() < end); done(true); }}))"
        )
    };
    phone.begin_trace().await;
    phone.eval(&busy(BUSY_MS)).await;
    other.eval(&busy(BUSY_MS * 20.0)).await;
    let tasks = phone.end_trace().await;
    let longest = tasks.first().expect("a page has tasks");
    assert!(longest.clock_ms >= BUSY_MS, "{longest:?}");
    assert!(tasks.iter().any(|task| task.processor_ms > 0.0), "no task had a processor: {longest:?}");
    assert!(
        longest.parts.iter().any(|(name, _)| name.contains("FunctionCall") || name.contains("Timer")),
        "{longest:?}"
    );
    // Only by something else that went on for so long could this page have one as long as the other's.
    assert!(longest.clock_ms < BUSY_MS * 20.0, "{longest:?}");
    meeting.ends_without_complaints(&[&phone, &other]);
}
