// A form made out of a plugin's configuration schema: what was typed, and what the server said of it, beside its field.

import { fieldNamed } from "../problems.js";
import { t } from "../texts.js";
import { drawField } from "./field.js";
import { cleaned, initial, kindOf, resolve } from "./schema.js";

/** How the server names fields that do not fit, in either language: `config/options/0` and what is wrong there; the next one. */
const NAMED = /`config((?:\/[^`/]+)*)`[:：]?\s*([^;；]+)/g;
/** Something is missing, or nothing stands there yet. */
const LACKS = /^(?:lacks|缺少) `([^`]+)`/;
const EMPTY = /^(?:has at least 1 characters|至少 1 个字)$/;
/** How a plugin names one, if not in front of what it says: in backticks somewhere. */
const QUOTED = /`(?:config\.)?([A-Za-z_][\w.[\]]*)`/;

export class SchemaForm {
  /**
   * @param {import("./schema.js").Schema} schema
   * @param {() => void} changed
   */
  constructor(schema, changed) {
    this.root = schema;
    this.changed = changed;
    this.value = initial(schema, schema) ?? {};
    /** @type {Map<string, string>} */
    this.refusals = new Map();
  }

  template() {
    return drawField(this, this.root, this.value, { name: "", pointer: "", required: true }, (update) => {
      this.value = update(this.value);
    });
  }

  /** What is to be sent. */
  config() {
    return cleaned(this.value, this.root, this.root);
  }

  /**
   * Puts what the server said beside the fields that it is about; gives what is to be said below the form: where no field is
   * meant, why, without the path that only a program can read.
   * @param {string} detail
   */
  refuse(detail) {
    const named = [...detail.matchAll(NAMED)].map(([, pointer, why]) => inWords(pointer, why.trim()));
    const { path, why } = fieldNamed(detail);
    const said = named.length ? named : [[pointerOf(path || QUOTED.exec(detail)?.[1]), why]];
    const lost = [];
    for (const [pointer, why] of said) {
      const place = pointer && this.#drawn(pointer);
      if (place) this.refusals.set(place, why);
      else lost.push(why);
    }
    this.changed();
    return lost.length ? lost.join(" ") : t("form.see_above");
  }

  /**
   * Where the form shows something of this place: at its field, or at the list that has no such item yet. Empty where nothing of
   * the form is meant.
   * @param {string} pointer
   */
  #drawn(pointer) {
    let part = resolve(this.root, this.root);
    let value = this.value;
    let place = "";
    for (const step of pointer.slice(1).split("/")) {
      const isList = kindOf(part) === "list";
      if (isList && value?.[step] === undefined) return place;
      const next = isList ? part.items : kindOf(part) === "object" ? part.properties[step] : undefined;
      if (!next) return "";
      part = resolve(next, this.root);
      value = value?.[step];
      place += `/${step}`;
    }
    return place;
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
