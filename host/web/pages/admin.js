// The plugins of the server, for administrators: what is there and how it does, a new version, a step back, and who did what.

import { attempt } from "../attempt.js";
import { followBuildNowAndThen } from "../build.js";
import { ask, hint } from "../dialogs.js";
import * as icons from "../icons.js";
import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { auditTemplate } from "../admin/audit.js";
import { pluginTemplate } from "../admin/plugin.js";
import { swapText } from "../admin/swap.js";
import { Upload } from "../admin/upload.js";
import { t } from "../texts.js";

/** How often figures are fetched while somebody looks. */
const LOOK_MS = 5_000;
const { hezi, paint } = openPage(template, { title: () => `${t("admin")} · ${t("brand")}`, spoken: load });
const upload = new Upload(hezi, paint, load);
const state = {
  /** @type {any[] | null} */
  plugins: null,
  /** @type {any[]} */
  audit: [],
  /** What plugins are called in the reader's language; those that are switched off have their name alone. */
  /** @type {Map<string, string>} */
  titles: new Map(),
  /** Calls of each plugin when it was last looked at, oldest first. */
  /** @type {Map<string, number[]>} */
  calls: new Map(),
  /** @type {any} */
  opened: null,
  failure: "",
};

function template() {
  return html`<header class="bar"><a class="icon-button" href="/" aria-label=${t("home")}>${icons.back}</a>
      <div class="bar-title"><h1>${t("admin")}</h1></div></header>
    <main class="admin-main">${state.failure ? html`<p class="refusal" role="alert">${state.failure}</p>` : bodyTemplate()}${languageSwitch()}</main>`;
}

function bodyTemplate() {
  if (state.plugins === null) return html`<p class="quiet">${t("loading")}</p>`;
  return html`${upload.template()}
    <section class="stack-close"><h2>${t("admin.plugins")}</h2>
      <ul class="stack">${state.plugins.map((plugin) => pluginTemplate(plugin, known(plugin.name), state.opened, { open, change }))}</ul></section>
    ${state.audit.length ? auditTemplate(state.audit) : nothing}`;
}

/** @param {string} name */
function known(name) {
  return { title: state.titles.get(name) ?? "", calls: state.calls.get(name) ?? [], audit: state.audit };
}

async function load() {
  try {
    const paths = ["/api/admin/plugins", "/api/admin/audit?limit=50", "/api/plugins"];
    const [{ plugins }, audit, offered] = await Promise.all(paths.map((path) => hezi.call("GET", path)));
    const titles = new Map(offered.plugins.map((/** @type {{name: string, title: string}} */ one) => [one.name, one.title]));
    Object.assign(state, { plugins, audit: audit.audit, titles, failure: "" });
    for (const plugin of plugins) note(plugin);
    if (state.opened) state.opened = await hezi.call("GET", `/api/admin/plugins/${state.opened.name}`);
  } catch (error) {
    const { code } = /** @type {{code?: string}} */ (error);
    if (state.plugins === null || code !== "offline") state.failure = sentence(error);
  }
  paint();
}

/** @param {any} plugin */
function note(plugin) {
  const total = plugin.versions.reduce((/** @type {number} */ all, /** @type {any} */ version) => all + (version.counters?.calls ?? 0), 0);
  state.calls.set(plugin.name, [...(state.calls.get(plugin.name) ?? []), total].slice(-40));
}

/** @param {string} name */
async function open(name) {
  state.opened = state.opened?.name === name ? null : { name };
  await load();
}

/**
 * Changes a plugin, after a question where there is one to ask.
 * @param {"POST" | "DELETE"} method
 * @param {string} path
 * @param {{body?: object, question?: string, yes?: string}} [how]
 */
async function change(method, path, { body, question, yes = t("admin.done") } = {}) {
  if (question && !(await ask(question, yes, true))) return;
  await attempt(async () => {
    const done = await hezi.call(method, `/api/admin/plugins/${path}`, body);
    hint((done.swap && swapText(done.swap)) || t("admin.done"));
  });
  await load();
}

followBuildNowAndThen(hezi, () => upload.sending);
setInterval(() => document.hidden || state.failure || load(), LOOK_MS);
load();
