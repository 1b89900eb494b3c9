// Twenty lines with the client library: who writes "/面" in the chat votes for it, and everybody sees the count move.
import { Hezi } from "./hezi-client.js";

const hezi = new Hezi();
const number = new URLSearchParams(location.search).get("number") ?? "";
const room = hezi.room(number);
const log = (/** @type {string} */ line) => document.body.append(Object.assign(document.createElement("p"), { textContent: line }));

room.addEventListener("welcome", ({ detail }) => log(`${detail.conference.title}: ${detail.members} members`));
room.addEventListener("view", ({ detail }) => {
  const bars = detail.view.blocks.find((block) => block.type === "bars");
  log(bars?.items.map((/** @type {{label: string, value: number}} */ bar) => `${bar.label} ${bar.value}`).join(", ") ?? "");
});
room.addEventListener("event", async ({ detail }) => {
  if (detail.kind !== "chat" || !detail.text?.startsWith("/")) return;
  const { activities } = await hezi.call("GET", `/api/conferences/${number}/activities`);
  const vote = activities.find((/** @type {import("./hezi-client.d.ts").Activity} */ activity) => activity.phase === "open" && activity.plugin === "vote");
  if (vote) room.act(vote.id, { choose: [detail.text?.slice(1)] }).catch((error) => log(error.message));
});
room.connect();
