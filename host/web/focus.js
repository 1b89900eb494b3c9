// Where the cursor is once what it was in is drawn away: at what stands for it there, and not at the top of the page.

/** Parts of a page, each with where the cursor goes that was in it. What is in front comes first. */
const PARTS = [
  { within: "dialog.sheet", to: ["dialog[open] form .icon-button", "dialog[open] h2"] },
  { within: ".stage", to: [".stage-fold"] },
  { within: ".composer, .silent", to: [".silent", "#say", ".chat-scroll"] },
];

/** What has things to press in a row: one of them may give way to another, and a row to the next one. */
const ROWS = ".person-row, .queue-item, .message";
const PRESSED = "button:not(:disabled), a[href], input, select, textarea, summary";

/** What rows stand in. */
const AROUND = ".sheet-part, .chat-scroll";

/**
 * Where the cursor is before a drawing, if it is in a row: at which place of it, and what there is beside the row.
 * @type {{one: HTMLElement, row: HTMLElement, at: number, beside: (Element | null)[]} | null}
 */
let before = null;

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

document.addEventListener("focusout", ({ target }) => {
  const left = /** @type {HTMLElement} */ (target);
  // Some browsers tell this also of what is being drawn away, or cannot be pressed while it is sent: nobody has left that.
  queueMicrotask(() => {
    if (document.activeElement !== document.body || !left.isConnected || left.matches(":disabled")) return;
    for (const [part, one] of held) if (one === left) held.delete(part);
  });
});

/** Before the page is drawn. */
export function noteFocus() {
  const one = /** @type {HTMLElement | null} */ (document.activeElement);
  const row = /** @type {HTMLElement | null | undefined} */ (one?.closest(ROWS));
  const at = row ? [...row.querySelectorAll(PRESSED)].findIndex((other) => other === one) : 0;
  before = one && row ? { one, row, at, beside: [row.nextElementSibling, row.previousElementSibling, row.closest(AROUND)] } : null;
}

/** Once the page is drawn. */
export function keepFocus() {
  if (before && (document.activeElement === document.body || isShut(before.one))) putAt(standIn(before));
  before = null;
  for (const part of PARTS) {
    const one = held.get(part);
    if (!one || one.isConnected) continue;
    held.delete(part);
    const place = part.to.map((selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector))).find(Boolean);
    // In a dialog that is drawn anew it may well begin further up; the page stays where it is.
    if (document.activeElement === document.body) place?.focus({ preventScroll: !place.closest("dialog") });
  }
}

/**
 * What stands for what had the cursor: itself, where it was only moved; what is at its place in its row; the row, where nothing in
 * it can be pressed any more; the next one.
 * @param {NonNullable<typeof before>} before
 */
function standIn({ one, row, at, beside }) {
  if (isThere(one)) return one;
  if (!isThere(row)) return beside.find((other) => other && isThere(other));
  const inRow = row.querySelectorAll(PRESSED);
  return inRow[Math.min(at, inRow.length - 1)] ?? row;
}

/** @param {Element} one */
function isThere(one) {
  return one.isConnected && !isShut(one);
}

/**
 * Whether nothing can be done with it, though it is to be seen.
 * @param {Element} one
 */
function isShut(one) {
  return one.closest("[inert]") !== null;
}

/**
 * The page stays where it is: this is where the other was. A row is nothing that has the cursor otherwise.
 * @param {Element | null | undefined} place
 */
function putAt(place) {
  if (!(place instanceof HTMLElement)) return;
  if (place.tabIndex < 0 && !place.hasAttribute("tabindex")) {
    place.tabIndex = -1;
    place.addEventListener("blur", () => place.removeAttribute("tabindex"), { once: true });
  }
  place.focus({ preventScroll: true });
}
