//! What a red packet says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a red packet.
    pub struct Texts: "zh-Hans", "en";

    title = "红包", "Red packet";
    summary = "模拟红包：拼手气或均分，先拆好并公布承诺，结束后可以核对。不涉及真实资金。",
        "A simulated red packet, split by luck or evenly, committed to beforehand and checked at the end. No real money.";
    fields {
        "total_cents" = "总金额": "每份至少 1 分", "Total": "At least one cent for each share";
        "shares" = "份数", "Shares";
        "mode" = "怎么分", "How it is split";
        "mode.lucky" = "拼手气", "By luck";
        "mode.equal" = "均分", "Evenly";
        "greeting" = "祝福语": "不填则为“恭喜发财，大吉大利”", "Greeting": "If left empty: “Wishing you joy and prosperity”";
        "expires_in_s" = "多久后过期退回", "Time until what is left goes back";
    }

    usual_greeting() = "恭喜发财，大吉大利", "Wishing you joy and prosperity";
    too_little_money() = "total_cents: 每份至少 1 分，总金额不足", "total_cents: Each share needs one cent at least, and there are too few";
    too_much_money(most: &str) = "total_cents: 总金额最多 {most} 元", "total_cents: A packet holds ¥{most} at most";

    grabbed_already() = "你已经抢过这个红包了", "You have had your share of this packet";
    all_are_gone() = "手慢了，红包已经抢完", "Too late: every share has been taken";
    has_ended() = "红包已经结束", "This packet has been closed";
    has_expired() = "红包已经过期", "This packet has expired";

    is_simulated() = "模拟红包：金额只是游戏，不涉及真实资金，不能提现。",
        "A simulated packet: the amounts are a game, no real money is involved, and nothing can be paid out.";
    you_got(yuan: &str) = "你抢到了 {yuan} 元", "You got ¥{yuan}";
    taken() = "已领取", "Shares taken";
    taken_shares(taken: u32, shares: u32) = "{taken}/{shares} 个", "{taken}/{shares}";
    taken_money() = "已领金额", "Amount taken";
    of_yuan(taken: &str, total: &str) = "{taken}/{total} 元", "¥{taken} of ¥{total}";
    expiry() = "红包过期", "Expires in";
    grab() = "抢红包", "Grab a share";
    is_taken() = "红包已抢完", "Every share has been taken";
    expired_and_refunded() = "红包已过期，剩余金额已退回", "The packet has expired, and what was left went back";
    closed_and_refunded() = "红包已结束，剩余金额已退回", "The packet was closed, and what was left went back";
    refunded() = "已退回", "Went back";
    yuan(yuan: &str) = "{yuan} 元", "¥{yuan}";
    best_luck(name: &str, yuan: &str) = "手气最佳：{name} {yuan} 元", "Best luck: {name}, ¥{yuan}";
    with_best_luck(yuan: &str) = "{yuan} 元 · 手气最佳", "¥{yuan} · best luck";
    grabbers() = "领取记录", "Who got what";
    latest_of_many(shown: usize) = "这里显示最近 {shown} 位，全部见活动报告", "The latest {shown} are shown; the report has everybody";
    commitment(hash: &str) = "拆分承诺 SHA-256：{hash}", "Commitment to the split, SHA-256: {hash}";
    nonce(nonce: &str) = "随机数：{nonce}", "Nonce: {nonce}";
    shares_in_cents(list: &str) = "份额（分）：{list}", "Shares in cents: {list}";
    shares_in_report() = "份额较多，全部见活动报告", "There are many shares; the report has them all";

    column_place() = "序号", "number";
    column_member() = "成员", "member";
    column_name() = "姓名", "name";
    column_cents() = "金额（分）", "cents";
}
