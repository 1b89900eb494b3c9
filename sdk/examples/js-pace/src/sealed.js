// Takes away what would make two runs of one call differ. Imported first, before any other module can use it.
//
// The host runs calls again, from its journal, and must get the same bytes: time and chance come from its `clock` and
// `random`, which it records. The language's own would be frozen at the time of the build, or trap without a word.

/** @param {string} what @param {string} instead @returns {any} a function that fails and says what to use */
const refuse = (what, instead) => () => {
  throw new Error(`${what} is not there in a plugin: use ${instead}`);
};

Math.random = refuse("Math.random", "hezi:activity/random");

const Native = Date;
globalThis.Date = /** @type {any} */ (
  new Proxy(Native, {
    apply: refuse("Date()", "hezi:activity/clock"),
    construct(target, given) {
      if (given.length === 0) refuse("new Date()", "hezi:activity/clock")();
      return Reflect.construct(target, given);
    },
  })
);
Native.now = refuse("Date.now", "hezi:activity/clock");
