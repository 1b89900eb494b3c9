// The switch between the languages.

import { html } from "./render.js";
import { LANGUAGES, chooseLanguage, currentLanguage, t } from "./texts.js";

export function languageSwitch() {
  return html`<div class="row" role="group" aria-label=${t("language")}>${LANGUAGES.map(({ tag, name }) => html`<button lang=${tag}
    class=${tag === currentLanguage() ? "chip pressed" : "chip"} aria-pressed=${tag === currentLanguage() ? "true" : "false"} @click=${() => chooseLanguage(tag)}>${name}</button>`)}</div>`;
}
