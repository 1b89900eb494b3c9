// A version that is not active, tried by an administrator: an activity of it in a meeting of their own.

import { attempt } from "../attempt.js";
import { newId } from "../client/hezi-client.js";
import { html, nothing } from "../render.js";
import { Submission } from "../schema/submission.js";
import { t } from "../texts.js";

/** @typedef {{name: string, title: string, version: string, submission: Submission, key: string, room: {id: string, number: string} | null}} Tried */

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
      const submission = new Submission(plugin.config_schema, this.changed);
      this.tried = { name, version, title: plugin.title || name, submission, key: newId(), room: null };
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
    return tried.submission.template({
      name: "trial",
      head: html`<p class="quiet">${t("admin.trial_help")}</p>`,
      buttons: html`<button class="button" aria-disabled=${tried.submission.sending}>${t("admin.trial_begin")}</button>`,
      send: () => this.#begin(tried),
    });
  }

  /** @param {Tried} tried */
  async #begin(tried) {
    const { name: plugin, version, title, submission } = tried;
    const body = { plugin, version, config: submission.form.config(), open: true };
    await submission.send(body, async (key) => {
      // One meeting, however often the form is refused.
      tried.room ??= await this.hezi.call("POST", "/api/conferences", { title: t("admin.trial_title", { name: title, version }) }, { key: tried.key });
      await this.hezi.call("POST", `/api/conferences/${tried.room?.id}/activities`, body, { key });
      location.assign(`/c/${tried.room?.number}`);
    });
  }
}
