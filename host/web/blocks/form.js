// Fields and a button that sends an action. What was typed stays until it was taken, whatever moves around it.
//
// Invariants:
// * A refusal is one alert, however many fields it is about: what is said of each is tied to it, and the cursor is led there.

import { html, nothing } from "../render.js";
import { agreed } from "./agreed.js";
import { drawInput, isComplete, isOne, onlyOf, presetOf } from "../inputs.js";
import { leadToRefused } from "../refused.js";
import { t } from "../texts.js";
import { isForEveryone, isShown } from "./audience.js";

/** @typedef {import("../inputs.js").Field} Field */
/** @typedef {{id: string, wrap?: string, fields: Field[], submit: string, shown_to?: string, confirm?: string}} Form */

/** Whether the key that was pressed last is one that only walks. */
let byArrow = false;

/**
 * @param {Form} block
 * @param {import("../blocks.js").Dependencies} around
 */
export default function form(block, around) {
  if (around.watchOnly && around.open && isForEveryone(block)) return readOut(block);
  if (!isShown(block, around) || !around.open) return nothing;
  const { id: key } = block;
  const { acting } = around;
  const id = `${around.activity}-${key}`;
  // What the view has in a field stands there until something else was typed.
  // Where a choice is all that is asked for it is the decision itself, and nobody's but the reader's.
  const first = (/** @type {Field} */ field) => presetOf(field) ?? (block.fields.length > 1 ? onlyOf(field) : undefined);
  const now = () => ({ ...Object.fromEntries(block.fields.map((field) => [field.name, first(field)])), ...acting.values(key) });
  const values = now();
  const send = async () => {
    if (!(await agreed(block.confirm, block.submit))) return;
    const from = document.activeElement;
    await acting.act(key, action(block, now()));
    leadToRefused(id, from);
  };
  const doing = acting.doing(key);
  const change = (/** @type {Field} */ field, /** @type {unknown} */ next) => {
    // What is on its way is not another by a second tap.
    if (acting.doing(key)) return acting.changed();
    const value = typeof next === "function" ? next(now()[field.name]) : next;
    acting.type(key, field.name, value);
    if (isOneTap(block) && !byArrow && isComplete(field, value)) send();
  };
  // Arrows walk through choices, and walking is no answer: whoever does that sends with the button.
  const hasButton = !isOneTap(block) || (block.fields[0].name in acting.values(key) && !doing);
  const missing = hasButton && !doing ? block.fields.find((field) => !isComplete(field, values[field.name])) : undefined;
  // Of the only field there is nothing to be said.
  const says = missing && block.fields.length > 1 ? `${id}-missing` : undefined;
  const { beside, below } = refusalOf(acting.refusal(key), block);
  return html`<form class="form" id=${id} novalidate @submit=${(/** @type {Event} */ event) => submit(event, send)}
    @keydown=${(/** @type {KeyboardEvent} */ event) => (byArrow = event.key.startsWith("Arrow"))} @pointerdown=${() => (byArrow = false)}>
    ${block.fields.map((field) => drawField(field, values[field.name], id, (value) => change(field, value), doing, beside.get(field.name) ?? "", !below))}
    ${below ? html`<p class="refusal" role="alert">${below}</p>` : nothing}
    ${isOneTap(block) && doing ? html`<p class="quiet" role="status">${t("acting.sending")}</p>` : nothing}
    ${isWritten(block) && acting.wasReceived(key) ? html`<p class="quiet" aria-hidden="true">✓ ${t("said.taken")}</p>` : nothing}
    ${says ? html`<p class="quiet" id=${says} dir="auto">${t("acting.missing", { name: missing?.label ?? "" })}</p>` : nothing}
    ${!hasButton ? nothing : html`<button class="button wide" ?disabled=${missing} aria-disabled=${doing} aria-describedby=${says ?? nothing}>${doing ? t("acting.sending") : block.submit}</button>`}
  </form>`;
}

/**
 * What there is to choose from, where nobody can: on the wall.
 * @param {Form} block
 */
function readOut({ fields }) {
  if (fields.length !== 1 || fields[0].input.type !== "choice") return nothing;
  return html`<ul class="read-out">${fields[0].input.choices.map((/** @type {import("../inputs.js").Choice} */ { label }) => html`<li dir="auto">${label}</li>`)}</ul>`;
}

/**
 * What a refusal says of fields of the form is shown beside them; a refusal that is about something else, too, below all of them.
 * @param {import("../room/acting.js").Refusal | undefined} refusal
 * @param {Form} block
 */
function refusalOf(refusal, block) {
  /** @type {Map<string, string>} */
  const beside = new Map();
  const fields = refusal?.fields ?? [];
  for (const { pointer, detail } of fields) {
    const path = pointer.split("/").filter((part) => part && part !== block.wrap && !/^\d+$/.test(part));
    const field = block.fields.find(({ name }) => name === path.join(".") || name.split(".").pop() === path[0]);
    if (field) beside.set(field.name, detail);
  }
  // The only field says it itself.
  const above = block.fields.length > 1 ? t("form.see_above") : "";
  return { beside, below: beside.size && beside.size === fields.length ? above : (refusal?.text ?? "") };
}

/**
 * Whether somebody writes into it: where their words go may not be seen, as with a question that waits for review.
 * @param {Form} block
 */
function isWritten(block) {
  return block.fields.some(({ input }) => input.type === "text");
}

/**
 * A form of one required choice of one, or one rating, is answered by the tap itself. Not where it is for organizers: what they
 * decide concerns everybody, and waits for its button.
 * @param {Form} block
 */
function isOneTap(block) {
  if (block.fields.length !== 1 || !isForEveryone(block)) return false;
  const [{ input, required }] = block.fields;
  return required && (input.type === "rating" || (input.type === "choice" && input.max === 1));
}

/**
 * @param {Event} event
 * @param {() => unknown} send
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
 * @param {string} refusal
 * @param {boolean} isAlone whether nothing else says that there is one
 */
function drawField(field, value, prefix, change, doing, refusal, isAlone) {
  if (field.input.type === "hidden") return nothing;
  const name = `${prefix}-${field.name}`.replace(/\s/g, "_");
  // Said of the input where it is one, and of all of them where they are several.
  const isMany = field.input.type === "choice" && field.input.max !== 1;
  const described = [field.help && "help", isMany && "max", refusal && "refusal"].filter(Boolean).map((part) => `${name}-${part}`).join(" ") || nothing;
  return html`<fieldset class="field" ?disabled=${doing} aria-describedby=${isOne(field) ? nothing : described}>
    <legend class="field-label" dir="auto">${field.label}</legend>
    ${field.help ? html`<p class="field-help" id=${`${name}-help`} dir="auto">${field.help}</p>` : nothing}
    ${drawInput(field, value, name, change, described, refusal ? "true" : nothing)}
    ${refusal ? html`<p class="field-refusal" role=${isAlone ? "alert" : nothing} id=${`${name}-refusal`}>${refusal}</p>` : nothing}
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
