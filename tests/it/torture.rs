//! The first promise under torture: what was acknowledged is there, once, whatever ends the server and whatever its disk does.
//!
//! In small, on every run; `make torture` does the same for hours, with seeds of its own.

use hezi_tests::torture::{End, Life, Round, TORN_CHARS, Torn, Torture, Verdict, small_buffers};
use hezi_tests::{Disk, DiskCall, Launch};

/// Members beside the organizer.
const MEMBERS: usize = 3;
/// What a server ends with when its log cannot be kept.
const LOG_LOST: i32 = 3;

async fn run(round: Round, seed: u64, lives: u64, more: usize) -> Verdict {
    let verdict = round.run(seed, Launch::new(), MEMBERS, lives, more).await;
    eprintln!("{round:?}: {verdict}");
    verdict
}

/// An honest server after a fault: nothing is lost, and where the fault met its log it ended and said why.
async fn survive(round: Round, seed: u64) -> Verdict {
    let verdict = run(round, seed, 2, 240).await;
    verdict.expect_honest();
    assert!(verdict.mishaps > 0, "the fault has to meet the server: {}", verdict.story);
    verdict
}

fn expect_an_end_with_a_reason(verdict: &Verdict) {
    // Where only its tables have no room the engine lets writes wait until there is some, and nobody is answered meanwhile.
    let has_to_end =
        |life: &&Life| life.started && life.end == End::OfItself && (life.met_log || life.status.is_some());
    for life in verdict.lives.iter().filter(has_to_end) {
        let code = life.status.and_then(|status| status.code());
        assert_eq!(code, Some(LOG_LOST), "it ends by itself: {}", verdict.story);
    }
}

#[tokio::test]
async fn kills_and_stops_lose_nothing_over_many_memtables() {
    let verdict = run(Round::Kills, 1, 6, 400).await;
    verdict.expect_honest();
    for stopped in verdict.lives.iter().filter(|life| life.end == End::Stop) {
        assert_eq!(stopped.status.and_then(|status| status.code()), Some(0), "a polite stop: {}", verdict.story);
    }
    assert!(verdict.logs >= 20, "each memtable has a log: {}", verdict.logs);
    assert!(verdict.figures.resumed > 6, "people came back: {:?}", verdict.figures);
}

#[tokio::test]
async fn power_cuts_take_nothing_that_was_acknowledged() {
    let verdict = run(Round::PowerCuts, 2, 8, 200).await;
    verdict.expect_honest();
    assert!(verdict.story.contains("power cut at"), "{}", verdict.story);
}

#[tokio::test]
async fn a_power_cut_after_a_kill_takes_nothing_that_was_acknowledged() {
    run(Round::KillsAndCuts, 3, 6, 150).await.expect_honest();
}

#[tokio::test]
async fn a_full_disk_ends_the_server_and_loses_nothing() {
    expect_an_end_with_a_reason(&survive(Round::FullDisk, 4).await);
}

#[tokio::test]
async fn a_sync_that_fails_ends_the_server_and_acknowledges_nothing() {
    expect_an_end_with_a_reason(&survive(Round::SyncFails, 5).await);
    expect_an_end_with_a_reason(&survive(Round::SyncsFail, 6).await);
}

#[tokio::test]
async fn a_write_that_fails_or_is_short_loses_nothing() {
    survive(Round::WriteFails, 7).await;
    survive(Round::ShortWrites, 8).await;
}

#[tokio::test]
async fn commits_that_outlast_their_query_happen_once_or_never() {
    survive(Round::SlowSyncs, 9).await;
}

#[tokio::test]
async fn a_disk_that_lies_is_found_out() {
    let verdict = run(Round::LyingSyncs, 10, 1, 900).await;
    assert!(verdict.figures.lost > 0, "the judge finds what a lying disk lost: {verdict}\n{}", verdict.story);
}

#[tokio::test]
async fn nothing_reaches_the_disk_past_the_shim() {
    let mut torture = Torture::prepare(11, MEMBERS, small_buffers(Launch::new())).await;
    let (writes, syncs) = (torture.drive().calls(DiskCall::Write), torture.drive().calls(DiskCall::Sync));

    let life = torture.live(Disk::sound(11), End::Kill, 100).await;

    // Everybody has eight commands under way, and a group that is committed together is one write and one sync.
    let groups = (life.acknowledged / (8 * (MEMBERS + 1))) as u64;
    let drive = torture.drive();
    assert!(
        drive.calls(DiskCall::Write) - writes >= groups && drive.calls(DiskCall::Sync) - syncs >= groups,
        "{life:?}"
    );
    assert!(drive.made(".log") + drive.made(".wal") > 0, "{}", drive.log());
}

#[tokio::test]
async fn a_log_torn_inside_its_last_record_loses_nothing_else() {
    let mut torn = Torn::prepare(Launch::new()).await;
    for (bytes, end) in (1..=TORN_CHARS as u64).step_by(TORN_CHARS / 5).zip([End::Kill, End::Stop].into_iter().cycle())
    {
        let violations = torn.cut(bytes, end).await;
        assert_eq!(violations, [], "{bytes} bytes are missing, then {end:?}");
    }
}
