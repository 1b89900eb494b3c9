// One plugin: its versions, how they do, and what can be done with them.

import { html, nothing, repeat } from "../render.js";
import { dayAndTime, number, t } from "../texts.js";
import { chart } from "./chart.js";
import { digest } from "./digest.js";
import { logTemplate } from "./log.js";
import { compareVersions } from "./version.js";

/** @typedef {import("../client/hezi-client.d.ts").PluginStatus} Plugin */
/** @typedef {import("../client/hezi-client.d.ts").PluginVersion} Version */
/** @typedef {{name: string, versions?: Version[]}} Opened whose log is shown; its versions as soon as they are known */
/** @typedef {import("./trial.js").Trial} Trial */
/** @typedef {(method: "POST" | "DELETE", path: string, how: {question: string, yes: string, danger?: boolean, body?: object}) => void} Change */

/**
 * @param {Plugin} plugin
 * @param {{title: string, calls: import("./chart.js").Point[], trial: Trial}} known what it is called, its calls at each look since the one before, what is tried
 * @param {Opened | null} opened
 * @param {{open: (name: string) => void, change: Change}} deeds
 */
export function pluginTemplate(plugin, { title, calls, trial }, opened, { open, change }) {
  const name = encodeURIComponent(plugin.name);
  const isOpen = opened?.name === plugin.name;
  const inOrder = [...plugin.versions].sort((one, other) => compareVersions(other.version, one.version));
  const called = title || plugin.name;
  // A name is one plugin's alone, a title may be that of two.
  const of = [title, plugin.name].filter(Boolean).join(" ");
  const back = backTemplate(plugin, { called, of }, change);
  // What is out of service is mended by a step back, where there is one, before anybody thinks of the same once more.
  const isOut = isOutOfService(plugin);
  return html`<li class="card stack-close">
    <div class="row-apart"><h3 id=${anchorOf(plugin)} tabindex="-1">${title ? html`<span dir="auto">${title}</span> <span class="quiet">${plugin.name}</span>` : plugin.name}</h3>${callsTemplate(calls)}${plugin.active ? nothing : html`<span class="pill">${t("admin.disabled")}</span>`}</div>
    <ul class="stack-close">${repeat(inOrder, ({ version }) => version, (version) => versionTemplate(plugin, version, { called, of }, { change, trial, first: isOut && version.active ? back : nothing }))}</ul>
    <div class="row">
      ${buttonTemplate({ text: t("admin.logs"), of, isOpen, press: () => open(plugin.name) })}
      ${isOut ? nothing : back}
      ${plugin.active ? buttonTemplate({ text: t("admin.disable"), of, isDanger: true, press: () => change("POST", `${name}/disable`, { question: t("admin.disable_question", { name: called }), yes: t("admin.disable") }) }) : nothing}
    </div>
    ${isOpen ? logTemplate(opened.versions) : nothing}
  </li>`;
}

/**
 * Where the page shows a plugin.
 * @param {Plugin} plugin
 */
export function anchorOf({ name }) {
  return `plugin-${name}`;
}

/**
 * Whether what people would use of it was taken out of service.
 * @param {Plugin} plugin
 */
export function isOutOfService({ versions }) {
  return versions.some((one) => one.active && one.quarantined);
}

/**
 * @param {Plugin} plugin
 * @param {{called: string, of: string}} known
 * @param {Change} change
 */
function backTemplate(plugin, { called, of }, change) {
  const version = earlierOf(plugin);
  if (!version) return nothing;
  const text = t("admin.rollback", { version });
  return buttonTemplate({ text, of, press: () => change("POST", `${encodeURIComponent(plugin.name)}/rollback`, { question: t("admin.rollback_question", { name: called, version }), yes: text }) });
}

/**
 * The version that a step back goes to: the one that was active last, before the one that is. After such a step it would be the
 * one that somebody has just left, and a step forward; there is none then, nor where that one is out of service itself.
 * @param {Plugin} plugin
 */
function earlierOf({ active, versions }) {
  const were = versions.filter((one) => !one.active && one.activated_at).sort((one, other) => Date.parse(other.activated_at ?? "") - Date.parse(one.activated_at ?? ""));
  const last = were[0];
  return active && last && !last.quarantined && compareVersions(last.version, active) < 0 ? last.version : "";
}

/**
 * @param {Plugin} plugin
 * @param {Version} version
 * @param {{called: string, of: string}} known what the plugin is called, and what it alone is
 * @param {{change: Change, trial: Trial, first: unknown}} deeds what comes before all others
 */
