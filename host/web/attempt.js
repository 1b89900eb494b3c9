// Something that the server may refuse: then why is said in passing, and all stays as it was.

import { hint } from "./dialogs.js";
import { sentence } from "./problems.js";

/**
 * @param {() => unknown} deed
 * @returns {Promise<boolean>} whether it was done
 */
export async function attempt(deed) {
  try {
    await deed();
    return true;
  } catch (error) {
    hint(sentence(error));
    return false;
  }
}
