// Why there is no other page at this address, in the reader's language, and the ways on that fit.

import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { currentLanguage, t } from "../texts.js";

/** What may be over by itself after a while. */
const PASSING = ["full", "internal", "locked", "numbers_exhausted", "rate_limited", "unavailable"];
/** What somebody else may do. */
const PERSONAL = ["denied", "not_signed_in"];
const FORM = "/auth/login";

const { root, paint } = openPage(template, { title: () => `${title()} · ${t("brand")}` });
/** The problem document in each language, and where a sign-in was to lead to that failed. */
const { problem: told = {}, return_to = "" } = JSON.parse(root.dataset.about ?? "{}");
const isSigningIn = location.pathname.startsWith("/auth/");

function template() {
  return html`<main class="narrow standalone">
      <h1>${title()}</h1>
      <p>${why()}</p>
      <p class="row">${againTemplate()}${signInTemplate()}${meetingTemplate()}<a class="button quiet-button" href="/">${t("home")}</a></p>
      ${languageSwitch()}
    </main>`;
}

function problem() {
  return told[currentLanguage()] ?? {};
}

function title() {
  if (problem().code === "not_found") return t("problem.not_found");
  if (isSigningIn) return t("sign_in.failed");
  return /^\/(c|screen)\b/.test(location.pathname) ? t("problem.title") : t("problem.failed");
}

function why() {
  const { code, detail } = problem();
  // Where nothing is, it is said what was looked for.
  return code === "not_found" ? detail : sentence({ code, message: detail, problem: problem() });
}

function againTemplate() {
  // What has brought somebody back from their sign-in can be used once.
  if (!PASSING.includes(problem().code) || isSigningIn) return nothing;
  return html`<button class="button" @click=${() => location.reload()}>${t("line.again")}</button>`;
}

function signInTemplate() {
  const { code } = problem();
  // The form itself does not let everybody in, and does not do so a second time.
  const isOffered = isSigningIn ? code !== "not_found" && !(code === "denied" && location.pathname === FORM) : PERSONAL.includes(code);
  // The server looks at where it leads to, this time as well.
  const back = isSigningIn ? return_to || new URLSearchParams(location.search).get("return_to") : location.pathname + location.search;
  const query = back ? `?${new URLSearchParams({ return_to: back })}` : "";
  return isOffered ? html`<a class="button" href=${FORM + query}>${t("sign_in.again")}</a>` : nothing;
}

/** Back to the meeting that somebody came from, or whose address this one begins with. */
function meetingTemplate() {
  const referrer = document.referrer ? new URL(document.referrer) : location;
  const from = referrer.origin === location.origin ? referrer : location;
  const [path, number] = /^\/c\/([^/]+)/.exec(from.pathname) ?? [];
  if (!number || path === location.pathname) return nothing;
  return html`<a class="button" href=${path + (from === location ? "" : from.search)}>${t("problem.to_meeting")}</a>`;
}

paint();
