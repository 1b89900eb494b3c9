// Whether the server has another build than this page: then the page loads itself anew, as soon as nobody is in the middle of
// something.

import { recall, keep } from "./memory.js";

const LOOK_AGAIN_MS = 5_000;
/** How often a page without a line of its own asks. */
const ASK_MS = 30_000;
const own = document.querySelector('meta[name="hezi-build"]')?.getAttribute("content") ?? "";

/** Whether another build waits for nobody to be busy. */
let follows = false;

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
  return types || document.querySelector("dialog[open]") !== null;
}
