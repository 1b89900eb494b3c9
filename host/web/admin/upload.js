// A new version, by drag and drop or from a list of files: the gate's verdict stands here until somebody has read it.
//
// Invariant: what is uploaded takes the place of a version that is in use only after somebody has said so, who was told what moves.

import { ask } from "../dialogs.js";
import { keep, recall } from "../memory.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { swapText } from "./swap.js";
import { refusalTemplate } from "./verdict.js";
import { compareVersions } from "./version.js";

/** Whether what is uploaded waits for somebody to activate it is kept under this name. */
const WAITS = "upload-waits";

/** @typedef {{component: File, signature: File | undefined}} Given */
/** @typedef {{file: string, text?: string, error?: unknown}} Verdict a sentence where it is in, and what refused it where it is not */

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
  #verdictTemplate({ file, text, error }) {
    if (text) return html`<p class="verdict fits" role="status" tabindex="-1">${text}</p>`;
    return html`${this.verdicts.length > 1 && file ? html`<p class="quiet">${file}</p>` : nothing}${refusalTemplate(error)}`;
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
    const { waits } = this;
    this.verdicts = components.length ? [] : [{ file: "", error: new Error(t("admin.wasm_only")) }];
    this.sending = components.length > 0;
    this.changed();
    for (const component of components) {
      const file = component.name;
      try {
        const { name, version, active } = await this.#store({ component, signature: signatureOf(component, files) });
        // What is here already stays active, though it was only to be uploaded.
        this.verdicts.push({ file, text: waits || active ? verdictText(name, version, active) : await this.#activate(name, version) });
      } catch (error) {
        this.verdicts.push({ file, error });
      }
      this.changed();
    }
    this.sending = false;
    if (components.length) this.done();
  }

  /** @param {Given} given */
  async #store({ component, signature }) {
    /** @type {Record<string, string>} */
    const headers = { "content-type": "application/wasm" };
    if (signature) headers["hezi-signature"] = btoa(await signature.text());
    return this.hezi.call("PUT", "/api/admin/plugins?activate=false", new Blob([await component.arrayBuffer()]), { headers });
  }

  /**
   * Activates a version that is here: where another one is in use, after a question.
   * @param {string} name
   * @param {string} version
   * @returns {Promise<string>} what became of it
   */
  async #activate(name, version) {
    const path = `/api/admin/plugins/${encodeURIComponent(name)}`;
    if (!(await mayReplace(await this.hezi.call("GET", path), version))) return verdictText(name, version, false);
    const { swap } = await this.hezi.call("POST", `${path}/activate`, { version });
    return [verdictText(name, version, true), swap ? swapText(swap) : ""].filter(Boolean).join(" · ");
  }
}

/**
 * @param {string} name
 * @param {string} version
 * @param {boolean} isActive
 */
function verdictText(name, version, isActive) {
  return isActive ? t("admin.uploaded_active", { name, version }) : t("admin.uploaded_waiting", { name, version });
}

/**
 * Whether a version takes the place of the one that is in use. Where none is there is nobody to ask for.
 * @param {import("./plugin.js").Plugin} plugin
 * @param {string} version
 */
async function mayReplace({ name, active, versions }, version) {
  if (!active) return true;
  const count = versions.reduce((all, { counters }) => all + (counters?.activities ?? 0), 0);
  const about = { name, version, active, count };
  const isEarlier = compareVersions(version, active) < 0;
  return isEarlier ? ask(t("admin.earlier_question", about), t("admin.rollback", { version }), true) : ask(t("admin.replace_question", about), t("admin.activate"));
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
