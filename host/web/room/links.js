// Addresses in what people write: to be tapped, and never more than a text otherwise.

import { html, nothing } from "../render.js";

/** Up to what cannot be in an address, Chinese punctuation included. */
const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、（）【】《》“”]+/g;
/** What ends a sentence rather than an address. */
const TAIL = /[.,;:!?)\]]+$/;

/**
 * A text in which addresses are links.
 * @param {string} text
 * @param {unknown} [stop] -1 where Tab does not stop at them
 */
export function linked(text, stop = nothing) {
  if (!text.includes("://")) return text;
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(TAIL, "");
    parts.push(text.slice(at, found.index), html`<a href=${address} tabindex=${stop} target="_blank" rel="noopener noreferrer">${address}</a>`);
    at = found.index + address.length;
  }
  return [...parts, text.slice(at)];
}
