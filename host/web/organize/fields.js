// Fields that begin with what the server has. Whoever types into one owns it until it is saved: what another host saves meanwhile
// is told beside it, and overwrites nothing.

import { html, nothing } from "../render.js";
import { t } from "../texts.js";

export class Fields {
  /** @param {() => void} changed asks for the page to be drawn anew */
  constructor(changed) {
    this.changed = changed;
    /** What was typed, and what the server had when that began. */
    /** @type {Map<string, {text: string, from: string}>} */
    this.typed = new Map();
  }

  /**
   * What stands in a field.
   * @param {string} name
   * @param {string} saved what the server has
   */
  value(name, saved) {
    return this.typed.get(name)?.text ?? saved;
  }

  /**
   * What listens to a field.
   * @param {string} name
   * @param {string} saved
   */
  typing(name, saved) {
    return (/** @type {Event} */ event) => {
      const { validity, value } = /** @type {HTMLInputElement} */ (event.target);
      // Of a moment that is half typed there is nothing to keep yet.
      if (!validity.badInput) this.type(name, value, saved);
    };
  }

  /**
   * @param {string} name
   * @param {string} text
   * @param {string} saved
   */
  type(name, text, saved) {
    if (text === saved) this.typed.delete(name);
    else this.typed.set(name, { text, from: this.typed.get(name)?.from ?? saved });
    this.changed();
  }

  /**
   * These are saved, or given up: they show what the server has.
   * @param {string[]} names
   */
  done(...names) {
    for (const name of names) this.typed.delete(name);
    this.changed();
  }

  /**
   * What somebody else has saved in a field while it was typed into, with the way to that.
   * @param {string} name
   * @param {string} saved
   * @param {string | number} [said] what the server has, as people read it
   */
  news(name, saved, said = saved) {
    const typed = this.typed.get(name);
    const isNews = typed && typed.from !== saved;
    // The element is always there: what appears together with its text is not read out.
    return html`<div class="field-help" role="status">${isNews ? html`<span dir="auto">${t("fields.changed", { text: said || "—" })}</span>
      <button type="button" class="link" @click=${() => this.done(name)}>${t("fields.take")}</button>` : nothing}</div>`;
  }
}
