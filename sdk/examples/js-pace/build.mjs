// Makes the component: QuickJS, the interface in wit/ and the modules in src/, started once and kept as they are then.
//
//   node build.mjs [OUT]        build/pace.wasm
//
// Modules are put together and run here, while building. What they do when they are loaded is in the component; the
// functions of `activity` are what runs on the server.

import { readFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentize } from "componentize-qjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "build/pace.wasm");
const entry = join(here, "src/plugin.js");

const { component } = await componentize({
  witPath: join(here, "wit"),
  world: "plugin",
  jsPath: entry,
  jsSource: await readFile(entry, "utf8"),
  moduleRoot: here,
  // The smaller of its two interpreters, without asynchronous calls: a plugin's calls end before they return.
  optSize: true,
  sync: true,
  // The interpreter would like to import files, clocks and a seed. A plugin has none, so whoever asks for one traps.
  stubWasi: true,
});
await mkdir(dirname(out), { recursive: true });
await writeFile(out, component);
console.log(`${out}: ${component.length} bytes`);
