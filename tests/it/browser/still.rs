//! Where motion is not wanted nothing moves: no rain falls, no names roll, and what was drawn is there at once.

use serde_json::json;

use super::{Meeting, WALL};

/// Whether the page has ever shown a roll, or moved, since it was told to watch for it.
const WATCH: &str = "Object.assign(globalThis, { rolled: false, moved: false }), new MutationObserver(() => { \
     rolled ||= document.querySelector('.roll') !== null; moved ||= document.getAnimations().length > 0; }) \
     .observe(document.body, { childList: true, subtree: true, characterData: true }), true";
const SEEN_DROPS: &str = "[...document.querySelectorAll('.drop')].filter((one) => one.checkVisibility()).length";

#[tokio::test]
async fn on_a_wall_without_motion_nothing_rains_or_rolls_and_a_draw_is_there_at_once() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wall) = (meeting.phone("li", "李娜").await, meeting.wall().await);
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    wall.prefer("light", "reduce").await;
    wall.eval(WATCH).await;

    let packet = json!({ "total_cents": 1000, "shares": 5, "mode": "equal", "greeting": "新年快乐" });
    wang.open(number, "red-packet", packet).await;
    wall.see("新年快乐").await;
    assert_eq!(wall.eval(SEEN_DROPS).await, json!(0), "no rain");

    let lottery = json!({ "title": "年终大奖", "prizes": [{ "name": "手机", "count": 1 }] });
    let lottery = wang.open(number, "lottery", lottery).await;
    wang.act(&lottery, json!({ "freeze": { "who": "everyone" } })).await;
    wall.see("已抽 0/1").await;
    wang.act(&lottery, json!({ "draw": { "prize": "手机", "count": 1 } })).await;
    let seen = "document.querySelector('.winner')?.innerText === '李娜' \
                && document.querySelector('.winner').checkVisibility({ opacityProperty: true, visibilityProperty: true })";
    wall.wait_for(seen, "the winner").await;
    assert_eq!(wall.eval("[rolled, moved, document.getAnimations().length]").await, json!([false, false, 0]));
    li.see("恭喜你获得：手机").await;

    // The same wall where motion is wanted: this is what was not to be seen.
    let lively = meeting.chromium.tab(&meeting.host, WALL.0, WALL.1).await;
    lively.sign_in("wang", "王伟", "zh-Hans").await;
    lively.open(&format!("/screen/{}", meeting.room.id)).await;
    lively.see("已抽 1/1").await;
    lively.eval(WATCH).await;
    let packet = json!({ "total_cents": 1000, "shares": 5, "mode": "equal", "greeting": "又一年" });
    wang.open(number, "red-packet", packet).await;
    lively.wait_for(&format!("{SEEN_DROPS} > 5 && moved"), "the rain").await;
    wall.see("又一年").await;
    assert_eq!(wall.eval(&format!("[{SEEN_DROPS}, moved]")).await, json!([0, false]), "no rain, still");
    meeting.ends_without_complaints(&[&li, &wall, &lively]);
}
