// The plugins of the server, for administrators: what is there and how it does, a new version, a step back, and who did what.

import { attempt } from "../attempt.js";
import { followBuildNowAndThen } from "../build.js";
import { ask, hint } from "../dialogs.js";
import * as icons from "../icons.js";
import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { Audit } from "../admin/audit.js";
import { Figures } from "../admin/figures.js";
import { pluginTemplate } from "../admin/plugin.js";
import { swapText } from "../admin/swap.js";
import { Titles } from "../admin/titles.js";
import { Trial } from "../admin/trial.js";
import { Upload } from "../admin/upload.js";
import { keep, recall } from "../memory.js";
import { addTexts, t } from "../texts.js";
import english from "../texts/en.admin.js";
import chinese from "../texts/zh-Hans.admin.js";

/** How often figures are fetched while somebody looks. */
const LOOK_MS = 5_000;
/** So many looks at a plugin are kept. */
const KEPT = 40;
addTexts({ "zh-Hans": chinese, en: english });
const { hezi, paint } = openPage(template, { title: () => `${t("admin")} · ${t("brand")}`, spoken: load });
const upload = new Upload(hezi, paint, load);
const trial = new Trial(hezi, paint);
const audit = new Audit(hezi, paint);
const figures = new Figures(LOOK_MS);
const titles = new Titles(hezi);
const state = {
  /** @type {any[] | null} */
  plugins: null,
  /** Calls of each plugin when it was last looked at, oldest first. */
  /** @type {Map<string, number[]>} */
  calls: new Map(JSON.parse(recall("session", "calls") ?? "[]")),
  /** @type {any} */
  opened: null,
  failure: "",
  /** Nothing comes of another look. */
  isOver: false,
};

function template() {
  return html`<header class="bar"><a class="icon-button" href="/" aria-label=${t("home")}>${icons.back}</a>
      <div class="bar-title"><h1>${t("admin")}</h1></div></header>
    <main class="admin-main">${state.failure ? html`<p class="refusal" role="alert">${state.failure}</p>` : nothing}${bodyTemplate()}${languageSwitch()}</main>`;
}

function bodyTemplate() {
  if (state.plugins === null) return state.failure ? nothing : html`<p class="quiet">${t("loading")}</p>`;
  return html`${upload.template()}${figures.template()}
    <section class="stack-close"><h2>${t("admin.plugins")}</h2>
      <ul class="plugins">${state.plugins.map((plugin) => pluginTemplate(plugin, known(plugin.name), state.opened, { open, change }))}</ul></section>
    ${audit.template((name) => titles.of(name) || name)}`;
}

/** @param {string} name */
function known(name) {
  return { title: titles.of(name), calls: state.calls.get(name) ?? [], trial };
}

async function load() {
  try {
    const paths = ["/api/admin/plugins", "/api/plugins"];
    const [{ plugins }, offered] = await Promise.all([...paths.map((path) => hezi.call("GET", path)), audit.look()]);
    await titles.learn(plugins, offered.plugins);
    Object.assign(state, { plugins, failure: "" });
    note(plugins);
    trial.check(plugins);
    await figures.look();
    if (state.opened) state.opened = await hezi.call("GET", `/api/admin/plugins/${state.opened.name}`);
  } catch (error) {
    const { code } = /** @type {{code?: string}} */ (error);
    if (code === "not_signed_in") location.assign("/auth/login?return_to=/admin");
    // What was seen before stays, and is known to be old.
    Object.assign(state, { failure: sentence(error), isOver: code === "not_admin" });
  }
  paint();
}

/**
 * How often each was called until now.
 * @param {any[]} plugins
 */
function note(plugins) {
  for (const { name, versions } of plugins) {
    const total = versions.reduce((/** @type {number} */ all, /** @type {any} */ version) => all + (version.counters?.calls ?? 0), 0);
    state.calls.set(name, [...(state.calls.get(name) ?? []), total].slice(-KEPT));
  }
  keep("session", "calls", JSON.stringify([...state.calls]));
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

// A file that falls beside its place is not opened instead of this page.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
followBuildNowAndThen(hezi, () => upload.sending || trial.tried !== null);
setInterval(() => document.hidden || state.isOver || load(), LOOK_MS);
load();
