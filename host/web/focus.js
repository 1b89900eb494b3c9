// Where the cursor is once what it was in is drawn away, or cannot be pressed any more: at what stands for it there, and not at the
// top of the page.

import { onLeft } from "./leaving.js";

/** Parts of a page, each with where the cursor goes that was in it. What is in front comes first. */
const PARTS = [
  { within: "dialog.sheet", to: ["dialog[open] form .icon-button", "dialog[open] h2"] },
  { within: ".stage", to: [".stage-fold", ".strip"] },
  { within: ".composer, .silent, .unsent", to: [".silent", "#say", ".chat-scroll"] },
  { within: ".message", to: [".chat-scroll"] },
  { within: ".bar", to: [".strip", ".bar a"] },
];

/** What has the cursor in each of them, also after it is gone. */
/** @type {Map<typeof PARTS[0], HTMLElement>} */
const held = new Map();

document.addEventListener("focusin", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  // A dialog is in front of the page: what had the cursor there has it again after.
  const isInFront = Boolean(target.closest?.("dialog"));
  for (const part of PARTS) {
    if (target.closest?.(part.within)) held.set(part, target);
    else if (!isInFront) held.delete(part);
  }
});

onLeft((left) => {
  for (const [part, one] of held) if (one === left) held.delete(part);
});

/** Once the page is drawn. */
export function keepFocus() {
  for (const part of PARTS) {
    const one = held.get(part);
    if (!one || !document.activeElement?.matches("body, :disabled")) continue;
    const isShut = one.matches(":disabled");
    const isThere = one.isConnected;
    // What is being sent has it again afterwards; of what hosts press in a list somebody else takes care.
    if (isThere && isShut && one.closest("dialog, fieldset:disabled")) continue;
    const beside = isThere && (isShut ? one.parentElement?.querySelector("button:enabled") : one);
    const place = /** @type {HTMLElement | null} */ (beside || part.to.map((selector) => document.querySelector(selector)).find(Boolean));
    if (!isThere) held.delete(part);
    // In a dialog that is drawn anew it may well begin further up; the page stays where it is.
    place?.focus({ preventScroll: !place.closest("dialog") });
  }
}
