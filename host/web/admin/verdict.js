// The gate's verdict on a component that it refused, by its code: what is wrong in a sentence, and the details in its own words.

import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";

/** @type {Record<string, (() => string) | undefined>} */
const REASONS = {
  component_code_too_large: () => t("admin.gate_code_too_large"),
  component_description: () => t("admin.gate_description"),
  component_describe_failed: () => t("admin.gate_describe"),
  component_does_not_compile: () => t("admin.gate_does_not_compile"),
  component_does_not_fit: () => t("admin.gate_does_not_fit"),
  component_export_mismatch: () => t("admin.gate_export_mismatch"),
  component_export_missing: () => t("admin.gate_export_missing"),
  component_foreign_import: () => t("admin.gate_foreign_import"),
  component_import_mismatch: () => t("admin.gate_import_mismatch"),
  component_invalid: () => t("admin.gate_invalid"),
  component_is_core_module: () => t("admin.gate_core_module"),
  component_not_wasm: () => t("admin.gate_not_wasm"),
  component_other_version: () => t("admin.gate_other_version"),
  component_precompiled: () => t("admin.gate_precompiled"),
  component_start_failed: () => t("admin.gate_start"),
  component_too_complex: () => t("admin.gate_too_complex"),
  component_too_costly: () => t("admin.gate_costly"),
  component_too_large: () => t("admin.gate_too_large"),
};

/**
 * What is wrong with a component, by the gate's code; nothing where there is no word for it.
 * @param {string | null | undefined} code
 */
export function reasonOf(code) {
  return REASONS[code ?? ""]?.() ?? "";
}

/**
 * @param {unknown} error
 * @param {string} [said] what is wrong, where whoever asks has a sentence for it
 */
export function refusalTemplate(error, said = "") {
  const { code, problem = {} } = /** @type {{code?: string, problem?: {reason?: string}}} */ (error);
  const own = said || reasonOf(problem.reason);
  const why = own || sentence(error);
  return html`<p class="verdict" role="alert" tabindex="-1">${code === "plugin_refused" ? t("admin.refused", { why }) : why}</p>
    ${own ? html`<details class="details"><summary>${t("admin.details")}</summary><p class="quiet">${sentence(error)}</p></details>` : nothing}`;
}
