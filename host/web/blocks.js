// Draws any plugin's activity from the typed blocks of its view, without knowing the plugin. One file a block: a new kind
// is a new file and a line here.

import { nameOf, shared } from "./names.js";
import { html, nothing, repeat } from "./render.js";
import bars from "./blocks/bars.js";
import buttons from "./blocks/buttons.js";
import cards from "./blocks/cards.js";
import celebration from "./blocks/celebration.js";
import cloud from "./blocks/cloud.js";
import countdown from "./blocks/countdown.js";
import form from "./blocks/form.js";
import heading from "./blocks/heading.js";
import notice from "./blocks/notice.js";
import people from "./blocks/people.js";
import progress from "./blocks/progress.js";
import standings from "./blocks/standings.js";
import statistic from "./blocks/statistic.js";
import tabs from "./blocks/tabs.js";
import text from "./blocks/text.js";

/**
 * What a block may need of the page around it.
 * @typedef {object} Dependencies
 * @property {string} activity id of the activity
 * @property {boolean} organizes whether the viewer is an organizer
 * @property {boolean} open whether the activity takes actions
 * @property {boolean} watchOnly whether nothing can be done here: a screen on the wall, a meeting that is over
 * @property {() => number} now the server's time in milliseconds since 1970
 * @property {import("./room/acting.js").Acting} acting what the viewer does in the activity
 * @property {(query: string) => void} ask asks for another page of the view
 * @property {import("./names.js").Person[]} [people] who is there besides whom the view names, as far as that is known
 */

/** Where people are called so that two of one name are told apart. */
/** @typedef {Dependencies & {called: (who: import("./names.js").Person) => string}} Named */

/** @type {Record<string, (block: any, around: Named) => unknown>} */
const KINDS = { bars, buttons, cards, celebration, cloud, countdown, form, heading, notice, people, progress, standings, statistic, tabs, text };

/**
 * @param {{type: string, [more: string]: any}[]} blocks
 * @param {Dependencies} around
 */
export function drawBlocks(blocks, around) {
  /** @type {Set<string> | undefined} */
  let twice;
  const named = {
    ...around,
    // Most views name nobody.
    called: (/** @type {import("./names.js").Person} */ who) => nameOf(who, (twice ??= shared([...(around.people ?? []), ...blocks.flatMap(({ items }) => items ?? [])]))),
  };
  // A form is the same one, and has the cursor still, where something came in above it.
  return repeat(blocks, ({ id }, at) => id ?? at, (block) => {
    const draw = Object.prototype.hasOwnProperty.call(KINDS, block.type) ? KINDS[block.type] : plain;
    return draw(block, named);
  });
}

/**
 * A block of a kind that this page does not know: what it means in plain text.
 * @param {{plain?: string, text?: string}} block
 */
function plain(block) {
  const text = block.plain ?? block.text;
  return text ? html`<p class="text" dir="auto">${text}</p>` : nothing;
}
