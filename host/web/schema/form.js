// A form made out of a plugin's configuration schema: what was typed, and what the server said of it, beside its field.

import { t } from "../texts.js";
import { drawField } from "./field.js";
import { cleaned, initial } from "./schema.js";

/** How the server names fields that do not fit, in either language: `config/options/0` and what is wrong there; the next one. */
const NAMED = /`config((?:\/[^`/]+)*)`[:：]?\s*([^;；]+)/g;
/** Something is missing, or nothing stands there yet. */
const LACKS = /^(?:lacks|缺少) `([^`]+)`/;
const EMPTY = /^(?:has at least 1 characters|至少 1 个字)$/;
/** How a plugin names one: in front of what it says, `prizes[1].name: why`, or in backticks somewhere. */
const PREFIXED = /^([a-z_][\w.[\]]*):\s+(.+)$/s;
const QUOTED = /`(?:config\.)?([A-Za-z_][\w.[\]]*)`/;

export class SchemaForm {
  /**
   * @param {import("./schema.js").Schema} schema
   * @param {import("./schema.js").Label[]} labels in the reader's language; may be none
   * @param {() => void} changed
   */
  constructor(schema, labels, changed) {
    this.root = schema;
    this.changed = changed;
    this.labels = new Map(labels.map((label) => [label.pointer, label]));
    this.value = initial(schema, schema) ?? {};
    /** @type {Map<string, string>} */
    this.refusals = new Map();
  }

  template() {
    return drawField(this, this.root, this.value, { name: "", pointer: "", schemaPointer: "", required: true }, (update) => {
      this.value = update(this.value);
    });
  }

  /** What is to be sent. */
  config() {
    return cleaned(this.value, this.root, this.root);
  }

  /**
   * Puts what the server said beside the fields that it is about; gives false where no field of the form is meant.
   * @param {string} detail
   */
  refuse(detail) {
    const named = [...detail.matchAll(NAMED)].map(([, pointer, why]) => inWords(pointer, why.trim()));
    const [, path, why] = PREFIXED.exec(detail) ?? [undefined, QUOTED.exec(detail)?.[1], detail];
    const found = named.length ? named : [[pointerOf(path), why]];
    const known = found.filter(([pointer]) => pointer && this.#has(pointer));
    for (const [pointer, why] of known) this.refusals.set(pointer, why);
    this.changed();
    return known.length > 0;
  }

  /** @param {string} pointer */
  #has(pointer) {
    const parts = pointer.slice(1).split("/");
    const last = parts.pop() ?? "";
    const place = parts.reduce((value, part) => value?.[part], /** @type {any} */ (this.value));
    const top = this.root.properties ?? {};
    return (place !== null && typeof place === "object" && last in place) || (parts.length === 0 && last in top);
  }
}

/**
 * What the server says of a field, beside that field: what is missing is said of the field that is.
 * @param {string} pointer
 * @param {string} why
 */
function inWords(pointer, why) {
  const missing = LACKS.exec(why);
  if (missing) return [`${pointer}/${missing[1]}`, t("form.fill")];
  return [pointer, EMPTY.test(why) ? t("form.fill") : why];
}

/**
 * `options[1].name` as a JSON pointer.
 * @param {string | undefined} path
 */
function pointerOf(path) {
  return path ? `/${path.replace(/\]/g, "").split(/[.[]/).join("/")}` : "";
}
