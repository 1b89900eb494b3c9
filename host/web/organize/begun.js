// What was begun in a form for an activity and not sent: it survives a reload of the page, in this tab.
//
// Invariants:
// * What the server does not know to be done keeps its key: sent once more after a reload it is the same request.
// * Of another version of the plugin nothing is brought back: its form is another one.

import { keep, recall } from "../memory.js";

/** @typedef {{version: string, from: string, value: any, anonymous: boolean, sent: string, key: string}} Content what was typed, over what the server had then */

export class Begun {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {string} what the activity that is changed, or repeated, or the plugin of a new one
   */
  constructor(meeting, what) {
    this.place = `begun.${meeting.room.conference}.${meeting.room.me}.${what}`;
  }

  /**
   * @param {string} version
   * @returns {Content | null}
   */
  content(version) {
    const content = JSON.parse(recall("session", this.place) ?? "null");
    return content?.version === version ? content : null;
  }

  /** @param {Content} content */
  keep(content) {
    keep("session", this.place, JSON.stringify(content));
  }

  /** It is sent, or given up. */
  forget() {
    keep("session", this.place, "");
  }
}
