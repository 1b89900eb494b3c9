// Draws one field of a form that was made out of a JSON Schema, and what is inside of it.

import { html, live, nothing } from "../render.js";
import { t } from "../texts.js";
import { initial, kindOf, labelOf, propertiesOf, resolve } from "./schema.js";

/** A text that may be longer than this gets several lines. */
const ONE_LINE_MAX = 240;

/**
 * @typedef {object} Form
 * @property {import("./schema.js").Schema} root
 * @property {Map<string, import("./schema.js").Label>} labels
 * @property {Map<string, string>} refusals by the JSON pointer of the value
 * @property {() => void} changed
 *
 * @typedef {object} Place
 * @property {string} name
 * @property {string} pointer of the value
 * @property {string} schemaPointer of the schema
 * @property {boolean} required
 */

/** @type {Record<string, (form: Form, schema: any, value: any, place: Place, set: (value: any) => void) => unknown>} */
const KINDS = { object, list, choice, text, number, toggle, json };

/**
 * @param {Form} form
 * @param {import("./schema.js").Schema} part
 * Several fields may change before the form is drawn again: each changes what there is then, and not what was drawn.
 *
 * @param {any} value
 * @param {Place} place
 * @param {(update: (value: any) => any) => void} set
 */
export function drawField(form, part, value, place, set) {
  const schema = resolve(part, form.root);
  const kind = kindOf(schema);
  const change = (/** @type {any} a value, or how the present one changes */ next) => {
    form.refusals.delete(place.pointer);
    set(typeof next === "function" ? next : () => next);
    form.changed();
  };
  return KINDS[kind](form, schema, value, place, change);
}

/** What stands around every single field. */
/** @param {Form} form @param {any} schema @param {Place} place @param {unknown} input */
function framed(form, schema, place, input) {
  const { title, help } = labelOf(schema, place.schemaPointer, place.name, form.labels);
  const refusal = form.refusals.get(place.pointer);
  return html`<div class="field">
    <label class="field-label" for=${idOf(place)} dir="auto">${title}${place.required ? nothing : html` <span class="quiet">${t("form.optional")}</span>`}</label>
    ${help ? html`<p class="field-help" dir="auto">${help}</p>` : nothing}
    ${input}
    ${refusal ? html`<p class="field-refusal" role="alert" id=${`${idOf(place)}-refusal`}>${refusal}</p>` : nothing}
  </div>`;
}

