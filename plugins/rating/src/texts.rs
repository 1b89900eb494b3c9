//! What a rating says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a rating.
    pub struct Texts: "zh-Hans", "en";

    title = "评分", "Rating";
    summary = "大家给一个对象打分，实时显示平均分和分布。",
        "Members give a score; the average and how the scores are spread are shown at once.";
    fields {
        "subject" = "评分对象", "What is rated";
        "min" = "最低分", "Lowest score";
        "max" = "最高分", "Highest score";
        "step" = "分差": "最多两位小数", "Step between scores": "At most two decimal places";
        "revisable" = "可以改分", "Scores can be changed";
    }

    max_is_too_low() = "max: 最高分须大于最低分", "max: The highest score must be above the lowest";
    step_is_wrong() = "step: 分差须大于 0，且不超过最高分与最低分之差",
        "step: The step must be above 0 and no wider than the whole scale";
    scale_is_too_fine(levels: u32) = "step: 分值最多 {levels} 档，请加大分差",
        "step: A scale has at most {levels} scores; choose a wider step";
    no_more_revisions() = "你已经评过分了，本次评分不能修改", "You have given a score already, and scores are final here";
    beyond_the_scale(min: &str, max: &str) = "score: 分数须在 {min} 和 {max} 之间", "score: The score must be from {min} to {max}";
    off_the_scale(min: &str, step: &str) = "score: 分数须从 {min} 起，每档相差 {step}",
        "score: Scores start at {min} and go up in steps of {step}";

    average() = "平均分", "Average";
    none_yet() = "暂无", "none yet";
    raters() = "评分人数", "Scores given";
    spread() = "分布", "Spread";
    your_score(score: &str) = "你的评分：{score}", "Your score: {score}";
    is_over() = "评分已结束", "The rating has ended";
    please_rate() = "请评分", "Your score";
    rate() = "评分", "Rate";
    change() = "改分", "Change my score";

    column_member() = "成员", "member";
    column_name() = "姓名", "name";
    column_score() = "分数", "score";
}
