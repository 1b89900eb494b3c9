// A time zone, as the minutes that its clocks are ahead of UTC: picked among those that there are.

import { html, live, nothing } from "../render.js";

/** All that are in use, and those that a schema allows for: from 12 hours behind to 14 ahead. */
const OFFSETS_MIN = [
  ...[-720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240, 270, 300, 330],
  ...[345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825, 840],
];

/**
 * @param {import("./schema.js").Schema} schema
 * @param {number | undefined} value
 * @param {import("./length.js").Described} field
 * @param {(value: number) => void} change
 */
export function zoneInput(schema, value, { id, invalid, described }, change) {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const offsets = OFFSETS_MIN.filter((one) => one >= minimum && one <= maximum);
  if (typeof value === "number" && !offsets.includes(value)) offsets.push(value);
  offsets.sort((one, other) => one - other);
  const choose = (/** @type {Event} */ event) => change(Number(/** @type {HTMLSelectElement} */ (event.target).value));
  return html`<select class="input" id=${id} aria-invalid=${invalid} aria-describedby=${described} @change=${choose}>
    ${typeof value === "number" ? nothing : html`<option disabled selected>—</option>`}
    ${offsets.map((one) => html`<option value=${one} .selected=${live(one === value)}>${zoneName(one)}</option>`)}</select>`;
}

/** @param {number} minutes */
function zoneName(minutes) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const ahead = Math.abs(minutes);
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

/** The minutes that this browser's clock is ahead. */
export function ownZone() {
  return -new Date().getTimezoneOffset();
}
