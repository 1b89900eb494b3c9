// The plugins of the server, for administrators: what is there and how it does, a new version, a step back, and who did what.

import { attempt } from "../attempt.js";
import { followBuildNowAndThen, isTyping } from "../build.js";
import { ask, hint } from "../dialogs.js";
import * as icons from "../icons.js";
import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, nothing, repeat } from "../render.js";
import { Audit } from "../admin/audit.js";
import { Calls } from "../admin/calls.js";
import { keepCursor } from "../admin/cursor.js";
import { Figures } from "../admin/figures.js";
import { LOOK_MS } from "../admin/looks.js";
import { anchorOf, isOutOfService, pluginTemplate } from "../admin/plugin.js";
import { swapText } from "../admin/swap.js";
import { Titles } from "../admin/titles.js";
import { Trial } from "../admin/trial.js";
import { Upload } from "../admin/upload.js";
import { addTexts, t } from "../texts.js";
import english from "../texts/en.admin.js";
import englishOfForms from "../texts/en.hosts.js";
import chinese from "../texts/zh-Hans.admin.js";
import chineseOfForms from "../texts/zh-Hans.hosts.js";

const SIGN_IN = "/auth/login?return_to=/admin";
addTexts({ "zh-Hans": { ...chinese, ...chineseOfForms }, en: { ...english, ...englishOfForms } });
const { hezi, paint } = openPage(template, { title: () => `${t("admin")} · ${t("brand")}`, drawn: keepCursor, spoken: load });
const upload = new Upload(hezi, paint, load);
const trial = new Trial(hezi, paint);
const audit = new Audit(hezi, paint);
const calls = new Calls();
const figures = new Figures();
const titles = new Titles(hezi);
const state = {
  /** @type {import("../admin/plugin.js").Plugin[] | null} */
  plugins: null,
  /** @type {import("../admin/plugin.js").Opened | null} */
  opened: null,
  failure: "",
  /** A change is asked about, or under way. */
  isChanging: false,
  /** It was said that the session has ended. */
  isSignedOut: false,
  /** Nothing comes of another look. */
  isOver: false,
};

function template() {
  return html`<header class="bar"><a class="icon-button" href="/" aria-label=${t("home")}>${icons.back}</a>
      <div class="bar-title"><h1>${t("admin")}</h1></div></header>
    <main class="admin-main">${signedOutTemplate()}${state.failure ? html`<p class="refusal" role="alert">${state.failure}</p>` : nothing}${bodyTemplate()}${languageSwitch()}</main>`;
}

/** Beside what somebody is in the middle of, and in another tab, so that nothing of it is lost. */
function signedOutTemplate() {
  if (!state.isSignedOut) return nothing;
  return html`<p class="refusal signed-out" role="alert">${t("admin.signed_out")} <a href=${SIGN_IN} target="_blank">${t("sign_in.again")}</a></p>`;
}

function bodyTemplate() {
  if (state.plugins === null) return state.failure ? nothing : html`<p class="quiet">${t("loading")}</p>`;
  const out = state.plugins.filter(isOutOfService);
  const inOrder = [...out, ...state.plugins.filter((plugin) => !isOutOfService(plugin))];
  return html`${outTemplate(out)}${upload.template()}${figures.template()}
    <section class="stack-close"><h2 tabindex="-1">${t("admin.plugins")}</h2>
      <ul class="plugins">${repeat(inOrder, ({ name }) => name, (plugin) => pluginTemplate(plugin, known(plugin.name), state.opened, { open, change }))}</ul></section>
    ${audit.template(called, state.plugins.map(({ name }) => name))}`;
}

/**
 * What nobody can use any more, before anything else, with the way there.
 * @param {import("../admin/plugin.js").Plugin[]} plugins
 */
function outTemplate(plugins) {
  if (!plugins.length) return nothing;
  return html`<p class="refusal out-of-service" role="alert">${t("admin.out", { count: plugins.length })} ${plugins.map((plugin) => html`<a href=${`#${anchorOf(plugin)}`}>${called(plugin.name)}</a> `)}</p>`;
}

/** @param {string} name */
function called(name) {
  return titles.of(name) || name;
}

/** @param {string} name */
function known(name) {
  return { title: titles.of(name), calls: calls.of(name), trial };
}

async function load() {
  // What is removed takes its title along.
  const openedTitle = called(state.opened?.name ?? "");
  try {
    const paths = ["/api/admin/plugins", "/api/plugins"];
    const [{ plugins }, offered] = await Promise.all([...paths.map((path) => hezi.call("GET", path)), audit.look()]);
    await titles.learn(plugins, offered.plugins);
    Object.assign(state, { plugins, failure: "", isSignedOut: false });
    calls.note(plugins, Date.now());
    trial.check(plugins);
    await figures.look();
    await lookAtOpened(openedTitle);
  } catch (error) {
    const { code } = /** @type {{code?: string}} */ (error);
    // What was seen before stays, and is known to be old.
    if (code === "not_signed_in") signedOut();
    else Object.assign(state, { failure: sentence(error), isOver: code === "not_admin", isSignedOut: state.isSignedOut && code !== "not_admin" });
  }
  paint();
}

/** Whether somebody is in the middle of something that would be lost: a change, an upload, its verdict, a trial. */
function isBusy() {
  return state.isChanging || upload.isInUse || trial.tried !== null;
}

/** Nobody is led away from what they have begun: they are told, and look for themselves what there is to save. */
function signedOut() {
  if (!isBusy() && !isTyping() && !state.isSignedOut) location.assign(SIGN_IN);
  else Object.assign(state, { failure: "", isSignedOut: true });
}

/**
 * Learns how it is with what is opened. Of what somebody has removed meanwhile nothing stays open.
 * @param {string} title what it was called until now
 */
async function lookAtOpened(title) {
  const name = state.opened?.name;
  if (!name) return;
  const isThere = state.plugins?.some((plugin) => plugin.name === name);
  const now = isThere ? await hezi.call("GET", `/api/admin/plugins/${encodeURIComponent(name)}`).catch(unlessRemoved) : null;
  // Another one may have been opened in between.
  if (state.opened?.name !== name) return;
  state.opened = now;
  if (!now) hint(t("admin.gone", { name: title }));
}

/** @param {{code?: string}} error */
function unlessRemoved(error) {
  if (error.code !== "unknown_plugin") throw error;
  return null;
}

/** @param {string} name */
async function open(name) {
  state.opened = state.opened?.name === name ? null : { name };
  await load();
}

/**
 * Changes a plugin, after a question: each change concerns everybody who uses it.
 * @param {"POST" | "DELETE"} method
 * @param {string} path
 * @param {{question: string, yes: string, danger?: boolean, body?: object}} how
 */
async function change(method, path, { question, yes, danger = true, body }) {
  state.isChanging = true;
  if (await ask(question, yes, danger)) {
    await attempt(async () => {
      const done = await hezi.call(method, `/api/admin/plugins/${path}`, body);
      hint((done.swap && swapText(done.swap)) || t("admin.done"));
    });
    await load();
  }
  state.isChanging = false;
}

// A file that falls beside its place is not opened instead of this page.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
followBuildNowAndThen(hezi, () => isBusy() || state.isSignedOut);
setInterval(() => document.hidden || state.isOver || load(), LOOK_MS);
// Whoever has signed in again in another tab comes back to where they were.
document.addEventListener("visibilitychange", () => state.isSignedOut && !document.hidden && load());
load();
