//! What is faster than a page draws: two taps before the next frame, and more news than there are frames.

use serde_json::json;

use super::{Meeting, PHONE};

/// Draws something for 100 ms, asks for the next drawing right after, and then taps: whether a frame was asked for before the tap,
/// how many were after it, and how many drawings came without one.
const DRAW_SLOWLY: &str = "const place = document.createElement('div'); let draws = 0; let asked = 0; let then; \
     const ask = requestAnimationFrame; globalThis.requestAnimationFrame = (draw) => { asked += 1; return ask(draw); }; \
     const paint = painter(place, () => { draws += 1; const end = performance.now() + 100; while (performance.now() < end); \
     setTimeout(() => then?.()); return html`<p>${draws}</p>`; }); \
     const told = await new Promise((done) => { then = () => { then = undefined; const before = asked; paint(); \
     const rests = asked === before; document.body.click(); done([rests, asked - before]); }; paint(); }); \
     const alone = await new Promise((done) => { then = () => { const before = draws; \
     then = () => { then = undefined; done(draws - before); }; paint(); }; }); \
     globalThis.requestAnimationFrame = ask; return [...told, alone];";

#[tokio::test]
async fn a_page_that_draws_slowly_rests_in_between_but_not_from_whoever_taps() {
    let Some(meeting) = Meeting::begin().await else { return };
    // No page with modules of its own: what draws is there once a page.
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.open("/assets/build").await;
    let build = meeting.build().await;
    let script = format!(
        "(async () => {{ const {{ html, painter }} = await import('/assets/{build}/render.js'); {DRAW_SLOWLY} }})()"
    );
    assert_eq!(li.eval(&script).await, json!([true, 1, 1]), "it rests, draws for a tap, and draws once it has rested");
    meeting.ends_with_complaints_of("/favicon.ico", &[&li]);
}

/// Several taps in one task, on each kind of question that takes more than one.
const TAPS: &str = "{ const fields = [...document.querySelectorAll('.stage-body .form > .field')]; \
     const tap = (field, kind, ...which) => which.forEach((at) => fields[field].querySelectorAll(kind)[at].click()); \
     tap(0, 'input', 0, 2); tap(1, '.chip', 2, 0, 1); tap(2, '.order-item button:last-child', 0, 0, 1, 1); \
     tap(3, 'input', 1, 2); }";
/// The first of the order goes down twice.
const DOWN_TWICE: &str =
    "{ const down = document.querySelector('.order-item.picked button:last-child'); down.click(); down.click(); }";
/// What is picked, the order, the points, and the answers of the rows.
const GIVEN: &str = "(() => { const fields = [...document.querySelectorAll('.stage-body .form > .field')]; \
     const texts = (field, kind) => [...fields[field].querySelectorAll(kind)].map((one) => one.innerText).join(); \
     return [texts(0, '.picked'), texts(1, '.order-item .grow'), texts(2, 'strong'), texts(3, '.pressed')].join(' '); })()";

#[tokio::test]
async fn taps_before_the_next_frame_all_count() {
    let Some(meeting) = Meeting::begin().await else { return };
    let questions = json!([
        { "text": "去哪里", "kind": "multiple", "options": ["山", "海", "城"], "max": 2 },
        { "text": "排一排", "kind": "order", "options": ["面", "饭", "粥"] },
        { "text": "分一分", "kind": "points", "options": ["左", "右"], "max": 3 },
        { "text": "各项如何", "kind": "matrix", "options": ["好", "一般"], "rows": ["饭菜", "场地"] },
    ]);
    let survey = json!({ "title": "问卷", "questions": questions, "results": "organizers" });
    meeting.wang.open(&meeting.room.number, "survey", survey).await;
    let li = meeting.phone("li", "李娜").await;
    li.see("各项如何").await;

    li.eval(TAPS).await;
    // Of the points there are no more than three.
    li.wait_for(&format!("{GIVEN} === '山,城 粥,面,饭 2,1 一般,好'"), "what was tapped").await;
    li.eval(DOWN_TWICE).await;
    li.wait_for(&format!("{GIVEN} === '山,城 面,饭,粥 2,1 一般,好'"), "the new order").await;
    li.tap(".stage-body button", "保存并提交").await;
    li.see("已提交，结束前可以修改").await;
    meeting.ends_without_complaints(&[&li]);
}
