// The home page: creates a conference and lists the ones that I am in.
"use strict";

const byId = (id) => document.getElementById(id);

async function call(method, path, body) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail || answer.title);
  return answer;
}

async function showMine() {
  const { conferences } = await call("GET", "/api/conferences");
  const items = conferences.map((conference) => {
    const item = document.createElement("li");
    const link = document.createElement(conference.state === "open" ? "a" : "span");
    if (conference.state === "open") link.href = `/c/${conference.number}`;
    link.textContent = `${conference.title}（${conference.state === "open" ? conference.number : "已结束"}）`;
    item.append(link);
    return item;
  });
  byId("mine").replaceChildren(...items);
}

function report(error) {
  byId("error").textContent = error.message;
}

byId("create").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { title, guests } = event.target.elements;
    const { number } = await call("POST", "/api/conferences", { title: title.value, guests: guests.checked });
    location.assign(`/c/${number}`);
  } catch (error) {
    report(error);
  }
});

byId("logout").addEventListener("click", async () => {
  await call("POST", "/auth/logout").catch(report);
  location.assign("/auth/login");
});

showMine().catch(report);
