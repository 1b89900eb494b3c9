// A new version, by drag and drop or from a list of files: the gate's verdict stands here until somebody has read it.

import { attempt } from "../attempt.js";
import { ask } from "../dialogs.js";
import { keep, recall } from "../memory.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { swapText } from "./swap.js";
import { refusalTemplate } from "./verdict.js";

/** Whether what is uploaded waits for somebody to activate it is kept under this name. */
const WAITS = "upload-waits";

/** What becomes of a component that passes: it is active at once, or waits, or takes the place also of a later version. */
const AS = { active: "activate=true", waiting: "activate=false", earlier: "activate=true&downgrade=true" };

/** @typedef {keyof typeof AS} As */
/** @typedef {{component: File, signature: File | undefined}} Given */
/** @typedef {{given: Given | null, text?: string, error?: unknown}} Verdict a sentence where it is in, and what refused it where it is not */

export class Upload {
  /**
   * @param {import("../client/hezi-client.js").Hezi} hezi
   * @param {() => void} changed
   * @param {() => void} done
   */
  constructor(hezi, changed, done) {
    this.hezi = hezi;
    this.changed = changed;
    this.done = done;
    this.over = false;
    this.sending = false;
    // Whoever has set this in the tab means it until they take it back: what is uploaded goes live for everybody otherwise.
    this.waits = recall("session", WAITS) !== null;
    /** What became of each of the last ones. */
    /** @type {Verdict[]} */
    this.verdicts = [];
  }

  /** Whether something is being sent, or stands there to be read. */
  get isInUse() {
    return this.sending || this.verdicts.length > 0;
  }

  template() {
    const over = (/** @type {DragEvent} */ event, /** @type {boolean} */ is) => {
      event.preventDefault();
      this.over = is;
      this.changed();
    };
    return html`<section class="stack-close uploads">
      <label class=${this.over ? "drop over" : "drop"} tabindex="-1" @dragover=${(/** @type {DragEvent} */ event) => over(event, true)} @dragleave=${(/** @type {DragEvent} */ event) => over(event, false)}
        @drop=${(/** @type {DragEvent} */ event) => (over(event, false), this.#take([...(event.dataTransfer?.files ?? [])]))}>
        <input class="unseen" type="file" accept=".wasm,.minisig" multiple ?disabled=${this.sending} @change=${(/** @type {Event} */ event) => this.#chosen(event)}>
        <strong>${this.sending ? t("admin.uploading") : t("admin.drop")}</strong><span class="quiet">${t("admin.drop_help")}</span></label>
      <label class="tick"><input type="checkbox" .checked=${this.waits} @change=${() => this.#setWaits()}><span>${t("admin.try")}</span></label>
      ${this.verdicts.map((verdict) => html`<div class="stack-close outcome">${this.#verdictTemplate(verdict)}</div>`)}
      ${this.verdicts.length && !this.sending ? html`<div class="row"><button class="button quiet-button small-button" @click=${() => this.#close()}>${t("close")}</button></div>` : nothing}
    </section>`;
  }

  /** @param {Verdict} verdict */
  #verdictTemplate(verdict) {
    const { given, text, error } = verdict;
    if (text) return html`<p class="verdict fits" role="status" tabindex="-1">${text}</p>`;
    const file = given?.component.name ?? "";
    const name = this.verdicts.length > 1 && file ? html`<p class="quiet">${file}</p>` : nothing;
    // Nothing else is in the way of a component that has passed.
    const isEarlier = /** @type {{code?: string}} */ (error).code === "conflict";
    return html`${name}${refusalTemplate(error, isEarlier ? t("admin.earlier", { file }) : "")}${isEarlier ? this.#waysTemplate(verdict, file) : nothing}`;
  }

  /**
   * What can be done with an earlier version than the active one.
   * @param {Verdict} verdict
   * @param {string} file
   */
  #waysTemplate(verdict, file) {
    const goBack = async () => {
      if (await ask(t("admin.earlier_question", { file }), t("admin.earlier_activate"), true)) await this.#again(verdict, "earlier");
    };
    return html`<div class="row">
      <button class="button quiet-button small-button" ?disabled=${this.sending} @click=${() => this.#again(verdict, "waiting")}>${t("admin.try")}</button>
      <button class="button danger-button small-button" ?disabled=${this.sending} @click=${goBack}>${t("admin.earlier_activate")}</button></div>`;
  }

  #setWaits() {
    this.waits = !this.waits;
    keep("session", WAITS, this.waits ? "1" : "");
    this.changed();
  }

  #close() {
    this.verdicts = [];
    this.changed();
  }

  /** @param {Event} event */
  #chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    this.#take([...(input.files ?? [])]);
    input.value = "";
  }

  /** @param {File[]} files */
  async #take(files) {
    const components = files.filter((file) => file.name.endsWith(".wasm"));
    /** @type {As} */
    const as = this.waits ? "waiting" : "active";
    this.verdicts = components.length ? [] : [{ given: null, error: new Error(t("admin.wasm_only")) }];
    this.sending = components.length > 0;
    this.changed();
    for (const component of components) {
      const given = { component, signature: signatureOf(component, files) };
      try {
        this.verdicts.push({ given, text: await this.#send(given, as) });
      } catch (error) {
        this.verdicts.push({ given, error });
      }
      this.changed();
    }
    this.sending = false;
    if (components.length) this.done();
  }

  /**
   * The same component once more, in another way; what becomes of it stands where the refusal stood.
   * @param {Verdict} verdict
   * @param {As} as
   */
  async #again(verdict, as) {
    const { given } = verdict;
    if (!given) return;
    this.sending = true;
    this.changed();
    await attempt(async () => {
      const text = await this.#send(given, as);
      this.verdicts = this.verdicts.map((one) => (one === verdict ? { given, text } : one));
    });
    this.sending = false;
    this.done();
  }

  /**
   * @param {Given} given
   * @param {As} as
   */
  async #send({ component, signature }, as) {
    /** @type {Record<string, string>} */
    const headers = { "content-type": "application/wasm" };
    if (signature) headers["hezi-signature"] = btoa(await signature.text());
    const stored = await this.hezi.call("PUT", `/api/admin/plugins?${AS[as]}`, new Blob([await component.arrayBuffer()]), { headers });
    const { name, version, active, swap } = stored;
    // What is here already stays active, though it was only to be uploaded.
    const passed = active ? t("admin.uploaded_active", { name, version }) : t("admin.uploaded_waiting", { name, version });
    return [passed, swap ? swapText(swap) : ""].filter(Boolean).join(" · ");
  }
}

/**
 * The signature of the component's name, or the only one that came along.
 * @param {File} component
 * @param {File[]} files
 */
function signatureOf(component, files) {
  const signatures = files.filter((file) => file.name.endsWith(".minisig"));
  const isAlone = files.length === signatures.length + 1 && signatures.length === 1;
  return isAlone ? signatures[0] : signatures.find(({ name }) => [`${component.name}.minisig`, component.name.replace(/wasm$/, "minisig")].includes(name));
}
