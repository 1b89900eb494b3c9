// The socket of a room that was opened ahead of the page: where it lies between the script that opens it and the page that takes it.

/** @typedef {import("../client/hezi-client.js").Ahead} Ahead */

/** @type {typeof globalThis & {heziAhead?: Ahead | null}} */
const place = globalThis;

/** Leaves a socket for the page, unless the page is there already. */
/** @param {() => Ahead} open */
export function leaveAhead(open) {
  if (place.heziAhead === undefined) place.heziAhead = open();
}

/** The socket, once; and none is opened any more. */
export function takeAhead() {
  const ahead = place.heziAhead ?? undefined;
  place.heziAhead = null;
  return ahead;
}
