// A meeting that is over: what came of its activities, and what was said, for whoever was there. Comes when it is needed.

import { HeziError } from "../client/hezi-client.js";

/**
 * Fills a meeting from what is kept of it, instead of from a line.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {any} conference
 */
export async function openArchive(meeting, conference) {
  if (!conference.role) throw new HeziError({ code: "not_there" });
  const me = await meeting.hezi.call("GET", "/api/me");
  const { activities } = await meeting.hezi.call("GET", `${meeting.path}/activities`);
  // All at once: what was opened last is what the page begins with, as it was at the end, and nothing looks empty before.
  for (const activity of activities) meeting.activities.set(activity.id, { ...activity, view: turnedTo(meeting, activity.id) ?? activity.view });
  meeting.conference = conference;
  meeting.over = { code: "conference_ended" };
  meeting.room.line = "over";
  // What an organizer may download stays with whoever was one at the end.
  meeting.me = { ...me, role: conference.role };
  await meeting.messages.loadOlder();
}

/**
 * What is shown of an activity of which somebody looks at another page than everybody is shown: they see that one until they leave it.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {string} id
 */
function turnedTo(meeting, id) {
  return meeting.queries.get(id) ? meeting.activities.get(id)?.view : undefined;
}
