// Draws one field of a form that was made out of a JSON Schema, and what is inside of it.

import { html, live, nothing, onceDrawn } from "../render.js";
import { t } from "../texts.js";
import { among, followed } from "./pick.js";
import { offerBack } from "./removed.js";
import { begun, initial, isAsked, kindOf, labelOf, propertiesOf, resolve } from "./schema.js";
import { inputOf, unitOf } from "./unit.js";
import { shownAs, typed } from "../inputs/typed.js";

/** A text that may be longer than this gets several lines. */
const ONE_LINE_MAX = 240;

/**
 * @typedef {object} Form
 * @property {import("./schema.js").Schema} root
 * @property {any} value
 * @property {Map<string, string>} refusals by the JSON pointer of the value
 * @property {import("./removed.js").Shift[]} shifts
 * @property {(pointer: string, moved: Moved) => void} moved
 * @property {() => void} changed
 *
 * @typedef {object} Place
 * @property {string} name
 * @property {string} pointer of the value
 * @property {boolean} required
 */

/** @typedef {(at: number) => number | ""} Moved where the item of a place in a list is now, if it is still there */

/** @type {Record<string, (form: Form, schema: any, value: any, place: Place, change: (value: any, moved?: Moved) => void) => unknown>} */
const KINDS = { object, list, choice, text, number, toggle, json };

/**
 * Several fields may change before the form is drawn again: each changes what there is then, and not what was drawn.
 *
 * @param {Form} form
 * @param {import("./schema.js").Schema} part
 * @param {any} value
 * @param {Place} place
 * @param {(update: (value: any) => any, moved?: Moved) => void} set
 */
export function drawField(form, part, value, place, set) {
  const schema = resolve(part, form.root);
  const kind = kindOf(schema);
  const change = (/** @type {any} a value, or how the present one changes */ next, /** @type {Moved | undefined} */ moved) => {
    form.refusals.delete(place.pointer);
    set(typeof next === "function" ? next : () => next, moved);
    form.changed();
  };
  return KINDS[kind](form, schema, value, place, change);
}

/** What stands around every single field. */
/** @param {Form} form @param {any} schema @param {Place} place @param {unknown} input */
function framed(form, schema, place, input) {
  const { title, help } = labelOf(schema, place.name);
  // What has a default, and what is picked, is never empty: there is nothing to say of that.
  const mayBeEmpty = !place.required && schema.default === undefined && kindOf(schema) !== "choice";
  return html`<div class="field">
    <label class="field-label" for=${idOf(place)} dir="auto">${title}${mayBeEmpty ? html` <span class="quiet">${t("form.optional")}</span>` : nothing}</label>
    ${helpOf(help, place)}
    ${input}
    ${refusalOf(form, place)}
  </div>`;
}

/** @param {Form} form @param {Place} place */
function refusalOf(form, place) {
  const refusal = form.refusals.get(place.pointer);
  return refusal ? html`<p class="field-refusal" id=${`${idOf(place)}-refusal`}>${refusal}</p>` : nothing;
}

/** @param {string} help @param {Place} place */
function helpOf(help, place) {
  return help ? html`<p class="field-help" id=${`${idOf(place)}-help`} dir="auto">${help}</p>` : nothing;
}

/** What an input is tied to: what to put in, and what was wrong with it. */
/** @param {Form} form @param {any} schema @param {Place} place */
function describedBy(form, schema, place) {
  const { help } = labelOf(schema, place.name);
  return [help && "help", form.refusals.has(place.pointer) && "refusal"].filter(Boolean).map((part) => `${idOf(place)}-${part}`).join(" ") || nothing;
}

/** Whether what stands in it was refused, as an attribute says it. */
/** @param {Form} form @param {Place} place */
function invalidity(form, place) {
  return form.refusals.has(place.pointer) ? "true" : "false";
}

