//! Another build of the pages on the server while they are open: a page that nobody is busy with loads itself anew, and one in
//! which somebody has begun something does so when that is done.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, at_one_address};

/// From when it is told so the page hears of another build whenever it asks. How often it asks is counted, and how often it puts
/// its end off, which it does without much delay. Once it is told that somebody has gone it takes that for true as soon.
const ANOTHER_BUILD: &str = "{ const { fetch: ask, setTimeout: later } = globalThis; \
     Object.assign(globalThis, { looks: 0, delays: 0 }); \
     globalThis.setTimeout = (done, ms, ...more) => { if (ms === 12_000 && globalThis.isLeft) return later(done, 100, ...more); \
     if (ms !== 5_000 || !globalThis.isOld) return later(done, ms, ...more); \
     delays += 1; return later(done, 100, ...more); }; \
     globalThis.fetch = async (...asked) => { if (asked[0] !== '/assets/build' || !globalThis.isOld) return ask(...asked); \
     looks += 1; return Response.json({ build: 'another' }); }; }";
/// What is true of a page that was loaded since.
const IS_ANEW: &str = "globalThis.looks === 0 && globalThis.isOld === undefined";
/// Where a question is asked.
const QUESTION: &str = ".stage-body textarea, .stage-body input:not([type=checkbox])";

/// Opens a page that will hear of another build.
async fn open(tab: &Tab, path: &str, seen: &str) {
    tab.before_each_page(ANOTHER_BUILD).await;
    tab.open(path).await;
    tab.see(seen).await;
}

/// Checks that a page hears of the other build, and puts its end off again and again.
async fn stays(tab: &Tab) {
    tab.wait_for("looks > 0 && delays > 5", "a page that is put off").await;
    assert_eq!(tab.eval("isOld").await, json!(true), "it is the page of before");
}

#[tokio::test]
async fn an_upgrade_reloads_what_is_idle_and_waits_for_whoever_has_begun_something() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let room = format!("/c/{}", meeting.room.number);
    meeting.wang.open(&meeting.room.number, "qa", json!({ "title": "问答" })).await;
    let (idle, wall) = (meeting.phone("li", "李娜").await, meeting.wall().await);
    let (writes, asks) = (meeting.phone("sara", "Sara").await, meeting.phone("noor", "نور").await);
    open(&wall, &format!("/screen/{}", meeting.room.id), "问答").await;
    for tab in [&idle, &writes, &asks] {
        open(tab, &room, "问答").await;
    }
    writes.fill("#say", "还没写完").await;
    asks.fill(QUESTION, "几点开饭?").await;
    // What was begun counts, also where nobody types at the moment.
    for tab in [&writes, &asks] {
        tab.eval("document.activeElement.blur()").await;
    }
    for tab in [&idle, &writes, &asks, &wall] {
        tab.eval("globalThis.isOld = true").await;
    }

    meeting.host.kill().await;
    meeting.host.restart().await;

    for tab in [&idle, &wall] {
        tab.wait_for(IS_ANEW, "the page anew").await;
        tab.see("问答").await;
    }
    for tab in [&writes, &asks] {
        stays(tab).await;
    }
    assert_eq!(writes.eval("document.getElementById('say').value").await, json!("还没写完"));
    writes.eval("document.getElementById('say').focus()").await;
    writes.enter().await;
    asks.tap(".stage-body button", "提问").await;
    idle.see("还没写完").await;
    idle.see("几点开饭?").await;
    // The cursor in an empty line is somebody who may go on, until they have done nothing for a while.
    writes.eval("delays = 0").await;
    stays(&writes).await;
    writes.eval("globalThis.isLeft = true; document.getElementById('say').dispatchEvent(new Event('input', { bubbles: true }))").await;
    for tab in [&writes, &asks] {
        tab.wait_for(IS_ANEW, "the page anew").await;
        tab.see("还没写完").await;
    }
    writes.wait_for("document.activeElement.id === 'say'", "the cursor, where it was").await;
}
