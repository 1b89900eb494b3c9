// What somebody took out of a list of a form, and the way back: it comes to its place again, with what was picked of it, whatever
// was typed and moved meanwhile.

import { hint } from "../dialogs.js";
import { t } from "../texts.js";
import { followed } from "./pick.js";
import { initial, resolve } from "./schema.js";

/** @typedef {import("./field.js").Form} Form */
/** @typedef {import("./schema.js").Schema} Schema */
/** @typedef {{pointer: string, moved: import("./field.js").Moved}} Shift the items of a list stand elsewhere now */
/** @typedef {{at: number, item: any, picks: Record<string, number>}} Back what comes back, and what was picked of it beside its list */

/**
 * Says that an item was removed, where something stood in it.
 * @param {Form} form after it was
 * @param {string} pointer of its list
 * @param {number} at
 * @param {Schema} items
 * @param {any} before what stood in the form then
 */
export function offerBack(form, pointer, at, items, before) {
  const steps = stepsOf(pointer);
  const item = valueAt(before, steps)?.[at];
  if (item === undefined || JSON.stringify(item) === JSON.stringify(initial(items, form.root))) return;
  const beside = Object.entries(valueAt(before, steps.slice(0, -1)) ?? {});
  const gone = valueAt(form.value, steps.slice(0, -1));
  const back = { at, item, picks: Object.fromEntries(beside.filter(([name, one]) => one === at && gone?.[name] === "")) };
  const { value: after, shifts: { length: since } } = form;
  hint(t("form.removed", { count: at + 1 }), () => {
    const now = traced(pointer, form.shifts.slice(since));
    if (now === null) return;
    form.value = form.value === after ? before : put(form.root, form.root, form.value, stepsOf(now), back);
    form.moved(now, (/** @type {number} */ other) => madeRoom(other, at));
    form.changed();
  });
}

/** @param {string} pointer */
function stepsOf(pointer) {
  return pointer.split("/").slice(1);
}

/**
 * @param {any} value
 * @param {string[]} steps
 */
function valueAt(value, steps) {
  return steps.reduce((place, step) => place?.[step], value);
}

/**
 * @param {number} other
 * @param {number} at
 */
function madeRoom(other, at) {
  return other >= at ? other + 1 : other;
}

/**
 * Where a list is now, after what moved around it; nowhere where it went along with something.
 * @param {string} pointer
 * @param {Shift[]} shifts
 */
function traced(pointer, shifts) {
  let place = pointer;
  for (const shift of shifts) {
    if (!place.startsWith(`${shift.pointer}/`)) continue;
    const [step, ...rest] = place.slice(shift.pointer.length + 1).split("/");
    const now = shift.moved(Number(step));
    if (now === "") return null;
    place = [shift.pointer, now, ...rest].join("/");
  }
  return place;
}

/**
 * The value of a form, or of a part of it, with the item in its list again.
 * @param {Schema} part
 * @param {Schema} root
 * @param {any} value
 * @param {string[]} steps to the list
 * @param {Back} back
 * @returns {any}
 */
function put(part, root, value, steps, back) {
  if (!steps.length) return [...value.slice(0, back.at), back.item, ...value.slice(back.at)];
  const schema = resolve(part, root);
  const [step, ...rest] = steps;
  if (Array.isArray(value)) return value.map((one, at) => (at === Number(step) ? put(schema.items, root, one, rest, back) : one));
  const list = put(schema.properties[step], root, value[step], rest, back);
  if (rest.length) return { ...value, [step]: list };
  const picks = Object.entries(back.picks).filter(([name]) => value[name] === "");
  return { ...followed(value, schema.properties, step, (other) => madeRoom(other, back.at)), ...Object.fromEntries(picks), [step]: list };
}
