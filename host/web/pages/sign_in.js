// Sign-in in development: a name is enough. An ordinary form, which leads on to where somebody wanted to go.

import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { html, nothing } from "../render.js";
import { currentLanguage, t } from "../texts.js";

const { root, paint } = openPage(template, { title: () => `${t("sign_in")} · ${t("brand")}`, drawn });
/** What was typed before, where it leads to, and why it was refused: a problem document in each language. */
const { name, id, return_to, refusal } = JSON.parse(root.dataset.about ?? "{}");
let isDrawn = false;

function template() {
  return html`<main class="narrow standalone">
      <h1>${t("brand")}</h1>
      <p class="quiet">${t("sign_in.hint")}</p>
      ${elsewhereTemplate()}
      <form class="stack" method="post" action="/auth/login">
        <input type="hidden" name="return_to" value=${return_to}>
        ${fieldTemplate("name", t("sign_in.name"), html`<input class="input" id="name" name="name" value=${name} required maxlength="64" autocomplete="nickname" dir="auto"
          aria-invalid=${isRefused("name")} aria-describedby=${isRefused("name") ? "name-refusal" : nothing}>`)}
        ${fieldTemplate("id", t("sign_in.id"), html`<input class="input" id="id" name="id" value=${id} maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false"
          aria-invalid=${isRefused("id")} aria-describedby=${isRefused("id") ? "id-refusal" : nothing}>`)}
        <button class="button wide">${t("sign_in")}</button>
      </form>
      ${languageSwitch()}
    </main>`;
}

/**
 * @param {string} field
 * @param {string} label
 * @param {unknown} input
 */
function fieldTemplate(field, label, input) {
  return html`<div class="field"><label class="field-label" for=${field}>${label}</label>${input}
    ${refusalsOf(field).map(({ detail }) => html`<p class="field-refusal" role="alert" id=${`${field}-refusal`}>${detail}</p>`)}</div>`;
}

/** What is wrong, where no field is to blame for it. */
function elsewhereTemplate() {
  const { detail = "", errors = [] } = refusal[currentLanguage()] ?? {};
  return detail && !errors.length ? html`<p class="refusal" role="alert">${detail}</p>` : nothing;
}

/**
 * @param {string} field
 * @returns {{detail: string}[]}
 */
function refusalsOf(field) {
  const { errors = [] } = refusal[currentLanguage()] ?? {};
  return errors.filter((/** @type {{pointer: string}} */ { pointer }) => pointer === `/${field}`);
}

/** @param {string} field */
function isRefused(field) {
  return refusalsOf(field).length > 0;
}

/** Whoever comes here types: at first their name, and then something else in the place of what was refused. */
function drawn() {
  if (isDrawn) return;
  isDrawn = true;
  const field = /** @type {HTMLInputElement} */ (document.getElementById(isRefused("id") ? "id" : "name"));
  field.focus();
  field.select();
}

paint();
