// Where the cursor of a host is once what they have pressed is drawn away: at what takes its place in its row, or, after a hint that
// takes something back, where it was before. Comes with the panel: who takes part has hardly anything of that.

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

/** What had the cursor before it went to a hint: it has it again once that is taken back, and gone. */
/** @type {HTMLElement | null} */
let left = null;

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  const isHint = (/** @type {EventTarget | null} */ one) => one instanceof HTMLElement && one.closest("#hints") !== null;
  if (isHint(target) && relatedTarget instanceof HTMLElement && !isHint(relatedTarget)) left = relatedTarget;
});

// Further out than the hint, which has heard of it already and is gone.
document.addEventListener("click", ({ target }) => {
  if (/** @type {Element} */ (target).isConnected || document.activeElement !== document.body) return;
  if (left?.isConnected) left.focus({ preventScroll: true });
  left = null;
});

/** Before the page is drawn. */
export function noteRow() {
  const one = /** @type {HTMLElement | null} */ (document.activeElement);
  const row = /** @type {HTMLElement | null | undefined} */ (one?.closest(ROWS));
  const at = row ? [...row.querySelectorAll(PRESSED)].findIndex((other) => other === one) : 0;
  before = one && row ? { one, row, at, beside: [row.nextElementSibling, row.previousElementSibling, row.closest(AROUND)] } : null;
}

/** Once the page is drawn. */
export function keepRow() {
  if (before && (document.activeElement === document.body || isShut(before.one))) putAt(standIn(before));
  before = null;
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
