// What happens in a meeting, said to whoever does not see it: one polite sentence at a time. Not the chat, and of what is on the
// stage what stands out there, and not every figure.

import { hint } from "../dialogs.js";
import { html } from "../render.js";
import { currentLanguage, t } from "../texts.js";

/** No more than a sentence in so long; of what comes faster the last ones are said. */
const SENTENCE_MS = 1_000;
const WAITING_MAX = 3;

/** What concerns the reader alone. */
const NEWS = ["appointed", "dismissed", "handed_over", "muted"];

/** Blocks that stand out: the next question, what somebody has got. */
const OUTSTANDING = ["heading", "notice", "celebration"];

export class Herald {
  /** @param {() => void} changed asks for the page to be drawn anew */
  constructor(changed) {
    this.changed = changed;
    this.sentence = "";
    /** @type {string[]} */
    this.waiting = [];
    this.timer = 0;
    this.isLost = false;
    /** What stood out when it was looked last: of which activity, in which language. */
    this.looked = { of: "", view: /** @type {unknown} */ (null), words: /** @type {string[]} */ ([]) };
  }

  /** An element that is always there: what appears together with its text is not read out. */
  template() {
    return html`<p class="unseen" role="status">${this.sentence}</p>`;
  }

  /** @param {string} sentence */
  say(sentence) {
    this.waiting = [...this.waiting.slice(1 - WAITING_MAX), sentence];
    if (!this.timer) this.#next();
  }

  /**
   * That the line is lost, and that it is back: once each, however often it is tried in between.
   * @param {string} line
   */
  follow(line) {
    if (line !== (this.isLost ? "online" : "waiting")) return;
    this.isLost = !this.isLost;
    this.say(t(this.isLost ? "line.offline" : "line.back"));
  }

  /**
   * Says what has come to stand out in the activity on the stage. Of one that has only just come there its title is said.
   * @param {{id: string, view?: {blocks: any[]}}} activity
   */
  look({ id, view }) {
    if (!view || view === this.looked.view) return;
    const of = `${id}/${currentLanguage()}`;
    const words = view.blocks.filter(({ type }) => OUTSTANDING.includes(type)).map(({ text }) => text);
    if (of === this.looked.of) for (const text of words) if (!this.looked.words.includes(text)) this.say(text);
    this.looked = { of, view, words };
  }

  /**
   * What somebody did about the reader, to be seen: hints are read out by themselves.
   * @param {string} kind
   */
  tell(kind) {
    if (!NEWS.includes(kind)) return;
    hint(kind === "muted" ? t("problem.muted") : t(`said.${kind}`));
  }

  #next() {
    this.sentence = this.waiting.shift() ?? "";
    this.timer = this.sentence ? setTimeout(() => this.#next(), SENTENCE_MS) : 0;
    this.changed();
  }
}
