// Inside WeCom: scans the QR code of a meeting with the phone's own scanner and goes there. Elsewhere there is none.

import { hint } from "../dialogs.js";
import { t } from "../texts.js";

/** What was scanned: clients give a text, or the same wrapped in JSON. */
/** @param {{resultStr?: any}} result */
function scanned(result) {
  const text = result.resultStr ?? "";
  if (typeof text === "object") return text.scan_code?.scan_result ?? "";
  try {
    return JSON.parse(text).scan_code?.scan_result ?? text;
  } catch {
    return text;
  }
}

/**
 * The number in a code, if the code is one of this site's.
 * @param {string} text
 */
export function numberIn(text) {
  try {
    const url = new URL(text);
    return url.origin === location.origin ? /^\/c\/([0-9]{5})$/.exec(url.pathname)?.[1] : undefined;
  } catch {
    // No address: perhaps the bare number.
    return /^[0-9]{5}$/.exec(text)?.[0];
  }
}

/**
 * What scans, once WeCom has agreed; null where there is no scanner.
 * @param {import("../client/hezi-client.js").Hezi} hezi
 * @returns {Promise<(() => void) | null>}
 */
export async function prepareScanner(hezi) {
  const { wx } = /** @type {any} */ (globalThis);
  if (!wx) return null;
  try {
    const page = location.href.split("#")[0];
    const config = await hezi.call("GET", `/api/wecom/jssdk?url=${encodeURIComponent(page)}`);
    await new Promise((resolve, reject) => {
      wx.ready(resolve);
      wx.error((/** @type {{errMsg: string}} */ error) => reject(new Error(error.errMsg)));
      wx.config({
        beta: true,
        appId: config.corp_id,
        timestamp: config.timestamp,
        nonceStr: config.nonce,
        signature: config.signature,
        jsApiList: ["scanQRCode"],
      });
    });
  } catch (error) {
    console.info("no scanner", String(error));
    return null;
  }
  return () => wx.scanQRCode({ needResult: 1, scanType: ["qrCode"], success: follow, fail: () => hint(t("home.scan_failed")) });
}

/** @param {{resultStr?: any}} result */
function follow(result) {
  const number = numberIn(String(scanned(result)).trim());
  if (number) location.assign(`/c/${number}`);
  else hint(t("home.scan_foreign"));
}
