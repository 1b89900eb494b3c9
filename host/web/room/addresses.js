// Where a meeting's wall is, and the picture of its link: a private one's addresses carry the key of its link.

import { withKey } from "./key.js";

/**
 * Where the wall is: whoever opens it elsewhere needs the key of a private meeting, too.
 * @param {import("./meeting.js").Meeting} meeting
 */
export function wallLink({ conference }) {
  return `/screen/${conference?.id}${ownKey(conference)}`;
}

/**
 * Where the picture of the link is; another link has another address.
 * @param {import("./meeting.js").Meeting} meeting
 */
export function qrLink({ conference, path }) {
  return `${path}/qr${ownKey(conference)}`;
}

/** @param {{join_url: string} | null} conference */
function ownKey(conference) {
  return withKey(new URL(conference?.join_url ?? location.href).searchParams.get("key"));
}
