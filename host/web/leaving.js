// When somebody has taken the cursor off something themselves, and not the page by drawing that away.

/** @param {(left: HTMLElement) => void} tell */
export function onLeft(tell) {
  document.addEventListener("focusout", ({ target }) => {
    const left = /** @type {HTMLElement} */ (target);
    // Some browsers tell this also of what is being drawn away, or cannot be pressed while it is sent: nobody has left that.
    queueMicrotask(() => {
      if (document.activeElement === document.body && left.isConnected && !left.matches(":disabled")) tell(left);
    });
  });
}
