//! After everything that hostile plugins do, the server's memory is where it was.

use hezi_tests::Activity;

use super::rows::{ACTS, EXPORTS, uploads};
use super::story::{Story, action};

/// How often everything is done. The first time fills pools and caches, which stay.
const ROUNDS: usize = 4;
/// What the rest may add: less than one instance may have, and far less than one of these deeds takes while it is done.
const GROWTH_KIB_MAX: u64 = 48 << 10;

type Row = (&'static str, &'static str, Option<Activity>);

async fn do_everything(story: &Story, exports: &[Row]) {
    for (item, text, fault) in ACTS {
        let problem = story.wang.try_act(&story.hostile, action(text)).await.problem(503, "plugin_fault");
        assert_eq!(problem["fault"], *fault, "{item}: {problem}");
        story.put_back().await;
    }
    for (export, deed, activity) in exports {
        story.provoke(activity.as_ref(), export, deed).await;
        story.put_back().await;
    }
    for upload in uploads() {
        story.host.administrator().upload(upload.bytes).await.problem(422, "plugin_refused");
    }
}

#[tokio::test]
async fn the_servers_memory_is_where_it_was_after_every_deed() {
    let mut story = Story::begin().await;
    let mut exports: Vec<Row> = Vec::new();
    for &(_, export, deed, _) in EXPORTS {
        exports.push((export, deed, story.prepare(export, deed).await));
    }

    let mut sizes_kib = Vec::new();
    for _ in 0..ROUNDS {
        do_everything(&story, &exports).await;
        story.everything_else_goes_on("all of it").await;
        sizes_kib.push(story.host.resident_kib());
    }

    let grown_kib = sizes_kib[ROUNDS - 1].saturating_sub(sizes_kib[0]);
    assert!(grown_kib <= GROWTH_KIB_MAX, "{grown_kib} KiB more: {sizes_kib:?}");
}
