// Whether the reader may write now, and if not, why, or when: nobody is to type in vain. The server decides; this says it before.

import { t } from "../texts.js";

export class Speaking {
  /** @param {import("./meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.meeting = meeting;
    this.timer = 0;
  }

  /** Why the reader may not write, in a sentence; empty while they may. */
  get silence() {
    const { conference, me, organizes } = this.meeting;
    if (me?.muted) return t("problem.muted");
    return conference?.chat === "organizers" && !organizes ? t("chat.hosts_only") : "";
  }

  /** How long the reader waits between two messages, in seconds. Organizers do not. */
  get pauseS() {
    const { conference, organizes } = this.meeting;
    return organizes ? 0 : (conference?.slow_mode_s ?? 0);
  }

  /** In how many seconds the reader may write again. */
  get waitS() {
    const { messages, me, room } = this.meeting;
    const { pauseS } = this;
    if (pauseS && messages.unsent.some((one) => !one.refusal)) return pauseS;
    // What holds a participant back holds back no organizer.
    const untilMs = this.meeting.organizes ? 0 : Math.max(messages.heldUntilMs, pauseS && messages.saidAtMs(me?.id) + pauseS * 1_000);
    const waitS = Math.max(0, Math.ceil((untilMs - room.now()) / 1_000));
    // The clocks differ by a little, and nobody waits for longer than the pause by that.
    return messages.heldUntilMs > room.now() ? waitS : Math.min(waitS, pauseS);
  }

  /** Has the page drawn anew as long as there is something to count. */
  count() {
    if (this.timer || !this.waitS) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.meeting.changed();
    }, 1_000);
  }
}
