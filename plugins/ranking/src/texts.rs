//! What a ranking says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a ranking.
    pub struct Texts: "zh-Hans", "en";

    title = "排序", "Ranking";
    summary = "大家把选项排出先后，按博达计分或首选票数得出名次，计分方法写在结果旁边。",
        "Members put options into an order; Borda points or first preferences decide, and the method is shown.";
    fields {
        "question" = "问题", "Question";
        "options" = "选项": "2 到 20 个，互不相同", "Options": "2 to 20, all different";
        "min_ranked" = "至少排几个": "不填则全部要排", "How many must be ranked": "If left empty, all of them";
        "method" = "名次怎么定", "What decides";
        "method.borda" = "博达计分", "Borda points";
        "method.first_preference" = "首选票数", "First preferences";
        "results" = "结果何时可见", "When results are shown";
        "results.live" = "随时可见", "At any time";
        "results.after_close" = "结束后公布", "After the end";
        "revisable" = "可以重排", "An order can be changed";
    }

    no_more_revisions() = "你已经排过了，本次排序不能修改", "You have given your order already, and it is final here";
    no_such_option(name: &str) = "order: 没有选项“{name}”", "order: There is no option “{name}”";
    ranked_twice(name: &str) = "order: 选项“{name}”排了两次", "order: “{name}” is there twice";
    ranked_too_few(least: u32) = "order: 至少要排 {least} 个选项", "order: Put at least {least} options into an order";

    ballots() = "参与人数", "Orders given";
    borda() = "博达计分", "Borda points";
    how_borda_counts(most: u32) = "博达计分：排在第一得 {most} 分，往后每位少 1 分，末位 0 分。",
        "Borda: the first place counts {most}, each place after it one fewer, down to 0.";
    how_borda_counts_some() = "博达计分：每排在一个选项之前得 2 分；没有排的选项并列最后，彼此各得 1 分。",
        "Borda: 2 points for each option that one stands above; options left out share the end, with 1 point for each other.";
    firsts() = "首选票数", "First preferences";
    how_firsts_count() = "首选票数：只数排在第一的次数。", "First preferences: how often an option was put first.";
    decides(method: &str) = "名次按{method}", "Decided by: {method}";
    place(place: u32, option: &str) = "{place}. {option}", "{place}. {option}";
    place_and_rank(place: u32, option: &str, rank: &str) = "{place}. {option}（平均名次 {rank}）", "{place}. {option} (average rank {rank})";
    results_come_later() = "结果将在排序结束后公布", "Results are shown when the ranking has ended";
    winner(option: &str) = "第一名：{option}", "First place: {option}";
    winners(options: &str) = "并列第一：{options}", "Tied for first place: {options}";
    your_order(order: &str) = "你的排序：{order}", "Your order: {order}";
    is_over() = "排序已结束", "The ranking has ended";
    please_order() = "请排出先后，最好的排在最前", "Put them into an order, best first";
    rank_at_least(least: u32, all: usize) = "{all} 个选项中至少排 {least} 个", "At least {least} of {all}";
    submit() = "提交排序", "Submit my order";
    change() = "重新提交", "Change my order";

    hidden() = "结束后公布", "after the end";
    column_member() = "成员", "member";
    column_name() = "姓名", "name";
}
