// A form made out of a schema and its way to the server: sent once at a time, and what the server refuses is said in it.
//
// Invariants:
// * What is sent again because nobody knows what became of it is the same request, and done once.
// * The cursor stays in the form while it is sent; once something of it is refused it is where that is mended. One alert says so:
//   what is said of each field is tied to it.

import { newId } from "../client/hezi-client.js";
import { sentence } from "../problems.js";
import { leadToRefused } from "../refused.js";
import { html, nothing } from "../render.js";
import { SchemaForm } from "./form.js";

export class Submission {
  /**
   * @param {import("./schema.js").Schema} schema
   * @param {() => void} changed
   * @param {object} [config] what stands in the form at first
   */
  constructor(schema, changed, config) {
    this.schema = schema;
    this.changed = changed;
    this.form = new SchemaForm(schema, changed, config);
    /** By which it is found in the page: there may be others. */
    this.id = `form-${newId()}`;
    this.key = "";
    /** What was sent under that key, as long as nobody knows what became of it. */
    this.sent = "";
    this.refusal = "";
    this.sending = false;
  }

  /**
   * Begins anew: with what somebody else has saved, with what was typed elsewhere.
   * @param {object} [config]
   */
  begin(config) {
    this.form = new SchemaForm(this.schema, this.changed, config);
  }

  /**
   * Goes on with what was sent before the page was loaded anew.
   * @param {{sent: string, key: string}} before
   */
  goOn({ sent, key }) {
    Object.assign(this, { sent, key });
  }

  /** It is known what became of what was sent: whatever is sent from now on is another request. */
  settle() {
    Object.assign(this, { sent: "", key: "", refusal: "" });
  }

  /**
   * @param {object} around
   * @param {string} [around.name] a class of its own
   * @param {unknown} around.head
   * @param {unknown} [around.more] what is asked for below the fields
   * @param {unknown} around.buttons
   * @param {() => void} around.send
   */
  template({ name = "", head, more = nothing, buttons, send }) {
    return html`<form class=${`stack ${name}`} id=${this.id} novalidate @submit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
      ${head}
      ${this.form.template()}
      ${more}
      ${this.refusal ? html`<p class="refusal" role="alert">${this.refusal}</p>` : nothing}
      ${buttons}
    </form>`;
  }

  /**
   * @param {object} body what tells this request from another one
   * @param {(key: string) => Promise<void>} request
   * @param {(code: string) => boolean} [isSaid] whether a refusal is said by somebody else
   */
  async send(body, request, isSaid = () => false) {
    if (this.sending) return;
    const from = document.activeElement;
    Object.assign(this, { sending: true, refusal: "" });
    const text = JSON.stringify(body);
    // The same once more is the same request; anything else is another one.
    if (this.sent !== text) Object.assign(this, { sent: text, key: newId() });
    this.changed();
    try {
      await request(this.key);
    } catch (error) {
      const { code = "" } = /** @type {{code?: string}} */ (error);
      // Another attempt is another request, unless nobody knows what became of this one.
      if (code !== "offline") this.sent = "";
      if (!isSaid(code)) this.#refuse(code, error, from);
    }
    this.sending = false;
    this.changed();
  }

  /**
   * @param {string} code
   * @param {unknown} error
   * @param {Element | null} from where the cursor was when it was sent: whoever has gone on is not called back
   */
  #refuse(code, error, from) {
    this.refusal = code === "invalid" ? this.form.refuse(error) : sentence(error);
    leadToRefused(this.id, from);
  }
}
