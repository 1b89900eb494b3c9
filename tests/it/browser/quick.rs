//! What is faster than a page draws: more news than there are frames.

use serde_json::json;

use super::Meeting;

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
    let li = meeting.phone("li", "李娜").await;
    let build = meeting.build().await;
    let script = format!(
        "(async () => {{ const {{ html, painter }} = await import('/assets/{build}/render.js'); {DRAW_SLOWLY} }})()"
    );
    assert_eq!(li.eval(&script).await, json!([true, 1, 1]), "it rests, draws for a tap, and draws once it has rested");
    meeting.ends_without_complaints(&[&li]);
}
