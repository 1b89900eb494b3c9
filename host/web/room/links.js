// Addresses in what people write: to be tapped, and never more than a text otherwise.

import { html } from "../render.js";

/** Up to what cannot be in an address, Chinese punctuation included. */
const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、（）【】《》“”]+/g;
/** What ends a sentence rather than an address. */
const TAIL = /[.,;:!?)\]]+$/;

/**
 * A text in which addresses are links.
 * @param {string} text
 */
export function linked(text) {
  if (!text.includes("://")) return text;
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(TAIL, "");
    parts.push(text.slice(at, found.index), html`<a href=${address} target="_blank" rel="noopener noreferrer">${address}</a>`);
    at = found.index + address.length;
  }
  return [...parts, text.slice(at)];
}
