// Where the cursor goes once something in a form was refused: to what is to be mended first; of a list with too little in it, where
// that goes. Whoever has gone on is not called back.

import { onceDrawn } from "./render.js";

/**
 * @param {string} id of the form
 * @param {Element | null} from where the cursor was when it was sent
 */
export function leadToRefused(id, from) {
  onceDrawn(() => {
    const form = document.getElementById(id);
    if (!form || ![document.body, from].includes(document.activeElement)) return;
    const field = form.querySelector(".field-refusal")?.closest(".field");
    const place = field?.querySelector("[aria-invalid=true]") ?? field?.querySelector(":is(input, select, textarea, button):enabled");
    /** @type {HTMLElement | undefined} */ (place ?? undefined)?.focus({ preventScroll: true });
    (place ?? form.querySelector("[role=alert]"))?.scrollIntoView({ block: "center" });
  });
}
