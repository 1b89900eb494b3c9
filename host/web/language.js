// The switch between the languages.

import { html, nothing } from "./render.js";
import { LANGUAGES, chooseLanguage, currentLanguage, t } from "./texts.js";

export function languageSwitch() {
  return html`<div class="row" role="group" aria-label=${t("language")}>${LANGUAGES.map(({ tag, name }) => html`<button lang=${tag}
    class=${tag === currentLanguage() ? "chip pressed" : "chip"} aria-current=${tag === currentLanguage() ? "true" : nothing} @click=${() => chooseLanguage(tag)}>${name}</button>`)}</div>`;
}
