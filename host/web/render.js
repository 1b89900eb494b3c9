// The view library, and when it draws: the one place that knows lit-html.
//
// A page has one template of all it shows, and one `paint` that may be called as often as anything changes: it draws once a
// frame, and only the places that differ.
//
// Invariants:
// * Where drawing takes longer than a frame it takes at most half of the time, however much comes: the other half is for what comes.
// * Whatever somebody does is drawn with the next frame.

import { html, noChange, nothing, render } from "./vendor/lit-html/lit-html.js";

export { html, noChange, nothing };
export { repeat } from "./vendor/lit-html/directives/repeat.js";
export { live } from "./vendor/lit-html/directives/live.js";

/** @typedef {import("./vendor/lit-html/lit-html.d.ts").TemplateResult | typeof nothing | string | number | unknown[]} Drawn */

const FRAME_MS = 16;
const REST_MAX_MS = 250;

/** What waits for the next drawing. */
/** @type {(() => void)[]} */
const waiting = [];
let repaint = () => {};

/**
 * Draws into an element; gives what asks for it to be drawn anew. What stood in the element before goes with the first
 * drawing.
 * @param {Element} root
 * @param {() => Drawn} template
 * @param {() => void} [drawn] called once after each time; what measures the page belongs there
 * @returns {() => void}
 */
export function painter(root, template, drawn = () => {}) {
  let isDrawn = false;
  let isDue = false;
  let isAsked = false;
  /** Runs while it rests. */
  let timer = 0;
  const rested = () => {
    clearTimeout(timer);
    timer = 0;
    if (!isDue || isAsked) return;
    isAsked = true;
    // A page that nobody looks at gets no frames, and needs none: the next one shows all.
    requestAnimationFrame(draw);
  };
  const draw = () => {
    isDue = isAsked = false;
    const began = performance.now();
    if (!isDrawn) root.replaceChildren();
    isDrawn = true;
    render(template(), /** @type {HTMLElement} */ (root));
    // The browser lays out and paints before anything else.
    timer = setTimeout(() => {
      const tookMs = performance.now() - began;
      if (tookMs < FRAME_MS) rested();
      else timer = setTimeout(rested, Math.min(tookMs, REST_MAX_MS));
    });
    drawn();
    for (const act of waiting.splice(0)) requestAnimationFrame(act);
  };
  for (const type of ["pointerdown", "keydown", "input", "click"]) addEventListener(type, rested, true);
  repaint = () => {
    isDue = true;
    if (!timer) rested();
  };
  return repaint;
}

/**
 * Does something once the page is drawn with all that has changed by now: where the cursor goes is there then.
 * @param {() => void} act
 */
export function onceDrawn(act) {
  waiting.push(act);
  repaint();
}
