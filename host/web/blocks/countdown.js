// A clock that runs down by itself: all of a page are told the time together, once a second, and only while somebody looks.

import { html, live } from "../render.js";

/** @typedef {HTMLElement & {clock?: {untilMs: number, now: () => number}}} Clock an element that knows until when it runs */

/**
 * @param {{label: string, until_ms: number}} block
 * @param {import("../blocks.js").Dependencies} around
 */
export default function countdown(block, around) {
  const { until_ms: untilMs } = block;
  const { now } = around;
  // As a property and not as a child: what ticks below may write it as well.
  return html`<p class="countdown"><span dir="auto">${block.label}</span> <strong class="tabular" role="timer" .clock=${{ untilMs, now }} .textContent=${live(left(untilMs - now()))}></strong></p>`;
}

/** @param {number} ms */
function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

setInterval(() => {
  if (document.hidden) return;
  for (const shown of /** @type {NodeListOf<Clock>} */ (document.querySelectorAll("[role=timer]"))) {
    if (shown.clock) shown.textContent = left(shown.clock.untilMs - shown.clock.now());
  }
}, 1000);
