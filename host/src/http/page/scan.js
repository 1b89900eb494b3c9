// Inside WeCom: scans the QR code of a conference with the phone's own scanner and goes there. Uses what home.js has.
"use strict";

const scanError = (text) => { byId("scan-error").textContent = text; };

/** What was scanned: clients give a text, or the same wrapped in JSON. */
function scanned(result) {
  const text = result.resultStr ?? "";
  if (typeof text === "object") return text.scan_code?.scan_result ?? "";
  try {
    return JSON.parse(text).scan_code?.scan_result ?? text;
  } catch {
    return text;
  }
}

/** Goes to the conference, if the code is one of this site's. */
function follow(text) {
  let number = /^[0-9]{5}$/.exec(text)?.[0];
  try {
    const url = new URL(text);
    if (url.origin === location.origin) number = /^\/c\/([0-9]{5})$/.exec(url.pathname)?.[1];
  } catch {
    // No address: perhaps the bare number.
  }
  if (number) location.assign(`/c/${number}`);
  else scanError("这不是本站会议的二维码。");
}

async function prepareScanner() {
  const page = location.href.split("#")[0];
  const config = await call("GET", `/api/wecom/jssdk?url=${encodeURIComponent(page)}`);
  wx.ready(() => { byId("scan").hidden = false; });
  wx.error((error) => scanError(`扫一扫不可用：${error.errMsg}`));
  wx.config({
    beta: true,
    appId: config.corp_id,
    timestamp: config.timestamp,
    nonceStr: config.nonce,
    signature: config.signature,
    jsApiList: ["scanQRCode"],
  });
}

byId("scan").addEventListener("click", () => {
  scanError("");
  wx.scanQRCode({
    needResult: 1,
    scanType: ["qrCode"],
    success: (result) => follow(scanned(result).trim()),
    fail: (error) => scanError(error.errMsg),
  });
});

prepareScanner().catch((error) => scanError(error.message));
