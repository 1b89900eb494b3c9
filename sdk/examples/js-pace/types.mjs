// Writes types/hezi.d.ts anew from wit/. Only after a change of the interface; it fetches jco, which nothing else needs.
//
// jco describes the interface as its own tool chain passes it. componentize-qjs differs in three points, which are put
// right here: whole numbers of 64 bits are `number`, what is absent is `null`, and an imported interface is an object, the
// module's default export.

import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const JCO = "@bytecodealliance/jco@1.24.6";
const OUT = "types/hezi.d.ts";

/** @param {string} text a module of jco's */
const adapt = (text) =>
  text
    .replace(/^\/\/\/ <reference.*\n/gm, "")
    .replace(/\bbigint\b/g, "number")
    .replace(/\| undefined\b/g, "| null")
    .replace(/^(\s+)(\w+)\?: (.*),$/gm, "$1$2: $3 | null,")
    .replace(/[ \t]+$/gm, "")
    .replace(/^declare module '(hezi:activity\/(?!types@|activity@)[^']+)' \{$/m, "$&\n  import * as self from '$1';\n  export default self;");

const folder = await mkdtemp(join(tmpdir(), "hezi-types-"));
execFileSync("npx", ["--yes", JCO, "guest-types", "wit", "-n", "plugin", "-o", folder, "--quiet"], { stdio: "inherit" });
const files = (await readdir(join(folder, "interfaces"))).sort();
const modules = await Promise.all(files.map((file) => readFile(join(folder, "interfaces", file), "utf8")));
const head = `// The interface of Hezi's plugins, from wit/ by \`npm run types\` (${JCO}). Not to be changed by hand.\n\n`;
await writeFile(OUT, head + modules.map(adapt).join("\n"));
await rm(folder, { recursive: true });
