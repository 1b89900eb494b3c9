// A meeting once more: the same settings, its activities as drafts. Also of one that is over.

import { attempt } from "../attempt.js";
import { newId } from "../client/hezi-client.js";
import { ask } from "../dialogs.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";

/** One copy a visit of the page: a second tap is the first one's retry. */
const key = newId();

/** @param {import("../room/meeting.js").Meeting} meeting */
export function againTemplate(meeting) {
  return meeting.organizes ? html`<button class="button quiet-button" @click=${() => copy(meeting)}>${t("again")}</button>` : nothing;
}

/** @param {import("../room/meeting.js").Meeting} meeting */
async function copy(meeting) {
  if (!(await ask(t("again.question"), t("again")))) return;
  await attempt(async () => {
    const { conference, skipped } = await meeting.hezi.call("POST", `${meeting.path}/copy`, {}, { key });
    if (skipped.length) await ask(t("again.skipped", { names: skipped.map((/** @type {{title: string}} */ one) => one.title).join(", ") }), t("home.enter"));
    location.assign(`/c/${conference.number}`);
  });
}
