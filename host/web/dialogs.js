// Panels over a page, questions, and hints that pass: with the browser's own dialogs, which keep the keyboard inside.

import { html, nothing } from "./render.js";
import { render } from "./vendor/lit-html/lit-html.js";
import { t } from "./texts.js";

const HINT_MS = 5_000;

/**
 * A panel that comes in from the edge. Its body is drawn only while it is open.
 * @param {string} id
 * @param {string} title
 * @param {() => unknown} body
 */
export function sheet(id, title, body) {
  return html`<dialog class="sheet" id=${id} aria-labelledby=${`${id}-title`} @click=${closeOutside}>
    <div class="sheet-head"><h2 id=${`${id}-title`} tabindex="-1" autofocus>${title}</h2>
      <button class="icon-button" aria-label=${t("close")} @click=${() => closeSheet(id)}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6 6 18"/></svg></button></div>
    <div class="sheet-body">${isOpen(id) ? body() : nothing}</div>
  </dialog>`;
}

/** @param {string} id */
export function isOpen(id) {
  return Boolean(/** @type {HTMLDialogElement | null} */ (document.getElementById(id))?.open);
}

/**
 * @param {string} id
 * @param {() => void} changed
 */
export function openSheet(id, changed) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
  dialog.addEventListener("close", changed, { once: true });
  dialog.showModal();
  changed();
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
 * @returns {Promise<boolean>}
 */
export function ask(question, yes) {
  const dialog = document.createElement("dialog");
  dialog.className = "question";
  dialog.setAttribute("aria-label", question);
  document.body.append(dialog);
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ said) => {
      dialog.close();
      dialog.remove();
      resolve(said);
    };
    dialog.addEventListener("cancel", () => answer(false));
    render(
      html`<div class="stack"><p>${question}</p><div class="row">
        <button class="button quiet-button grow" @click=${() => answer(false)}>${t("cancel")}</button>
        <button class="button grow" @click=${() => answer(true)}>${yes}</button></div></div>`,
      dialog,
    );
    dialog.showModal();
  });
}

/** @type {{text: string, undo?: () => void}[]} */
let hints = [];

/**
 * Says something for a few seconds, with a way back where there is one.
 * @param {string} text
 * @param {() => void} [undo]
 */
export function hint(text, undo) {
  const one = { text, undo };
  hints = [...hints.slice(-2), one];
  drawHints();
  setTimeout(() => {
    hints = hints.filter((other) => other !== one);
    drawHints();
  }, HINT_MS);
}

function drawHints() {
  let place = document.getElementById("hints");
  if (!place) {
    place = document.createElement("div");
    place.id = "hints";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  // Over an open dialog nothing else can be seen.
  (document.querySelector("dialog[open]") ?? document.body).append(place);
  render(
    hints.map((one) => html`<p class="hint"><span class="grow">${one.text}</span>${one.undo ? html`<button class="link" @click=${one.undo}>${t("undo")}</button>` : nothing}</p>`),
    place,
  );
}

document.addEventListener("hint", (event) => hint(/** @type {CustomEvent} */ (event).detail));
