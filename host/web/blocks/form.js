// Fields and a button that sends an action. What was typed stays as long as the form is the same one, whatever moves around it.

import { html, nothing } from "../render.js";
import { drawInput, isComplete, presetOf } from "../inputs.js";
import { t } from "../texts.js";
import { isShown } from "./audience.js";

/** @typedef {import("../inputs.js").Field} Field */
/** @typedef {{id?: string, wrap?: string, fields: Field[], submit: string, shown_to?: string, audience?: string}} Form */

/**
 * @param {Form} block
 * @param {import("../blocks.js").Surroundings} around
 */
export default function form(block, around) {
  if (!isShown(block, around) || !around.open) return nothing;
  const key = block.id ?? `${block.wrap ?? ""}/${block.fields.map((field) => field.name).join()}`;
  const { acting } = around;
  const values = acting.values(key);
  for (const field of block.fields) if (!(field.name in values)) values[field.name] = presetOf(field);
  const send = () => acting.act(key, action(block, values), () => acting.forget(key));
  const doing = acting.doing(key);
  const change = (/** @type {Field} */ field, /** @type {unknown} */ value) => {
    values[field.name] = value;
    acting.changed();
    if (isOneTap(block) && isComplete(field, value)) send();
  };
  return html`<form class="form" novalidate @submit=${(/** @type {Event} */ event) => submit(event, send)}>
    ${block.fields.map((field) => drawField(field, values[field.name], `${around.activity}-${key}`, (value) => change(field, value), doing))}
    ${acting.refusal(key) ? html`<p class="refusal" role="alert">${acting.refusal(key)}</p>` : nothing}
    ${isOneTap(block) ? nothing : html`<button class="button wide" ?disabled=${doing || !block.fields.every((field) => isComplete(field, values[field.name]))}>${doing ? t("acting.sending") : block.submit}</button>`}
  </form>`;
}

/**
 * A form of one required choice of one, or one rating, is answered by the tap itself.
 * @param {Form} block
 */
function isOneTap(block) {
  if (block.fields.length !== 1) return false;
  const [{ input, required = true }] = block.fields;
  return required && (input.type === "rating" || (input.type === "choice" && input.max === 1));
}

/**
 * @param {Event} event
 * @param {() => void} send
 */
function submit(event, send) {
  event.preventDefault();
  send();
}

/**
 * @param {Field} field
 * @param {unknown} value
 * @param {string} prefix
 * @param {(value: unknown) => void} change
 * @param {boolean} doing
 */
function drawField(field, value, prefix, change, doing) {
  if (field.input.type === "hidden") return nothing;
  const name = `${prefix}-${field.name}`;
  return html`<fieldset class="field" ?disabled=${doing}>
    <legend class="field-label" dir="auto">${field.label}</legend>
    ${field.help ? html`<p class="field-help" dir="auto">${field.help}</p>` : nothing}
    ${drawInput(field, value, name, change)}
  </fieldset>`;
}

/**
 * The action that the form sends: one member a field, a path with dots makes objects within it.
 * @param {Form} block
 * @param {Record<string, unknown>} values
 */
export function action(block, values) {
  /** @type {Record<string, any>} */
  const object = {};
  for (const field of block.fields) {
    const value = values[field.name];
    if (value === undefined || value === "" || (Array.isArray(value) && !value.length)) continue;
    const path = field.name.split(".");
    const last = /** @type {string} */ (path.pop());
    let place = object;
    for (const part of path) place = place[part] ??= {};
    place[last] = value;
  }
  return block.wrap ? { [block.wrap]: object } : object;
}
