// In how many columns a list stands: as many as its words leave room for, and no more than it needs. It says so to the style, in
// `--columns`, and measures nothing: how wide words are it guesses from their letters.

/**
 * Of each kind, in the size of its letters: how wide its items are besides their words, and the least and the most that their words
 * take, in as many lines. So many items stand in one column before there is a second.
 */
const KINDS = [
  { list: ".bars > ul", words: ".bar-label", besides: 15, least: 6, most: 16, lines: 1, one: 10 },
  { list: ".standings > ol", words: "bdi", besides: 9, least: 3, most: 8, lines: 1, one: 5 },
  { list: ".cards > ul", words: ".note-text", besides: 2, least: 12, most: 40, lines: 2, one: 4 },
];

/** Cards of so few letters are a line each, with what is remarked on them. */
const SHORT_EM = 10;

/** What stands between such words and their remarks, and what the wall has at its sides. */
const REMARKED_EM = 3;
const MARGINS_EM = 5;

/** So much wider are the words of who leads. */
const BOLD = 1.08;

/** Letters of ours are as wide as they are tall; of others about half of that. */
const NARROW = 0.45;

/**
 * @param {HTMLElement} box
 * @param {number} floor how large letters are at the least, in pixels
 */
export function layInColumns(box, floor) {
  const wide = box.clientWidth / floor - MARGINS_EM;
  for (const kind of KINDS) for (const list of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(kind.list))) {
    const words = widest(list, kind.words);
    const remarks = widest(list, ".quiet");
    const isShort = kind.lines > 1 && words <= SHORT_EM;
    const each = isShort ? words + REMARKED_EM + remarks : Math.max(Math.min(kind.most, Math.max(kind.least, words)) / kind.lines, remarks);
    const columns = Math.min(Math.floor(wide / (kind.besides + each)), Math.ceil(list.childElementCount / kind.one));
    list.toggleAttribute("data-short", isShort);
    list.style.setProperty("--columns", String(Math.max(1, columns)));
    list.style.setProperty("--words", `${Math.max(kind.least, words * BOLD) + 0.5}em`);
  }
}

/**
 * How wide the longest text is, in the size of its letters.
 * @param {HTMLElement} list
 * @param {string} words
 */
function widest(list, words) {
  const widths = [...list.querySelectorAll(words)].map(({ textContent }) => {
    const text = (textContent ?? "").trim().replace(/\s+/g, " ");
    return text.length - NARROW * (text.match(/[\u0000-\u024f]/g)?.length ?? 0);
  });
  return Math.max(0, ...widths);
}

/**
 * Lets places that are shown follow each other down the columns, as they are read; or across, as they are parted into pages.
 * @param {HTMLElement} box
 * @param {boolean} isDown
 */
export function standDown(box, isDown) {
  for (const list of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(".standings > ol"))) {
    const shown = list.querySelectorAll(":scope > :not([data-away])").length;
    const rows = Math.ceil(shown / Number(list.style.getPropertyValue("--columns") || 1));
    list.style.gridAutoFlow = isDown ? "column" : "";
    list.style.gridTemplateRows = isDown && rows ? `repeat(${rows}, auto)` : "";
  }
}
