//! What a lottery says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a lottery.
    pub struct Texts: "zh-Hans", "en";

    title = "抽奖", "Lottery";
    summary = "先公布种子承诺并冻结名单，再抽奖；结束后任何人都可以重新计算每一位中奖者。",
        "The seed is committed to and the pool is frozen before the draw; afterwards anybody can compute every winner again.";
    fields {
        "title" = "标题", "Title";
        "prizes" = "奖品": "1 到 50 种，名称互不相同", "Prizes": "1 to 50, with different names";
        "prizes.name" = "名称", "Name";
        "prizes.count" = "名额", "How many";
        "repeat_winners" = "同一个人可以赢得不同的奖品", "One person may win different prizes";
    }

    organizers_only() = "只有主持人可以操作抽奖", "Only hosts run a lottery";
    freeze_first() = "请先冻结名单", "Freeze the pool first";
    frozen_already() = "名单已经冻结", "The pool is frozen already";
    nobody_is_in() = "没有符合条件的人，不能冻结名单", "Nobody would be in the pool, so it cannot be frozen";
    pool_is_too_long(count: u32) = "名单太长：最多约 {count} 人", "The pool is too long: about {count} people fit";
    no_such_prize(name: &str) = "prize: 没有奖品“{name}”", "prize: There is no prize “{name}”";
    draw_somebody() = "count: 至少抽取 1 人", "count: Draw at least one";
    entropy_is_too_long(most: usize) = "entropy: 附加熵最多 {most} 个字符", "entropy: At most {most} characters of entropy";
    draws_too_many(most: u32) = "count: 一次最多抽取 {most} 人", "count: At most {most} can be drawn at a time";
    prize_is_gone(name: &str) = "prize: “{name}”已经抽完", "prize: All of “{name}” are drawn";
    prize_runs_out(name: &str, left: u32) = "count: “{name}”只剩 {left} 个名额", "count: Only {left} of “{name}” left";
    pool_has_only(left: u32) = "count: 名单中只剩 {left} 人可以抽取", "count: Only {left} in the pool can still be drawn";
    pool_runs_out(left: u32) = "名单中只剩 {left} 人可以抽取", "Only {left} in the pool can still be drawn";
    has_no_prize() = "该成员没有中奖，不能重抽", "This member holds no prize, so there is nothing to draw again";
    record_is_full() = "这个抽奖的记录已满，请新建一个抽奖", "The record of this lottery is full; start another one";

    you_have_won(prizes: &str) = "恭喜你获得：{prizes}", "Congratulations, you have won: {prizes}";
    congratulations(names: &str, prize: &str) = "恭喜 {names} 获得{prize}", "Congratulations to {names}: {prize}";
    and_more_people(names: &str, count: usize) = "{names}等 {count} 人", "{names} and others ({count} in all)";
    and_more_prizes(prizes: &str, count: usize) = "{prizes} 等 {count} 项", "{prizes} and others ({count} in all)";
    comma() = "、", ", ";
    drawn_of(drawn: u64, count: u32) = "已抽 {drawn}/{count}", "{drawn}/{count} drawn";
    pick_number(number: u32) = "第 {number} 个抽出", "number {number}";
    who_left(detail: &str) = "{detail} · 抽中时已离开", "{detail} · had left before the draw";
    latest_of_many(all: u64, shown: u64) = "共 {all} 位中奖者，这里显示最近 {shown} 位，全部名单见活动报告",
        "{all} winners in all; the latest {shown} are shown, and the report has everybody";

    freeze() = "冻结名单", "Freeze the pool";
    ask_freeze() = "冻结后，名单不能再更改。现在冻结吗？", "Once it is frozen, the pool cannot be changed. Freeze it now?";
    who_is_in() = "谁参加抽奖", "Who is in";
    online_now() = "此刻在线的人", "Those who are online now";
    all_members() = "全部成员", "All members";
    with_organizers() = "主持人也参加", "Hosts are in, too";
    pool_of_online() = "参加范围：冻结时在线的参与者", "Who can win: participants who were online at the freezing";
    pool_of_online_and_organizers() = "参加范围：冻结时在线的所有人，含主持人",
        "Who can win: everybody who was online at the freezing, hosts too";
    pool_of_participants() = "参加范围：冻结时的全部参与者", "Who can win: all participants at the freezing";
    pool_of_everybody() = "参加范围：冻结时的全部成员，含主持人", "Who can win: all members at the freezing, hosts too";

    draw() = "抽奖", "Draw";
    prize() = "奖品", "Prize";
    prize_left(name: &str, left: u32) = "{name}（还有 {left} 个）", "{name} ({left} left)";
    how_many() = "人数", "How many";
    no_more_than_left() = "不能超过所选奖品剩下的个数", "No more than there are left of the prize";
    entropy() = "附加熵", "Entropy";
    entropy_example() = "例如现场掷骰子的点数", "Dice thrown in the hall, say";
    redraw() = "缺席重抽", "Draw again for who is absent";
    ask_redraw() = "该成员将失去这个奖品，由重新抽出的人获得，不能撤销。确定重抽吗？",
        "This member loses the prize to whoever is drawn instead, and that cannot be undone. Draw again?";
    absentee() = "缺席者", "Who is absent";

    seed_hash(hash: &str) = "种子承诺 SHA-256：{hash}", "Commitment to the seed, SHA-256: {hash}";
    pool_tab(count: u32) = "名单（{count} 人）", "Pool ({count})";
    pool_part(from: u32, to: u32) = "第 {from} 至 {to} 位，按成员 ID 排序", "{from} to {to}, in the order of member ids";
    you() = "你", "You";
    earlier_page() = "上一页", "Previous page";
    later_page() = "下一页", "Next page";
    pool_size() = "名单人数", "People in the pool";
    pool_hash(hash: &str) = "名单 SHA-256：{hash}", "Pool, SHA-256: {hash}";
    seed(seed: &str) = "种子：{seed}", "Seed: {seed}";
    entropy_from(number: u32, entropy: &str) = "附加熵（第 {number} 个起）：{entropy}", "Entropy from number {number} on: {entropy}";
    no_entropy() = "无", "none";
    earlier_entropies() = "更早的附加熵见活动报告", "The report has earlier entropies";

    column_kind() = "类型", "kind";
    column_number() = "序号", "number";
    column_member() = "成员", "member";
    column_name() = "姓名", "name";
    column_prize() = "奖品", "prize";
    column_entropy() = "附加熵", "entropy";
    column_replaces() = "替换", "replaces";
    column_state() = "状态", "state";
    row_of_winner() = "中奖", "winner";
    row_of_pool() = "名单", "pool";
    valid() = "有效", "valid";
    absent() = "缺席", "absent";
    had_left() = "已离开", "had left";
}
