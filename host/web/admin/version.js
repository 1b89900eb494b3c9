// Versions of a plugin in their order, as semantic versioning has it.

/**
 * @param {string} one
 * @param {string} other
 */
export function compareVersions(one, other) {
  const [core, pre] = partsOf(one);
  const [otherCore, otherPre] = partsOf(other);
  // What comes before a release is earlier than the release.
  if (core === otherCore && (!pre || !otherPre)) return Number(!pre) - Number(!otherPre);
  const numeric = { numeric: true };
  return core.localeCompare(otherCore, "en", numeric) || pre.localeCompare(otherPre, "en", numeric);
}

/** @param {string} version */
function partsOf(version) {
  const [released] = version.split("+");
  const dash = released.indexOf("-");
  return dash < 0 ? [released, ""] : [released.slice(0, dash), released.slice(dash + 1)];
}