/** @param {Place} place */
function idOf(place) {
  return `config${place.pointer.replaceAll("/", "-")}`;
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function text(form, schema, value, place, change) {
  const read = (/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).value);
  const invalid = form.refusals.has(place.pointer) ? "true" : "false";
  const most = schema.maxLength ?? 4_000;
  const input = most > ONE_LINE_MAX
    ? html`<textarea class="input" id=${idOf(place)} rows="3" maxlength=${most} dir="auto" aria-invalid=${invalid} .value=${live(value ?? "")} @input=${read}></textarea>`
    : html`<input class="input" id=${idOf(place)} maxlength=${most} dir="auto" autocomplete="off" aria-invalid=${invalid} .value=${live(value ?? "")} @input=${read}>`;
  return framed(form, schema, place, input);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function number(form, schema, value, place, change) {
  const read = (/** @type {Event} */ event) => {
    const typed = /** @type {HTMLInputElement} */ (event.target).valueAsNumber;
    change(Number.isNaN(typed) ? undefined : typed);
  };
  const step = schema.type === "integer" ? "1" : "any";
  return framed(form, schema, place, html`<input class="input" id=${idOf(place)} type="number" inputmode=${step === "1" ? "numeric" : "decimal"}
    step=${step} min=${schema.minimum ?? ""} max=${schema.maximum ?? ""} aria-invalid=${form.refusals.has(place.pointer) ? "true" : "false"}
    .value=${live(value === undefined || value === null ? "" : String(value))} @input=${read}>`);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function choice(form, schema, value, place, change) {
  const pick = (/** @type {Event} */ event) => change(schema.enum[/** @type {HTMLSelectElement} */ (event.target).selectedIndex]);
  return framed(form, schema, place, html`<select class="input" id=${idOf(place)} @change=${pick}>
    ${schema.enum.map((/** @type {any} */ one, /** @type {number} */ at) => html`<option ?selected=${one === value}>${schema.labels?.[at] ?? String(one)}</option>`)}</select>`);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function toggle(form, schema, value, place, change) {
  const { title, help } = labelOf(schema, place.schemaPointer, place.name, form.labels);
  return html`<div class="field"><label class="tick"><input type="checkbox" role="switch" id=${idOf(place)} .checked=${live(Boolean(value))}
    @change=${(/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).checked)}><span dir="auto">${title}</span></label>
    ${help ? html`<p class="field-help" dir="auto">${help}</p>` : nothing}</div>`;
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function json(form, schema, value, place, change) {
  const read = (/** @type {Event} */ event) => {
    try {
      change(JSON.parse(/** @type {HTMLTextAreaElement} */ (event.target).value));
    } catch {
      form.refusals.set(place.pointer, t("form.no_json"));
      form.changed();
    }
  };
  return framed(form, schema, place, html`<textarea class="input" id=${idOf(place)} rows="3" spellcheck="false" @change=${read}>${value === undefined ? "" : JSON.stringify(value)}</textarea>`);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function object(form, schema, value, place, change) {
  const required = new Set(schema.required ?? []);
  const now = value ?? {};
  return html`<div class="stack">${propertiesOf(schema).map(([name, part]) => drawField(form, part, now[name], {
    name,
    pointer: `${place.pointer}/${name}`,
    schemaPointer: `${place.schemaPointer}/properties/${name}`,
    required: required.has(name),
  }, (update) => change((/** @type {any} */ then) => ({ ...then, [name]: update(then?.[name]) }))))}</div>`;
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function list(form, schema, value, place, change) {
  const items = /** @type {any[]} */ (value ?? []);
  const { title, help } = labelOf(schema, place.schemaPointer, place.name, form.labels);
  const refusal = form.refusals.get(place.pointer);
  const least = schema.minItems ?? 0;
  const changed = (/** @type {(then: any[]) => any[]} */ update) => change((/** @type {any} */ then) => update(then ?? []));
  const replaced = (/** @type {number} */ at, /** @type {(value: any) => any} */ update) => changed((then) => then.map((one, other) => (other === at ? update(one) : one)));
  const moved = (/** @type {number} */ at) => changed((then) => then.map((one, other) => (other === at ? then[at - 1] : other === at - 1 ? then[at] : one)));
  return html`<fieldset class="field"><legend class="field-label" dir="auto">${title}</legend>
    ${help ? html`<p class="field-help" dir="auto">${help}</p>` : nothing}
    <ul class="stack-close">${items.map((item, at) => html`<li class=${kindOf(resolve(schema.items, form.root)) === "object" ? "list-item" : "list-item single"}>
      <div class="grow list-item-fields">${drawField(form, schema.items, item, {
        name: t("form.item", { count: at + 1 }),
        pointer: `${place.pointer}/${at}`,
        schemaPointer: `${place.schemaPointer}/items`,
        required: true,
      }, (update) => replaced(at, update))}</div>
      <div class="list-item-tools"><button type="button" class="icon-button" ?disabled=${at === 0} aria-label=${t("form.up", { count: at + 1 })} @click=${() => moved(at)}>↑</button>
      <button type="button" class="icon-button" ?disabled=${items.length <= least} aria-label=${t("form.remove", { count: at + 1 })} @click=${() => changed((then) => then.filter((_, other) => other !== at))}>×</button></div>
    </li>`)}</ul>
    ${refusal ? html`<p class="field-refusal" role="alert">${refusal}</p>` : nothing}
    <button type="button" class="button quiet-button small-button" ?disabled=${items.length >= (schema.maxItems ?? Infinity)}
      @click=${() => changed((then) => [...then, initial(schema.items, form.root)])}>+ ${t("form.add")}</button>
  </fieldset>`;
}
