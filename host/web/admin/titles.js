// What plugins are called in the reader's language, those that are switched off as well.

import { currentLanguage } from "../texts.js";

/** @typedef {{name: string, title: string}} Offered */

export class Titles {
  /** @param {import("../client/hezi-client.js").Hezi} hezi */
  constructor(hezi) {
    this.hezi = hezi;
    /** @type {Map<string, string>} */
    this.titles = new Map();
    /** Of versions that nobody is offered, by language, name and version: each is asked for once. */
    /** @type {Map<string, Promise<string>>} */
    this.asked = new Map();
  }

  /** @param {string} name */
  of(name) {
    return this.titles.get(name) ?? "";
  }

  /**
   * Learns what there is now.
   * @param {import("./plugin.js").Plugin[]} plugins
   * @param {Offered[]} offered to organizers
   */
  async learn(plugins, offered) {
    const off = plugins.filter(({ name }) => !offered.some((one) => one.name === name));
    const titles = await Promise.all(off.map(async ({ name, versions }) => /** @type {[string, string]} */ ([name, await this.#ask(name, versions.at(-1)?.version ?? "")])));
    this.titles = new Map([...titles, .../** @type {[string, string][]} */ (offered.map(({ name, title }) => [name, title]))]);
  }

  /**
   * @param {string} name
   * @param {string} version
   */
  #ask(name, version) {
    const key = `${currentLanguage()}/${name}/${version}`;
    const asked = this.asked.get(key) ?? this.#fetch(name, version, key);
    this.asked.set(key, asked);
    return asked;
  }

  /**
   * @param {string} name
   * @param {string} version
   * @param {string} key by which it was asked for
   * @returns {Promise<string>}
   */
  async #fetch(name, version, key) {
    try {
      return (await this.hezi.call("GET", `/api/admin/plugins/${encodeURIComponent(name)}/${encodeURIComponent(version)}`)).title;
    } catch (error) {
      if (/** @type {{code?: string}} */ (error).code === "offline") this.asked.delete(key);
      // One that cannot be loaded any more goes by its name.
      return "";
    }
  }
}
