//! What a vote says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a vote.
    pub struct Texts: "zh-Hans", "en";

    title = "投票", "Vote";
    summary = "大家从选项中选择，可多选、匿名、改票，结果可随时可见或结束后公布。",
        "Members choose among options: one or several, anonymously or not, with results live or at the end.";
    fields {
        "question" = "问题", "Question";
        "options" = "选项": "2 到 50 个，互不相同", "Options": "2 to 50, all different";
        "max_choices" = "每人最多选几项", "Choices per person";
        "results" = "结果何时可见", "When results are shown";
        "results.live" = "随时可见", "At any time";
        "results.after_close" = "结束后公布", "After the end";
        "anonymous" = "不显示谁选了什么": "任何界面和报告都不显示；投票人数仍可见",
            "Hide who chose what": "No view or report tells it; how many voted is shown";
        "revisable" = "可以改票", "Ballots can be changed";
    }

    no_more_revisions() = "你已经投过票了，本次投票不能修改", "You have voted already, and ballots of this vote are final";
    choose_something() = "choose: 请至少选择一项", "choose: Pick at least one option";
    chosen_too_many(most: u32) = "choose: 最多选择 {most} 项", "choose: Pick at most {most}";
    no_such_option(name: &str) = "choose: 没有选项“{name}”", "choose: There is no option “{name}”";
    chosen_twice() = "choose: 同一选项不能重复选择", "choose: An option can be picked only once";

    single_choice() = "单选", "One choice";
    up_to(most: u32) = "最多选 {most} 项", "Up to {most} choices";
    hides_names() = " · 不显示谁选了什么", " · Nobody sees who chose what";
    can_be_changed() = " · 可以改票", " · You can change your ballot";
    stands() = " · 投出后不能更改", " · It cannot be changed once cast";
    voters() = "投票人数", "Voters";
    results() = "结果", "Results";
    results_come_later() = "结果将在投票结束后公布", "Results are shown when the vote has ended";
    you_chose(names: &str) = "你的选择：{names}", "You chose: {names}";
    is_over() = "投票已结束", "The vote has ended";
    please_choose() = "请选择", "Your choice";
    cast() = "投票", "Vote";
    change() = "改票", "Change my vote";

    /// What stands in the report where a result will stand after the end.
    hidden() = "结束后公布", "after the end";
    column_option() = "选项", "option";
    column_votes() = "票数", "votes";
    column_member() = "成员", "member";
    column_name() = "姓名", "name";
    column_choice() = "选择", "choice";
}
