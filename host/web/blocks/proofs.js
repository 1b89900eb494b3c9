// What is there to be compared and not to be read: hashes, a seed, the shares of a packet. A wall leaves it out, for nobody compares
// from the back row; a hand has it folded below everything else, so that it pushes nothing down.

import { html, repeat } from "../render.js";
import { t } from "../texts.js";
import text from "./text.js";

/** A hash or a seed, or more figures in a row than anybody reads. */
const PROOF = /[0-9a-f]{64}|(\d+,){9}/;

/** @param {{type: string, text?: string}} block */
export function isProof({ type, text: said = "" }) {
  return type === "text" && PROOF.test(said);
}

/** @param {import("../room/meeting.js").Activity} activity */
export function proofs({ id, view }) {
  const found = (view?.blocks ?? []).filter(isProof);
  // Another activity's are folded again.
  return repeat(found.length ? [id] : [], (one) => one, () => html`<details class="later"><summary>${t("fair.proofs")}</summary><div class="stack-close">${found.map(text)}</div></details>`);
}
