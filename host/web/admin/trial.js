// A version that is not active, tried by an administrator: an activity of it in a meeting of their own.

import { attempt } from "../attempt.js";
import { newId } from "../client/hezi-client.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { SchemaForm } from "../schema/form.js";
import { t } from "../texts.js";

/** @typedef {{name: string, title: string, version: string, form: SchemaForm, key: string, room: {id: string, number: string} | null, refusal: string, sending: boolean}} Tried */

export class Trial {
  /**
   * @param {import("../client/hezi-client.js").Hezi} hezi
   * @param {() => void} changed
   */
  constructor(hezi, changed) {
    this.hezi = hezi;
    this.changed = changed;
    /** @type {Tried | null} */
    this.tried = null;
  }

  /**
   * @param {string} name
   * @param {string} version
   */
  isOf(name, version) {
    return this.tried?.name === name && this.tried.version === version;
  }

  /**
   * Opens the form of a version, or closes it.
   * @param {string} name
   * @param {string} version
   */
  async toggle(name, version) {
    const wasOpen = this.isOf(name, version);
    this.tried = null;
    if (!wasOpen) await this.#open(name, version);
    this.changed();
  }

  /**
   * @param {string} name
   * @param {string} version
   */
  async #open(name, version) {
    await attempt(async () => {
      const plugin = await this.hezi.call("GET", `/api/admin/plugins/${encodeURIComponent(name)}/${encodeURIComponent(version)}`);
      const form = new SchemaForm(plugin.config_schema, this.changed);
      this.tried = { name, version, title: plugin.title || name, form, key: newId(), room: null, refusal: "", sending: false };
    });
  }

  /**
   * Of a version that is active, in quarantine or gone there is nothing to try any more.
   * @param {import("./plugin.js").Plugin[]} plugins as they are now
   */
  check(plugins) {
    const { tried } = this;
    const version = plugins.find(({ name }) => name === tried?.name)?.versions.find((one) => one.version === tried?.version);
    if (!version || version.active || version.quarantined) this.tried = null;
  }

  /**
   * @param {string} name
   * @param {string} version
   */
  template(name, version) {
    const { tried } = this;
    if (!tried || !this.isOf(name, version)) return nothing;
    return html`<form class="stack trial" novalidate @submit=${(/** @type {Event} */ event) => (event.preventDefault(), this.#begin(tried))}>
      <p class="quiet">${t("admin.trial_help")}</p>
      ${tried.form.template()}
      ${tried.refusal ? html`<p class="refusal" role="alert">${tried.refusal}</p>` : nothing}
      <button class="button" ?disabled=${tried.sending}>${t("admin.trial_begin")}</button></form>`;
  }

  /** @param {Tried} tried */
  async #begin(tried) {
    Object.assign(tried, { sending: true, refusal: "" });
    this.changed();
    try {
      const { name: plugin, version } = tried;
      // One meeting, however often the form is refused.
      tried.room ??= await this.hezi.call("POST", "/api/conferences", { title: t("admin.trial_title", { name: tried.title, version }) }, { key: tried.key });
      const body = { plugin, version, config: tried.form.config(), open: true };
      await this.hezi.call("POST", `/api/conferences/${tried.room?.id}/activities`, body);
      location.assign(`/c/${tried.room?.number}`);
    } catch (error) {
      const { code } = /** @type {{code?: string}} */ (error);
      Object.assign(tried, { sending: false, refusal: code === "invalid" ? tried.form.refuse(error) : sentence(error) });
      this.changed();
    }
  }
}
