// Texts survive the way into state and back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../src/utf8.js";

test("the bytes are UTF-8", () => {
  for (const text of ["", "pace", "语速 % 100%", "😀\u0000\u007f\u0080\uffff", "字".repeat(20_000)]) {
    assert.deepEqual(encode(text), new TextEncoder().encode(text));
    assert.equal(decode(encode(text)), text);
  }
});
