// Whether the server has another build than this page: then the page loads itself anew, as soon as nobody is in the middle of
// something.

import { recall, keep } from "./memory.js";

const LOOK_AGAIN_MS = 5_000;
/** Where nobody has done anything for so long a cursor in an empty field is left over, and nobody's. */
const IDLE_MS = 12_000;
/** How often a page without a line of its own asks. */
const ASK_MS = 30_000;
const own = document.querySelector('meta[name="hezi-build"]')?.getAttribute("content") ?? "";

/** Whether another build waits for nobody to be busy. */
let follows = false;
let isIdle = true;
let idle = 0;
for (const type of ["focusin", "input", "keydown", "pointerdown"]) addEventListener(type, noteDeed, true);

/** The field in which the cursor was when the page loaded itself anew. */
let left = recall("session", "cursor");
keep("session", "cursor", "");

function noteDeed() {
  left = null;
  isIdle = false;
  clearTimeout(idle);
  idle = setTimeout(() => (isIdle = true), IDLE_MS);
}

/**
 * Asks the server; to be called after each reconnect.
 * @param {import("./client/hezi-client.js").Hezi} hezi
 * @param {() => boolean} isBusy whether somebody types, or waits for an answer
 */
export async function followBuild(hezi, isBusy) {
  try {
    const { build } = await hezi.call("GET", "/assets/build");
    // Once for each build: a cache in between that gives the old page again must not end in a circle.
    if (build === own || recall("session", "build") === build) return;
    if (follows) return;
    follows = true;
    const reload = () => {
      if (isBusy() || isTyping()) return setTimeout(reload, LOOK_AGAIN_MS);
      keep("session", "build", build);
      keep("session", "cursor", document.activeElement?.id ?? "");
      location.reload();
    };
    reload();
  } catch {
    // The next reconnect asks again.
  }
}

/**
 * The same for a page that has no line into a room, and so no reconnects: now and then, while somebody looks at it.
 * @param {import("./client/hezi-client.js").Hezi} hezi
 * @param {() => boolean} isBusy
 */
export function followBuildNowAndThen(hezi, isBusy) {
  setInterval(() => document.hidden || followBuild(hezi, isBusy), ASK_MS);
}

/** Whether somebody is in the middle of a field, or of a question. */
export function isTyping() {
  const at = document.activeElement;
  const types = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
  // What is ticked is done. A number that is none yet has no value.
  const isLeft = isIdle && types && (/radio|checkbox/.test(at.type) || (at.value === "" && !at.validity.badInput));
  return (types && !isLeft) || document.querySelector("dialog[open]") !== null;
}

/** Once the page is drawn: the cursor goes back to where it was before, unless somebody was faster. */
export function bringCursor() {
  const field = left && document.getElementById(left);
  if (!field) return;
  left = null;
  if (document.activeElement === document.body) field.focus({ preventScroll: true });
}
