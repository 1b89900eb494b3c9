// A clock that runs down by itself: one for all of a page, told the time once a second, and only while somebody looks.

import { html } from "../render.js";

/** @type {Map<string, {untilMs: number, now: () => number}>} */
const running = new Map();

/**
 * @param {{label: string, until_ms: number}} block
 * @param {import("../blocks.js").Dependencies} around
 */
export default function countdown(block, around) {
  const id = `countdown-${around.activity}-${block.until_ms}`;
  running.set(id, { untilMs: block.until_ms, now: around.now });
  return html`<p class="countdown"><span dir="auto">${block.label}</span> <strong class="tabular" id=${id} role="timer">${left(block.until_ms - around.now())}</strong></p>`;
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
  for (const [id, { untilMs, now }] of running) {
    const shown = document.getElementById(id);
    // The text node is the view library's: it is changed and not replaced.
    const text = shown && [...shown.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
    if (text) text.nodeValue = left(untilMs - now());
    else running.delete(id);
  }
}, 1000);
