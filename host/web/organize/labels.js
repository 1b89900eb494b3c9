// What a button is called for whoever hears it alone, and not beside what it is about.

/**
 * @param {string} text the word on the button
 * @param {string} what it is about
 */
export function labelOf(text, what) {
  return `${text} · ${what}`;
}
