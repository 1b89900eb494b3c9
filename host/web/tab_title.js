// What the tab of the browser is called: after each drawing, as the page is called now and in the reader's language.

/** @param {string | undefined} title */
export function nameTab(title) {
  if (title && title !== document.title) document.title = title;
}
