// What became of the open activities when another version took over, in a sentence.

import { t } from "../texts.js";

/** @param {{moved: number, waiting: number, failed: unknown[]}} swap */
export function swapText(swap) {
  return t("admin.moved", { count: swap.moved, waiting: swap.waiting, failed: swap.failed.length });
}
