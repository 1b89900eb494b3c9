// Panels over a page, questions, and hints that pass: with the browser's own dialogs, which keep the keyboard inside.

import * as icons from "./icons.js";
import { html, nothing, repeat } from "./render.js";
import { render } from "./vendor/lit-html/lit-html.js";
import { t } from "./texts.js";

/** How long a hint stays; one with a way back longer, for that takes a decision. */
const HINT_MS = 5_000;
const UNDO_MS = 10_000;

/** So long before its first text their place has to be there: what appears together with it is not read out. */
const PLACED_MS = 100;

/**
 * A panel that comes in from the edge. Its body is drawn only while it is open.
 * @param {string} id
 * @param {string} title
 * @param {() => unknown} body
 */
export function sheet(id, title, body) {
  return html`<dialog class="sheet" id=${id} aria-labelledby=${`${id}-title`} @click=${closeOutside} @close=${closed}>
    <div class="sheet-head"><h2 id=${`${id}-title`} tabindex="-1" autofocus>${title}</h2>
      <button class="icon-button" aria-label=${t("close")} @click=${() => closeSheet(id)}>${icons.close}</button></div>
    <div class="sheet-body">${isOpen(id) ? body() : nothing}</div>
  </dialog>`;
}

/** The sheets that are open, each with what has the page drawn anew. */
/** @type {Map<string, () => void>} */
const open = new Map();

/** @param {string} id */
export function isOpen(id) {
  return open.has(id);
}

/**
 * @param {string} id
 * @param {() => void} changed
 */
export function openSheet(id, changed) {
  open.set(id, changed);
  /** @type {HTMLDialogElement} */ (document.getElementById(id)).showModal();
  changed();
}

/** @param {Event} event */
function closed(event) {
  const dialog = /** @type {HTMLDialogElement} */ (event.target);
  // It is told a moment later: somebody may have opened it again.
  if (dialog.open) return;
  const { id } = dialog;
  const changed = open.get(id);
  open.delete(id);
  changed?.();
  // What was said over it goes on being said.
  placeHints();
}

/** @param {string} id */
export function closeSheet(id) {
  /** @type {HTMLDialogElement | null} */ (document.getElementById(id))?.close();
}

/** @param {MouseEvent} event */
function closeOutside(event) {
  if (event.target === event.currentTarget) /** @type {HTMLDialogElement} */ (event.currentTarget).close();
}

/**
 * Asks before something that cannot be taken back.
 * @param {string} question
 * @param {string} yes the word on the button that does it
 * @param {boolean} [danger] whether something is lost by it
 * @returns {Promise<boolean>}
 */
export function ask(question, yes, danger = false) {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-labelledby", "question");
  document.body.append(dialog);
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ said) => {
      dialog.close();
      dialog.remove();
      placeHints();
      resolve(said);
    };
    dialog.addEventListener("cancel", () => answer(false));
    render(
      html`<div class="stack"><p id="question">${question}</p><div class="row">
        <button class="button quiet-button grow" @click=${() => answer(false)}>${t("cancel")}</button>
        <button class=${danger ? "button danger-button grow" : "button grow"} @click=${() => answer(true)}>${yes}</button></div></div>`,
      dialog,
    );
    dialog.showModal();
  });
}

/** @typedef {{text: string, undo?: () => void, word: string, timer: number}} Hint */

/** @type {Hint[]} */
let hints = [];

/**
 * Says something for a few seconds, with a way back where there is one. It stays as long as somebody points at it, or has it
 * under the keyboard.
 * @param {string} text
 * @param {() => void} [undo]
 * @param {string} [word] on its button, where it goes on to something else
 */
export function hint(text, undo, word = "") {
  const one = { text, undo, word, timer: 0 };
  hints = [...hints.slice(-2), one];
  placeHints();
  leave(one);
}

/** @param {Hint} one */
function leave(one) {
  clearTimeout(one.timer);
  one.timer = setTimeout(() => gone(one), one.undo ? UNDO_MS : HINT_MS);
}

/** @param {Hint} one */
function gone(one) {
  clearTimeout(one.timer);
  hints = hints.filter((other) => other !== one);
  drawHints();
}

/** Over an open dialog nothing else can be seen. Those that are there already cover nothing of one that opens. */
function placeHints() {
  let place = document.getElementById("hints");
  if (!hints.length) return;
  if (!place) {
    place = document.createElement("div");
    place.id = "hints";
    place.setAttribute("role", "status");
  }
  // What has the focus keeps it: the place is moved only where it must be.
  const over = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (place.parentElement === over) return drawHints();
  over.append(place);
  setTimeout(drawHints, PLACED_MS);
}

function drawHints() {
  const place = document.getElementById("hints");
  // Each keeps its element when another goes, and so the focus.
  if (place) render(repeat(hints, (one) => one, hintTemplate), place);
}

/** @param {Hint} one */
function hintTemplate(one) {
  const stay = () => clearTimeout(one.timer);
  const back = () => {
    gone(one);
    one.undo?.();
  };
  return html`<p class="hint" @pointerenter=${stay} @pointerleave=${() => leave(one)} @focusin=${stay} @focusout=${() => leave(one)}><span class="grow">${one.text}</span>
    ${one.undo ? html`<button class="link" @click=${back}>${one.word || t("undo")}</button>` : nothing}</p>`;
}
