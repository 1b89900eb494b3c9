// Nothing to fill in: the preset value is sent as it is.

import { nothing } from "../render.js";

export function draw() {
  return nothing;
}

export function isFilled() {
  return true;
}