function versionTemplate(plugin, version, { called, of: whose }, { change, trial, first }) {
  const name = encodeURIComponent(plugin.name);
  const { counters, quarantine } = version;
  const about = { name: called, version: version.version };
  const of = `${whose} ${version.version}`;
  const canBeTried = !version.active && !version.quarantined;
  return html`<li class="version">
    <p class="row"><strong class="tabular">${version.version}</strong>
      ${version.active && !version.quarantined ? html`<span class="pill live">${t("admin.active")}</span>` : nothing}
      ${version.quarantined ? html`<span class="pill bad">${t("admin.quarantined")}</span>` : nothing}
      <span class="quiet tabular">${dayAndTime(version.stored_at)} · ${number(Math.round(version.size_bytes / 1024))} KiB</span></p>
    ${counters ? html`<p class="row quiet tabular"><span>${t("admin.activities", { count: counters.activities })}</span><span>${t("admin.calls", { count: counters.calls })}</span>
      <span>${t("admin.faults", { count: counters.faults })}</span>${counters.calls ? html`<span>${t("admin.cpu", { p50: counters.cpu_p50_us, p99: counters.cpu_p99_us })}</span>` : nothing}</p>` : nothing}
    ${quarantine ? causeTemplate(quarantine) : nothing}
    ${digest(version.hash)}
    ${version.active && !version.quarantined ? nothing : html`<div class="row">${first}
      ${buttonTemplate({ text: t("admin.activate"), of, press: () => change("POST", `${name}/activate`, { body: { version: version.version }, question: quarantine ? faultyQuestion(version, called) : t("admin.activate_question", about), yes: t("admin.activate"), danger: Boolean(quarantine) }) })}
      ${canBeTried ? buttonTemplate({ text: t("admin.trial"), of, isOpen: trial.isOf(plugin.name, version.version), press: () => trial.toggle(plugin.name, version.version) }) : nothing}
      ${version.active ? nothing : buttonTemplate({ text: t("admin.remove"), of, isDanger: true, press: () => change("DELETE", `${name}/${version.version}`, { question: t("admin.remove_question", about), yes: t("admin.remove") }) })}</div>`}
    ${canBeTried ? trial.template(plugin.name, version.version) : nothing}
  </li>`;
}

/**
 * A button that others have as well: whoever only hears it is told whose it is.
 * @param {{text: string, of: string, press: () => void, isDanger?: boolean, isOpen?: boolean}} button `isOpen` where it opens something
 */
function buttonTemplate({ text, of, press, isDanger = false, isOpen }) {
  return html`<button class=${isDanger ? "button danger-button small-button" : "button quiet-button small-button"} aria-label=${t("admin.button_of", { button: text, of })}
    aria-expanded=${isOpen === undefined ? nothing : String(isOpen)} @click=${press}>${text}</button>`;
}

/** What a version did that put it into quarantine; whatever is not here went beyond some bound. */
/** @type {Record<string, (() => string) | undefined>} */
const CAUSES = {
  out_of_memory: () => t("admin.cause_memory"),
  out_of_time: () => t("admin.cause_time"),
  stack_overflow: () => t("admin.cause_trapped"),
  trapped: () => t("admin.cause_trapped"),
};

/**
 * Why a version is in quarantine: in a sentence, and for its author in the server's words.
 * @param {NonNullable<Version["quarantine"]>} quarantine
 */
function causeTemplate({ at, export: called, fault, detail }) {
  return html`<p class="refusal">${t("admin.cause", { time: dayAndTime(at), export: called, why: whyOf(fault) })}</p>
    <details class="details"><summary>${t("admin.details")}</summary><p class="quiet">${fault}: ${detail}</p></details>`;
}

/** @param {string} fault */
function whyOf(fault) {
  return CAUSES[fault]?.() ?? t("admin.cause_bound");
}

/**
 * Asked before a version comes back that was taken out of service: whoever says yes knows why that was.
 * @param {Version} version
 * @param {string} name
 */
function faultyQuestion({ version, quarantine, counters }, name) {
  const { at, fault } = /** @type {NonNullable<Version["quarantine"]>} */ (quarantine);
  return t("admin.activate_faulty", { name, version, time: dayAndTime(at), why: whyOf(fault), count: counters?.faults ?? 0 });
}

/** @param {import("./chart.js").Point[]} calls at each look since the one before, oldest first */
function callsTemplate(calls) {
  const steps = calls.flatMap(({ value }) => value ?? []);
  if (!steps.length) return nothing;
  return html`${chart(calls)}<span class="quiet tabular">${t("admin.rate", { count: steps.at(-1) ?? 0, most: Math.max(...steps) })}</span>`;
}
