// What somebody did to the plugins, in the reader's language: by its code, and in the server's words where there is none.

import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { digest, withDigests } from "./digest.js";
import { reasonOf } from "./verdict.js";

/** @typedef {import("../client/hezi-client.d.ts").AuditLine} Line */

/** @typedef {{name: string, version: string, why: string, conference: string, count: number, from: string}} About */

/** @type {Record<string, ((about: About) => string) | undefined>} */
const DEEDS = {
  activated: (about) => t("admin.deed_activated", about),
  closed_to_writing: (about) => t("admin.deed_closed_to_writing", about),
  disabled: (about) => t("admin.deed_disabled", about),
  guessed: (about) => t("admin.deed_guessed", about),
  quarantined: (about) => t("admin.deed_quarantined", about),
  refused,
  refused_unread: refused,
  removed: (about) => t("admin.deed_removed", about),
  rolled_back: (about) => t("admin.deed_rolled_back", about),
  stored: (about) => t("admin.deed_stored", about),
  stored_and_activated: (about) => t("admin.deed_stored_and_activated", about),
};

/** @param {About} about */
function refused(about) {
  return about.why ? t("admin.deed_refused_why", about) : t("admin.deed_refused");
}

/** Those who are no people. */
/** @type {Record<string, (() => string) | undefined>} */
const OTHERS = {
  folder: () => t("admin.who_folder"),
  server: () => t("admin.who_server"),
  stranger: () => t("admin.who_stranger"),
  token: () => t("admin.who_token"),
  watch: () => t("admin.who_watch"),
};

/** @param {string} who */
export function doer(who) {
  return isPerson(who) ? who : (OTHERS[who]?.() ?? who);
}

/** @param {string} who whose id may be any word, also `constructor` */
export function isPerson(who) {
  return !Object.prototype.hasOwnProperty.call(OTHERS, who);
}

/**
 * Who did it, in a word; of a person the name, with the id that tells two of one name apart.
 * @param {Line} line
 */
export function doerTemplate({ who, who_name: name }) {
  return name && isPerson(who) ? html`<bdi>${name}</bdi> <small>${who}</small>` : doer(who);
}

/** What those who are no people are called. */
export function others() {
  return Object.keys(OTHERS).map(doer);
}

/**
 * Who is called so.
 * @param {string} name
 */
export function whoIs(name) {
  return Object.keys(OTHERS).find((who) => doer(who) === name) ?? name;
}

/**
 * @param {Line} line
 * @param {(plugin: string) => string} titleOf what a plugin is called
 */
export function deedTemplate({ what, deed }, titleOf) {
  const said = DEEDS[deed?.code ?? ""];
  if (!deed || !said) return withDigests(what);
  const { plugin, version, hash, key, reason, why, conference, times, from } = deed;
  const name = plugin ? titleOf(plugin) : "";
  const about = { name, version: version ?? "", why: reasonOf(reason), conference: conference ?? "" };
  const text = said({ ...about, count: times ?? 1, from: from ?? t("admin.many_addresses") });
  // What it did there is for its author: a trace is long, and in English.
  const isTrace = deed.code === "quarantined";
  const quoted = why && !about.why && !isTrace ? t("admin.deed_quoted", { deed: text, why }) : text;
  const trace = isTrace && why ? html`<details class="details"><summary>${t("admin.details")}</summary><p class="quiet">${why}</p></details>` : nothing;
  return html`<span dir="auto">${quoted}</span> ${key ? html`<span class="quiet">${t("admin.signed_with", { key })}</span>` : nothing} ${hash ? digest(hash) : nothing}${trace}`;
}
