// What organizers do: make activities and end the conference. Uses what room.js has.
"use strict";

const newActivity = byId("new-activity").elements;
let plugins = [];

async function loadPlugins() {
  plugins = (await call("GET", "/api/plugins")).plugins;
  newActivity.plugin.replaceChildren(...plugins.map((plugin) => make("option", { value: plugin.name }, plugin.title)));
  explain();
}

function explain() {
  const plugin = plugins.find((known) => known.name === newActivity.plugin.value);
  byId("schema").textContent = plugin ? JSON.stringify(plugin.config_schema, null, 2) : "";
}

newActivity.plugin.addEventListener("change", explain);

byId("new-activity").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const config = JSON.parse(newActivity.config.value);
    const body = JSON.stringify({ plugin: newActivity.plugin.value, config, open: true });
    showActivity(await call("POST", `/api/conferences/${number}/activities`, body));
    notice("");
  } catch (error) {
    notice(error.message);
  }
});

byId("end").addEventListener("click", () => {
  if (confirm("结束后不能再打开，确定结束会议？")) {
    call("POST", `/api/conferences/${number}/end`).catch((error) => notice(error.message));
  }
});
