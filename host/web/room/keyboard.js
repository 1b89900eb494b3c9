// A keyboard on the screen takes half of it: what is on the stage folds while somebody types below it, and unfolds after.

/** From so high on a page has room for the stage and for a keyboard. */
const ROOMY_PX = 640;

/** A keyboard is higher than whatever else a browser takes away and gives back. */
const KEYBOARD_PX = 100;

/** A tap takes the cursor away a moment before it does anything: what it is aimed at stays in its place until then. */
const TAP_MS = 300;

/** @param {import("./stage.js").Stage} stage */
export function foldForKeyboard(stage) {
  const height = () => visualViewport?.height ?? innerHeight;
  let before = height();
  const fold = () => {
    if (isTyping() && isBelow() && height() < ROOMY_PX) stage.give();
  };
  // It comes after the cursor, and may go before it.
  const resized = () => {
    if (height() > before + KEYBOARD_PX || !isTyping()) stage.take();
    else if (height() < before) fold();
    before = height();
  };
  document.addEventListener("focusin", fold);
  document.addEventListener("focusout", () => setTimeout(() => isTyping() || stage.take(), TAP_MS));
  visualViewport?.addEventListener("resize", resized);
}

/** Whether the chat is below the stage, and not beside it. */
function isBelow() {
  return getComputedStyle(/** @type {Element} */ (document.querySelector(".room-body"))).flexDirection === "column";
}

function isTyping() {
  return document.activeElement?.id === "say";
}
