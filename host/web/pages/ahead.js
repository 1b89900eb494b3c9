// Opens the line into a room ahead of the page that draws it. The page is a hundred times as large: on a slow network the server
// has answered by the time that it is here.

import { readersLanguage } from "../reader.js";
import { leaveAhead } from "../room/ahead.js";

const { id = "", over = "" } = document.getElementById("page")?.dataset ?? {};
if (id && !over) leaveAhead(open);

/** The same address that the client would open. It looks, and takes no other. */
function open() {
  const query = new URLSearchParams();
  const key = new URLSearchParams(location.search).get("key");
  if (key) query.set("key", key);
  query.set("lang", readersLanguage());
  const address = `${location.origin.replace(/^http/, "ws")}/api/conferences/${id}/socket?${query}`;
  const socket = new WebSocket(address, "hezi.v1");
  /** @type {import("../client/hezi-client.js").Ahead} */
  const ahead = { socket, messages: [] };
  socket.onmessage = (message) => ahead.messages.push(message);
  socket.onclose = (event) => (ahead.closed = event);
  return ahead;
}
