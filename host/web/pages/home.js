// Where meetings are found and made: the number to join on top, then a new one, then mine.

import { attempt } from "../attempt.js";
import { newId } from "../client/hezi-client.js";
import { followBuildNowAndThen } from "../build.js";
import { languageSwitch } from "../language.js";
import { momentOf } from "../moments.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { numberIn, prepareScanner } from "../home/scanner.js";
import { dayAndTime, t } from "../texts.js";

const DIGITS = 5;
/** Meetings of mine that come at a time, and how many there are before it is worth while to look for one. */
const PAGE = 20;
const SEEK_FROM = 8;
const { hezi, paint } = openPage(template, { title: () => t("brand") });
const state = {
  /** @type {{id: string, name: string, admin: boolean} | null} */
  me: null,
  /** @type {any[] | null} */
  mine: null,
  /** Where the list of mine goes on, and what is looked for in it. */
  next: "",
  sought: "",
  number: "",
  key: newId(),
  making: false,
  refusal: "",
  /** @type {(() => void) | null} */
  scan: null,
};

function template() {
  return html`<header class="brand"><h1>${t("brand")}</h1>${state.me ? html`<p class="quiet">${t("home.hello", { name: state.me.name })}</p>` : nothing}</header>
    <main class="stack home-main">
      ${joinTemplate()}
      ${newTemplate()}
      ${mineTemplate()}
    </main>
    <footer class="home-foot">${languageSwitch()}
      <div class="row">${state.me?.admin ? html`<a class="button quiet-button small-button" href="/admin">${t("admin")}</a>` : nothing}
      <button class="button quiet-button small-button" @click=${signOut}>${t("home.sign_out")}</button></div></footer>`;
}

function joinTemplate() {
  const go = (/** @type {string} */ number) => number.length === DIGITS && location.assign(`/c/${number}`);
  const typed = (/** @type {Event} */ event) => {
    // What an input method is still at is left alone until it is done.
    if (/** @type {InputEvent} */ (event).isComposing) return;
    const field = /** @type {HTMLInputElement} */ (event.target);
    field.value = (numberIn(field.value.trim()) ?? field.value.normalize("NFKC").replace(/\D/g, "")).slice(0, DIGITS);
    state.number = field.value;
    paint();
    go(field.value);
  };
  return html`<section class="card join"><h2><label for="number">${t("home.join")}</label></h2>
    <form class="stack" @submit=${(/** @type {Event} */ event) => (event.preventDefault(), go(state.number))}>
      <input class="number-input tabular" id="number" inputmode="numeric" autocomplete="off" placeholder="00000" aria-describedby="number-help" @input=${typed} @compositionend=${typed}>
      <p class="quiet" id="number-help">${t("home.join_help")}</p>
      <button class="button wide" ?disabled=${state.number.length !== DIGITS}>${t("home.enter")}</button>
      ${state.scan ? html`<button type="button" class="button quiet-button wide" @click=${state.scan}>${t("home.scan")}</button>` : nothing}
    </form></section>`;
}

function newTemplate() {
  return html`<section class="card"><h2>${t("home.new")}</h2>
    <form class="stack" @submit=${make}>
      <label class="field"><span class="field-label">${t("home.title")}</span>
        <input class="input" name="title" maxlength="120" required dir="auto" placeholder=${t("home.title_example")}></label>
      <label class="tick"><input type="checkbox" name="guests"> <span>${t("home.guests")}</span></label>
      <details class="later"><summary>${t("home.more")}</summary><div class="stack">
        <label class="field"><span class="field-label">${t("about.description")}</span><textarea class="input" name="description" rows="3" maxlength="2000" dir="auto"></textarea></label>
        <label class="field"><span class="field-label">${t("about.starts_at")}</span><input class="input" type="datetime-local" name="starts_at"></label>
        <label class="tick"><input type="checkbox" name="private"> <span>${t("meet.private")}</span></label></div></details>
      ${state.refusal ? html`<p class="refusal" role="alert">${state.refusal}</p>` : nothing}
      <button class="button quiet-button wide" aria-disabled=${state.making}>${t("home.make")}</button>
    </form></section>`;
}

function mineTemplate() {
  const { mine } = state;
  if (!mine?.length && !state.sought) return nothing;
  return html`<section class="stack-close"><h2>${t("home.mine")}</h2>
    ${state.next || state.sought || (mine ?? []).length >= SEEK_FROM ? html`<label class="unseen" for="seek">${t("home.seek")}</label>
      <input class="input" id="seek" type="search" maxlength="120" placeholder=${t("home.seek")} @change=${seek}>` : nothing}
    ${mine?.length ? nothing : html`<p class="quiet">${t("home.none")}</p>`}
    <ul class="stack-close">${(mine ?? []).map((one) => html`<li><a class="meeting" href=${`/c/${one.state === "open" ? one.number : one.id}`}>
      <span class="grow"><strong dir="auto">${one.title}</strong><span class="quiet"><bdi>${one.owner.name}</bdi> · ${one.starts_at ? t("home.starts", { time: dayAndTime(one.starts_at) }) : dayAndTime(one.created_at)}</span></span>
      <span class=${one.state === "open" ? "pill live tabular" : "pill"}>${one.state === "open" ? one.number : t("phase.closed")}</span></a></li>`)}</ul>
    ${state.next ? html`<button class="button quiet-button" @click=${() => loadMine(state.next)}>${t("home.older")}</button>` : nothing}</section>`;
}

/** @param {Event} event */
function seek(event) {
  state.sought = /** @type {HTMLInputElement} */ (event.target).value.trim();
  loadMine("");
}

/**
 * My meetings, from the newest or behind those that are here.
 * @param {string} before
 */
async function loadMine(before) {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before ? { before } : {}), ...(state.sought ? { q: state.sought } : {}) });
  await attempt(async () => {
    const { conferences, next = "" } = await hezi.call("GET", `/api/conferences?${query}`);
    Object.assign(state, { mine: before ? [...(state.mine ?? []), ...conferences] : conferences, next });
  });
  paint();
}

/** @param {SubmitEvent} event */
async function make(event) {
  event.preventDefault();
  if (state.making) return;
  const form = /** @type {HTMLFormElement} */ (event.target);
  const given = new FormData(form);
  Object.assign(state, { making: true, refusal: "" });
  paint();
  try {
    const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
    const body = {
      title: text("title"),
      guests: given.has("guests"),
      private: given.has("private"),
      ...(text("description") ? { description: text("description") } : {}),
      ...(text("starts_at") ? { starts_at: momentOf(text("starts_at")) } : {}),
    };
    const made = await hezi.call("POST", "/api/conferences", body, { key: state.key });
    location.assign(`/c/${made.number}`);
  } catch (error) {
    const { code } = /** @type {{code?: string}} */ (error);
    if (code !== "offline") state.key = newId();
    Object.assign(state, { making: false, refusal: sentence(error) });
    paint();
  }
}

async function signOut() {
  if (await attempt(() => hezi.call("POST", "/auth/logout"))) location.assign("/auth/login");
}

async function start() {
  paint();
  await attempt(async () => {
    [state.me] = await Promise.all([hezi.me(), loadMine("")]);
  });
  paint();
  state.scan = await prepareScanner(hezi);
  paint();
}

/** Somebody has begun to type a number or a meeting, or waits for it. */
function isBusy() {
  const fields = [...document.querySelectorAll("input, textarea")];
  return state.making || fields.some((field) => /** @type {HTMLInputElement} */ (field).type !== "checkbox" && /** @type {HTMLInputElement} */ (field).value !== "");
}

followBuildNowAndThen(hezi, isBusy);
start();
