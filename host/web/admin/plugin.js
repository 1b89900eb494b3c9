// One plugin: its versions, how they do, and what can be done with them.

import { html, nothing } from "../render.js";
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
  const earlier = earlierOf(plugin);
  const called = title || plugin.name;
  return html`<li class="card stack-close">
    <div class="row-apart"><h3>${title ? html`<span dir="auto">${title}</span> <span class="quiet">${plugin.name}</span>` : plugin.name}</h3>${callsTemplate(calls)}${plugin.active ? nothing : html`<span class="pill">${t("admin.disabled")}</span>`}</div>
    <ul class="stack-close">${inOrder.map((version) => versionTemplate(plugin, version, called, { change, trial }))}</ul>
    <div class="row">
      <button class="button quiet-button small-button" aria-expanded=${isOpen ? "true" : "false"} @click=${() => open(plugin.name)}>${t("admin.logs")}</button>
      ${earlier ? html`<button class="button quiet-button small-button" @click=${() => change("POST", `${name}/rollback`, { question: t("admin.rollback_question", { name: called, version: earlier }), yes: t("admin.rollback", { version: earlier }) })}>${t("admin.rollback", { version: earlier })}</button>` : nothing}
      ${plugin.active ? html`<button class="button danger-button small-button" @click=${() => change("POST", `${name}/disable`, { question: t("admin.disable_question", { name: called }), yes: t("admin.disable") })}>${t("admin.disable")}</button>` : nothing}
    </div>
    ${isOpen ? logTemplate(opened.versions) : nothing}
  </li>`;
}

/**
 * The version that a step back goes to: the one that was active last, before the one that is. After such a step it would be the
 * one that somebody has just left, and a step forward; there is none then.
 * @param {Plugin} plugin
 */
function earlierOf({ active, versions }) {
  const were = versions.filter((one) => !one.active && one.activated_at).sort((one, other) => Date.parse(other.activated_at ?? "") - Date.parse(one.activated_at ?? ""));
  const last = were[0]?.version;
  return active && last && compareVersions(last, active) < 0 ? last : "";
}

/**
 * @param {Plugin} plugin
 * @param {Version} version
 * @param {string} called
 * @param {{change: Change, trial: Trial}} deeds
 */
function versionTemplate(plugin, version, called, { change, trial }) {
  const name = encodeURIComponent(plugin.name);
  const { counters, quarantine } = version;
  return html`<li class="version">
    <p class="row"><strong class="tabular">${version.version}</strong>
      ${version.active && !version.quarantined ? html`<span class="pill live">${t("admin.active")}</span>` : nothing}
      ${version.quarantined ? html`<span class="pill bad">${t("admin.quarantined")}</span>` : nothing}
      <span class="quiet tabular">${dayAndTime(version.stored_at)} · ${number(Math.round(version.size_bytes / 1024))} KiB</span></p>
    ${counters ? html`<p class="row quiet tabular"><span>${t("admin.activities", { count: counters.activities })}</span><span>${t("admin.calls", { count: counters.calls })}</span>
      <span>${t("admin.faults", { count: counters.faults })}</span>${counters.calls ? html`<span>${t("admin.cpu", { p50: counters.cpu_p50_us, p99: counters.cpu_p99_us })}</span>` : nothing}</p>` : nothing}
    ${quarantine ? causeTemplate(quarantine) : nothing}
    ${digest(version.hash)}
    ${version.active && !version.quarantined ? nothing : html`<div class="row">
      <button class="button quiet-button small-button" @click=${() => change("POST", `${name}/activate`, { body: { version: version.version }, question: t("admin.activate_question", { name: called, version: version.version }), yes: t("admin.activate"), danger: false })}>${t("admin.activate")}</button>
      ${version.active || version.quarantined ? nothing : html`<button class="button quiet-button small-button" aria-expanded=${trial.isOf(plugin.name, version.version) ? "true" : "false"} @click=${() => trial.toggle(plugin.name, version.version)}>${t("admin.trial")}</button>`}
      ${version.active ? nothing : html`<button class="button danger-button small-button" @click=${() => change("DELETE", `${name}/${version.version}`, { question: t("admin.remove_question", { name: called, version: version.version }), yes: t("admin.remove") })}>${t("admin.remove")}</button>`}</div>`}
    ${version.active || version.quarantined ? nothing : trial.template(plugin.name, version.version)}
  </li>`;
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
  const why = CAUSES[fault]?.() ?? t("admin.cause_bound");
  return html`<p class="refusal">${t("admin.cause", { time: dayAndTime(at), export: called, why })}</p>
    <details class="details"><summary>${t("admin.details")}</summary><p class="quiet">${fault}: ${detail}</p></details>`;
}

/** @param {import("./chart.js").Point[]} calls at each look since the one before, oldest first */
function callsTemplate(calls) {
  const steps = calls.flatMap(({ value }) => value ?? []);
  if (!steps.length) return nothing;
  return html`${chart(calls)}<span class="quiet tabular">${t("admin.rate", { count: steps.at(-1) ?? 0, most: Math.max(...steps) })}</span>`;
}
