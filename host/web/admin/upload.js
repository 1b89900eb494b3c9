// A new version, by drag and drop or from a list of files: the gate's verdict stands here.

import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { swapText } from "./swap.js";
import { refusalTemplate } from "./verdict.js";

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
    this.activates = true;
    /** What became of each of the last ones: a sentence where it is in, and what refused it where it is not. */
    /** @type {({text: string} | {file: string, error: unknown})[]} */
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
    return html`<section class="stack-close">
      <label class=${this.over ? "drop over" : "drop"} @dragover=${(/** @type {DragEvent} */ event) => over(event, true)} @dragleave=${(/** @type {DragEvent} */ event) => over(event, false)}
        @drop=${(/** @type {DragEvent} */ event) => (over(event, false), this.#take([...(event.dataTransfer?.files ?? [])]))}>
        <input class="unseen" type="file" accept=".wasm,.minisig" multiple ?disabled=${this.sending} @change=${(/** @type {Event} */ event) => this.#chosen(event)}>
        <strong>${this.sending ? t("admin.uploading") : t("admin.drop")}</strong><span class="quiet">${t("admin.drop_help")}</span></label>
      <label class="tick"><input type="checkbox" .checked=${!this.activates} @change=${() => (this.activates = !this.activates)}><span>${t("admin.try")}</span></label>
      ${this.verdicts.map((one) => "error" in one
        ? html`${this.verdicts.length > 1 ? html`<p class="quiet">${one.file}</p>` : nothing}${refusalTemplate(one.error)}`
        : html`<p class="verdict fits" role="status">${one.text}</p>`)}
    </section>`;
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
    this.verdicts = components.length ? [] : [{ file: "", error: new Error(t("admin.wasm_only")) }];
    this.sending = components.length > 0;
    this.changed();
    for (const component of components) {
      try {
        this.verdicts.push({ text: await this.#send(component, files) });
      } catch (error) {
        this.verdicts.push({ file: component.name, error });
      }
      this.changed();
    }
    this.sending = false;
    if (components.length) this.done();
  }

  /**
   * Sends one component, with the signature of its name, or the only one that came along.
   * @param {File} component
   * @param {File[]} files
   */
  async #send(component, files) {
    const signatures = files.filter((file) => file.name.endsWith(".minisig"));
    const isAlone = files.length === signatures.length + 1 && signatures.length === 1;
    const signature = isAlone ? signatures[0] : signatures.find(({ name }) => [`${component.name}.minisig`, component.name.replace(/wasm$/, "minisig")].includes(name));
    /** @type {Record<string, string>} */
    const headers = { "content-type": "application/wasm" };
    if (signature) headers["hezi-signature"] = btoa(await signature.text());
    const stored = await this.hezi.call("PUT", `/api/admin/plugins?activate=${this.activates}`, new Blob([await component.arrayBuffer()]), { headers });
    const swapped = stored.swap ? swapText(stored.swap) : "";
    return [t("admin.uploaded", { name: stored.name, version: stored.version }), swapped].filter(Boolean).join(" · ");
  }
}
