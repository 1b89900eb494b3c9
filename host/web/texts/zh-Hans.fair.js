// 简体中文，仅用于核对公平性，随核对一起加载。键与 en.fair.js 相同：有测试对照。

export default {
  "fair.bad_commitment": "对不上：份额与开始时公布的承诺不符！",
  "fair.bad_names": "对不上：页面上写的是 {shown}，抽中的是 {names}！",
  "fair.bad_order": "对不上：领取的份额与公布的顺序不符！",
  "fair.bad_pool": "对不上：名单与冻结时公布的摘要不符！",
  "fair.bad_promise": "对不上：现在显示的承诺不是当初公布的那一个！",
  "fair.bad_seed": "对不上：公布的种子与开始时的承诺不符！",
  "fair.bad_total": "对不上：份额之和与总额不符！",
  "fair.bad_winner": "对不上：重新计算得到了另外的中奖者！",
  "fair.draw_fits": "核对无误：本机用 {pool} 人的名单、种子和附加熵重新计算，{count} 次抽取全部一致。中奖者：{names}。",
  "fair.more": "另外 {count} 人",
  "fair.nothing": "还没有公布可以核对的数据",
  "fair.seed_fits": "种子与开始时的承诺一致。活动没有列出名单，无法在这里核对抽取结果。",
  "fair.split_fits": "核对无误：{count} 份红包与揭晓前本机见到的承诺一致。",
  "fair.split_unseen": "{count} 份红包与现在显示的承诺一致；但揭晓前本机没有见过这个承诺，无法确认它没有换过。",
};