/** @param {Place} place */
function idOf(place) {
  return `config${place.pointer.replaceAll("/", "-")}`;
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function text(form, schema, value, place, change) {
  const read = (/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).value);
  const invalid = invalidity(form, place);
  const described = describedBy(form, schema, place);
  const most = schema.maxLength ?? 4_000;
  const input = most > ONE_LINE_MAX
    ? html`<textarea class="input" id=${idOf(place)} rows="3" maxlength=${most} dir="auto" aria-invalid=${invalid} aria-describedby=${described} .value=${live(value ?? "")} @input=${read}></textarea>`
    : html`<input class="input" id=${idOf(place)} maxlength=${most} dir="auto" autocomplete="off" aria-invalid=${invalid} aria-describedby=${described} .value=${live(value ?? "")} @input=${read}>`;
  return framed(form, schema, place, input);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function number(form, schema, value, place, change) {
  const draw = inputOf(schema);
  const field = { id: idOf(place), invalid: invalidity(form, place), described: describedBy(form, schema, place) };
  if (draw) return framed(form, schema, place, draw(schema, value, field, change));
  const { scale, name } = unitOf(schema);
  const isWhole = schema.type === "integer";
  const read = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    typed(field.id, input.value);
    const counted = input.valueAsNumber * scale;
    // A hundredth of something is no exact number; what comes of it is rounded where it has to be whole and was scaled.
    change(Number.isNaN(counted) ? undefined : isWhole && scale > 1 ? Math.round(counted) : counted);
  };
  const inUnits = (/** @type {number | null | undefined} */ of) => (of === undefined || of === null ? undefined : of / scale);
  const step = isWhole ? String(1 / scale) : "any";
  const input = html`<input class="input" id=${field.id} type="number" inputmode=${step === "1" ? "numeric" : "decimal"}
    step=${step} min=${inUnits(schema.minimum) ?? ""} max=${inUnits(schema.maximum) ?? ""} aria-invalid=${field.invalid} aria-describedby=${field.described}
    .value=${live(shownAs(field.id, inUnits(value)))} @input=${read}>`;
  return framed(form, schema, place, name() ? html`<div class="row unit-row">${input}<span>${name()}</span></div>` : input);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function choice(form, schema, value, place, change) {
  /** @type {any[]} what may be left open begins with nothing picked */
  const empty = place.required || schema.default !== undefined ? [] : [undefined];
  const pick = (/** @type {Event} */ event) => change([...empty, ...schema.enum][/** @type {HTMLSelectElement} */ (event.target).selectedIndex]);
  return framed(form, schema, place, html`<select class="input" id=${idOf(place)} aria-invalid=${invalidity(form, place)} aria-describedby=${describedBy(form, schema, place)} @change=${pick}>
    ${empty.map(() => html`<option .selected=${live(value === undefined)}>—</option>`)}
    ${schema.enum.map((/** @type {any} */ one, /** @type {number} */ at) => html`<option .selected=${live(one === value)}>${schema.labels?.[at] ?? String(one)}</option>`)}</select>`);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function toggle(form, schema, value, place, change) {
  const { title, help } = labelOf(schema, place.name);
  return html`<div class="field"><label class="tick"><input type="checkbox" role="switch" id=${idOf(place)} aria-invalid=${invalidity(form, place)} aria-describedby=${describedBy(form, schema, place)} .checked=${live(Boolean(value))}
    @change=${(/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).checked)}><span dir="auto">${title}</span></label>
    ${helpOf(help, place)}
    ${refusalOf(form, place)}</div>`;
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
  // A whole form that nobody could draw has no name.
  const name = place.name ? nothing : "JSON";
  return framed(form, schema, place, html`<textarea class="input" id=${idOf(place)} aria-label=${name} rows="3" spellcheck="false" aria-invalid=${invalidity(form, place)} aria-describedby=${describedBy(form, schema, place)} @change=${read}>${value === undefined ? "" : JSON.stringify(value)}</textarea>`);
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any) => void} change */
function object(form, schema, value, place, change) {
  const required = new Set(schema.required ?? []);
  const now = value ?? {};
  const asked = propertiesOf(schema).filter(([name, part]) => isAsked(part, now) || form.refusals.has(`${place.pointer}/${name}`));
  return html`<div class="stack">${place.pointer ? refusalOf(form, place) : nothing}${asked.map(([name, part]) => drawField(form, among(part, now), now[name], {
    name,
    pointer: `${place.pointer}/${name}`,
    required: required.has(name),
  }, (update, moved) => change((/** @type {any} */ then) => ({ ...(moved ? followed(then, schema.properties, name, moved) : then), [name]: update(then?.[name]) }))))}</div>`;
}

/** @param {Form} form @param {any} schema @param {any} value @param {Place} place @param {(value: any, moved?: Moved) => void} change */
function list(form, schema, value, place, change) {
  const items = /** @type {any[]} */ (value ?? begun(schema, form.root));
  const { title, help } = labelOf(schema, place.name);
  const isSingle = kindOf(resolve(schema.items, form.root)) !== "object";
  const least = schema.minItems ?? 0;
  const changed = (/** @type {(then: any[]) => any[]} */ update, moved = /** @type {Moved | undefined} */ (undefined)) => {
    if (moved) form.moved(place.pointer, moved);
    change((/** @type {any} */ then) => update(then ?? begun(schema, form.root)), moved);
  };
  const replaced = (/** @type {number} */ at, /** @type {(value: any) => any} */ update) => changed((then) => then.map((one, other) => (other === at ? update(one) : one)));
  const move = (/** @type {Event} */ event, /** @type {number} */ at) => {
    const moved = (/** @type {number} */ other) => (other === at ? at - 1 : other === at - 1 ? at : other);
    changed((then) => then.map((_, other) => then[moved(other)]), moved);
    focusSoon(event, at - 1, at > 1 ? ".item-up" : ".input");
  };
  const remove = (/** @type {Event} */ event, /** @type {number} */ at) => {
    const before = form.value;
    changed((then) => then.filter((_, other) => other !== at), (other) => (other === at ? "" : other > at ? other - 1 : other));
    offerBack(form, place.pointer, at, schema.items, before);
    focusSoon(event, Math.min(at, items.length - 2), ".input");
  };
  const add = (/** @type {Event} */ event) => {
    changed((then) => [...then, initial(schema.items, form.root)]);
    focusSoon(event, items.length, ".input");
  };
  const tools = (/** @type {number} */ at) => html`<div class="list-item-tools"><button type="button" class="icon-button item-up" ?disabled=${at === 0} aria-label=${t("form.up", { count: at + 1 })} @click=${(/** @type {Event} */ event) => move(event, at)}>↑</button>
    <button type="button" class="icon-button" ?disabled=${items.length <= least} aria-label=${t("form.remove", { count: at + 1 })} @click=${(/** @type {Event} */ event) => remove(event, at)}>×</button></div>`;
  const item = (/** @type {any} */ one, /** @type {number} */ at) => {
    const name = t("form.item", { count: at + 1 });
    // The item has a name of its own, and none of what it is made of.
    const fields = drawField(form, { ...schema.items, title: name }, one, { name, pointer: `${place.pointer}/${at}`, required: true }, (update) => replaced(at, update));
    if (isSingle) return html`<li class="list-item single"><div class="grow list-item-fields">${fields}</div>${tools(at)}</li>`;
    return html`<li><div class="list-card" role="group" aria-labelledby=${`${idOf(place)}-${at}--title`}>
      <div class="row-apart"><span class="list-card-name" id=${`${idOf(place)}-${at}--title`} dir="auto">${t("form.card", { title, count: at + 1 })}</span>${tools(at)}</div>${fields}</div></li>`;
  };
  return html`<fieldset class="field" aria-describedby=${describedBy(form, schema, place)}><legend class="field-label" dir="auto">${title}</legend>
    ${helpOf(help, place)}
    <ul class="stack-close">${items.map(item)}</ul>
    ${refusalOf(form, place)}
    <button type="button" class="button quiet-button small-button" ?disabled=${items.length >= (schema.maxItems ?? Infinity)} @click=${add}>+ ${t("form.add")}</button>
  </fieldset>`;
}

/**
 * The focus goes to where the hand goes on, once the list is drawn anew: into a new item, with one that was moved, beside one that
 * was removed; where none is left, to what adds one.
 * @param {Event} event in the list
 * @param {number} at
 * @param {string} what
 */
function focusSoon(event, at, what) {
  const field = /** @type {HTMLElement} */ (event.target).closest("fieldset");
  onceDrawn(() => {
    const place = field?.querySelector(":scope > ul")?.children[at]?.querySelector(what) ?? field?.querySelector(":scope > button");
    /** @type {HTMLElement | null | undefined} */ (place)?.focus();
  });
}
