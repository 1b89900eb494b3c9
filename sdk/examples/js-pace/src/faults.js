// Says in the plugin's log what went wrong. What the interpreter does not expect ends the call as a bare trap, so without
// this nobody would read the message of an `Error`.

import log from "hezi:activity/log@0.1.0";

const REFUSALS = ["invalid", "denied", "conflict", "exhausted"];

/**
 * The same functions, which write down what they throw unless it is a refusal.
 *
 * @template {Record<string, (...given: any[]) => any>} Functions
 * @param {Functions} functions
 * @returns {Functions}
 */
export function withFaultsLogged(functions) {
  const logged = Object.entries(functions).map(([name, run]) => [
    name,
    (/** @type {any[]} */ ...given) => {
      try {
        return run(...given);
      } catch (thrown) {
        const { tag, message, stack } = /** @type {any} */ (thrown ?? {});
        if (!REFUSALS.includes(tag)) log.write("error", `${name}: ${message ?? thrown}\n${stack ?? ""}`);
        throw thrown;
      }
    },
  ]);
  return Object.fromEntries(logged);
}
