// What a plugin has people asked before they send what cannot be taken back.

import { ask } from "../dialogs.js";

/**
 * Whether it may be sent: at once, where nothing is asked.
 * @param {string | undefined} question
 * @param {string} yes the word on what was pressed
 */
export async function agreed(question, yes) {
  return !question || ask(question, yes, true);
}
