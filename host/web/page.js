// What every page begins with: a server to ask, a place to draw into, the name of its tab, and the reader's language.

import { Hezi } from "./client/hezi-client.js";
import { painter } from "./render.js";
import { currentLanguage } from "./texts.js";

/**
 * @param {() => import("./render.js").Drawn} template
 * @param {{title: () => string | undefined, drawn?: () => void, spoken?: () => void}} page what the tab is called, if it is known
 *   yet; called after each drawing; called when the reader has chosen another language
 */
export function openPage(template, { title, drawn, spoken }) {
  const hezi = new Hezi({ language: currentLanguage() });
  const root = /** @type {HTMLElement} */ (document.getElementById("page"));
  const paint = painter(root, template, () => {
    drawn?.();
    const called = title();
    if (called && called !== document.title) document.title = called;
  });
  document.addEventListener("language", () => {
    hezi.language = currentLanguage();
    spoken?.();
    paint();
  });
  return { hezi, root, paint };
}
