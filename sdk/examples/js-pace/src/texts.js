// Everything that people read. A language without one of the texts does not pass `npm run check`.

import locale from "hezi:activity/locale@0.1.0";

/**
 * @typedef {object} Texts
 * @property {string} title
 * @property {string} summary
 * @property {string} topic
 * @property {string} topicHelp
 * @property {string} question
 * @property {Record<import("./rules.js").Pace, string>} paces
 * @property {string} answers
 * @property {string} over
 * @property {string} notForOthers
 * @property {(from: number) => string} unknownLayout
 * @property {string[]} columns
 */

/** The first is for those who prefer another language. @type {Record<string, Texts>} */
export const LANGUAGES = {
  "zh-Hans": {
    title: "语速",
    summary: "讲得太快还是太慢？随时可以改",
    topic: "主题",
    topicHelp: "大家在听什么",
    question: "讲得怎么样？",
    paces: { slower: "慢一点", fine: "正好", faster: "快一点" },
    answers: "人数",
    over: "已结束",
    notForOthers: "每个人只能替自己说",
    unknownLayout: (from) => `无法读取第 ${from} 版的数据`,
    columns: ["成员", "姓名", "意见"],
  },
  en: {
    title: "Pace",
    summary: "Too fast or too slow? Change your mind at any time",
    topic: "Topic",
    topicHelp: "What people are listening to",
    question: "How is the pace?",
    paces: { slower: "Slower", fine: "Just right", faster: "Faster" },
    answers: "People",
    over: "It is over",
    notForOthers: "People speak for themselves here",
    unknownLayout: (from) => `Data of layout ${from} cannot be read`,
    columns: ["Member", "Name", "Said"],
  },
};

/** The texts of the language that this call speaks. */
export const texts = () => /** @type {Texts} */ (LANGUAGES[locale.language()] ?? LANGUAGES["zh-Hans"]);
