// What became of the open activities when another version took over, in a sentence; of nothing, none.

import { t } from "../texts.js";

/** @param {{moved: number, waiting: number, failed: unknown[]}} swap */
export function swapText(swap) {
  const { moved, waiting, failed } = swap;
  return [
    moved ? t("admin.moved", { count: moved }) : "",
    waiting ? t("admin.waiting", { count: waiting }) : "",
    failed.length ? t("admin.failed", { count: failed.length }) : "",
  ].filter(Boolean).join(" · ");
}
