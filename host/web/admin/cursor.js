// Where the cursor of an administrator is once what had it is drawn away: at the head of what it was in, so that they go on there
// and not at the top of the page. A button that could not be pressed for a moment has it again.

import { onLeft } from "../leaving.js";

/** Parts of the page, the inner ones first, each with where the cursor goes that was in it. */
const PARTS = [
  { within: ".outcome", to: ".verdict" },
  { within: ".plugins > .card", to: "h3" },
  { within: ".uploads", to: ".verdict" },
  // Not a field: whoever is in one is typing, and the page does not follow a new build then.
  { within: ".uploads", to: ".drop" },
  { within: "section", to: "h2" },
];

/** @typedef {{part: Element, to: string}} Around */

/**
 * What has the cursor, also after it is gone, and the parts that it is in.
 * @type {{one: HTMLElement, around: Around[]} | null}
 */
let held = null;

document.addEventListener("focusin", ({ target }) => {
  const one = /** @type {HTMLElement} */ (target);
  // A question is in front of the page: what had the cursor there has it again after.
  if (one.closest("dialog")) return;
  held = { one, around: PARTS.flatMap(({ within, to }) => [one.closest(within)].flatMap((part) => (part ? [{ part, to }] : []))) };
});

onLeft((left) => {
  if (left === held?.one) held = null;
});

/** Once the page is drawn. */
export function keepCursor() {
  if (!held || document.activeElement !== document.body) return;
  const { one, around } = held;
  // What is gone may have gone while it could not be pressed.
  if (one.isConnected && one.matches(":disabled")) return;
  const isBack = one.isConnected && one.matches("button");
  const place = isBack ? one : headOf(around);
  place?.focus({ preventScroll: true });
}

/** @param {Around[]} around */
function headOf(around) {
  for (const { part, to } of around) {
    const head = part.isConnected ? part.querySelector(to) : null;
    if (head instanceof HTMLElement) return head;
  }
}
