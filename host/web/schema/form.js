// A form made out of a plugin's configuration schema: what was typed, and what the server said of it, beside its field.

import { fieldsOf, sentence } from "../problems.js";
import { t } from "../texts.js";
import { drawField } from "./field.js";
import { cleaned, initial, kindOf, opened, resolve } from "./schema.js";
import { beyond } from "./unit.js";

/** Where in a request the configuration stands. */
const PLACE = "/config";

/** How a plugin names a field in a sentence that does not begin with it. */
const QUOTED = /`(?:config\.)?([A-Za-z_][\w.[\]]*)`/;

export class SchemaForm {
  /**
   * @param {import("./schema.js").Schema} schema
   * @param {() => void} changed
   * @param {object} [config] what stands in it at first; the defaults if nothing does
   */
  constructor(schema, changed, config = {}) {
    this.root = schema;
    this.changed = changed;
    this.value = { ...initial(schema, schema), ...opened(config, schema, schema) };
    /** @type {Map<string, string>} */
    this.refusals = new Map();
    /** How items of lists have moved, in order: what knows a place finds it again. */
    /** @type {import("./removed.js").Shift[]} */
    this.shifts = [];
  }

  /**
   * The items of a list stand elsewhere now. What was refused is known by its place, and another one may stand there.
   * @param {string} pointer
   * @param {import("./field.js").Moved} moved
   */
  moved(pointer, moved) {
    this.shifts.push({ pointer, moved });
    for (const place of this.refusals.keys()) if (place.startsWith(`${pointer}/`)) this.refusals.delete(place);
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
   * Puts what the server said beside the fields that it is about; gives what is to be said below the form: why, where no field is
   * meant.
   * @param {unknown} error
   */
  refuse(error) {
    this.refusals.clear();
    const said = sentence(error);
    const fields = fieldsOf(error);
    const lost = [];
    for (const { pointer, detail } of fields.length ? fields : [{ pointer: PLACE + pointerOf(QUOTED.exec(said)?.[1]), detail: said }]) {
      // What else was sent with the configuration is not asked for here.
      const field = pointer.startsWith(`${PLACE}/`) ? this.#drawn(pointer.slice(PLACE.length)) : null;
      if (field) this.refusals.set(field.place, beyond(field.part, field.value) || detail);
      else lost.push(detail);
    }
    this.changed();
    return lost.length ? lost.join(" ") : t("form.see_above");
  }

  /**
   * Where the form shows something of this place: at its field, or at the list that has no such item yet; with what is asked for
   * there, and what stands there. Nowhere where nothing of the form is meant.
   * @param {string} pointer into the configuration
   */
  #drawn(pointer) {
    let part = resolve(this.root, this.root);
    let value = this.value;
    let place = "";
    for (const step of pointer.slice(1).split("/")) {
      const isList = kindOf(part) === "list";
      if (isList && value?.[step] === undefined) break;
      const next = isList ? part.items : kindOf(part) === "object" ? part.properties[step] : undefined;
      if (!next) return null;
      part = resolve(next, this.root);
      value = value?.[step];
      place += `/${step}`;
    }
    return place ? { place, part, value } : null;
  }
}

/**
 * `options[1].name` as a JSON pointer.
 * @param {string | undefined} path
 */
function pointerOf(path) {
  return path ? `/${path.replace(/\]/g, "").split(/[.[]/).join("/")}` : "";
}
