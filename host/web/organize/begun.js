// What was begun in a form for an activity and not sent: it survives a reload of the page, in this tab.
//
// Invariants:
// * What the server does not know to be done keeps its key: sent once more after a reload it is the same request.
// * Into the form of another version of the plugin only what has a place there is brought back, and whoever wrote it is told. What is
//   sent from there is another request as soon as it is not the same to the letter.
// * It is its writer's: whoever else signs in in this tab sees nothing of it.

import { keep, recall } from "../memory.js";

/**
 * What was typed, over what the server had then.
 * @typedef {object} Content
 * @property {string} version of the plugin whose form it was typed into
 * @property {string} from what the server had
 * @property {any} value what stands in the form
 * @property {object} config the same as it would be sent
 * @property {object} first what would be sent of such a form into which nobody has typed
 * @property {boolean} anonymous
 * @property {string} sent what was sent, as long as nobody knows what became of it
 * @property {string} key under which it was
 */

export class Begun {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {string} what the activity that is changed, or repeated, or the plugin of a new one
   */
  constructor(meeting, what) {
    this.place = `begun.${meeting.room.conference}.${meeting.room.me}.${what}`;
  }

  /** @returns {Content | null} */
  content() {
    return JSON.parse(recall("session", this.place) ?? "null");
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
