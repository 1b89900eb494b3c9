// A sentence for whatever did not work, in the reader's language, that says what to do.
//
// A plugin's refusal is its own sentence and shown as it came; so is what concerns one field. The rest is said by its code.

import { t } from "./texts.js";

/** Codes whose sentence comes from whoever refused: a plugin, or a rule that names a field. */
const OWN_WORDS = ["conflict", "denied", "exhausted", "invalid", "too_many", "plugin_refused", "signature_missing", "signature_invalid", "version_exists", "in_use"];

/** Codes that the catalogues have a sentence for. */
const KNOWN = [
  "offline", "closed", "not_signed_in", "not_member", "not_there", "not_organizer", "not_admin", "unknown_conference", "unknown_activity",
  "unknown_plugin", "unknown_member", "wrong_phase", "conference_ended", "rate_limited", "numbers_exhausted", "plugin_fault",
  "unavailable", "damaged", "too_large", "left", "too_many_sockets", "not_found", "muted", "locked", "kept_out", "key_needed", "full", "unknown_message", "blocked_word",
];

/**
 * @param {unknown} error
 * @returns {string}
 */
export function sentence(error) {
  const { code = "internal", message = "", problem } = /** @type {{code?: string, message?: string, problem?: {fault?: string}}} */ (error ?? {});
  if (OWN_WORDS.includes(code) && message) return message;
  // Nothing comes of trying again.
  if (problem?.fault === "quarantined") return t("problem.quarantined");
  if (KNOWN.includes(code)) return t(`problem.${code}`);
  return message ? message : t("problem.internal");
}

/**
 * The fields that a refusal is about: where, and what people are told of each.
 * @param {unknown} error
 * @returns {{pointer: string, detail: string}[]}
 */
export function fieldsOf(error) {
  return /** @type {any} */ (error)?.fields ?? [];
}
