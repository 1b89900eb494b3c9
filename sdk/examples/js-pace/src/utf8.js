// Texts as the bytes that state holds, and back: this JavaScript has no TextEncoder, which is a browser's and Node's.

/** @param {string} text without half a surrogate pair, as JSON always is @returns {Uint8Array} */
export function encode(text) {
  const escaped = encodeURIComponent(text).replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(escaped, (byte) => byte.charCodeAt(0));
}

/** @param {Uint8Array} bytes @returns {string} */
export function decode(bytes) {
  return decodeURIComponent(Array.from(bytes, (byte) => "%" + byte.toString(16).padStart(2, "0")).join(""));
}
