//! What a survey says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a survey.
    pub struct Texts: "zh-Hans", "en";

    title = "问卷", "Survey";
    summary = "一张表里多道不同题型的题，可必答，可先保存再提交，结束前可以修改，按题统计、按人导出。",
        "Several questions of different kinds in one form: saved and revised until the end, results by question, a row a person.";
    fields {
        "title" = "标题", "Title";
        "intro" = "说明": "写在题目前面", "Introduction": "Stands before the questions";
        "questions" = "题目": "1 到 20 道", "Questions": "1 to 20";
        "questions.text" = "题目", "Question";
        "questions.kind" = "题型", "Kind";
        "questions.kind.single" = "单选", "One choice";
        "questions.kind.multiple" = "多选", "Several choices";
        "questions.kind.text" = "文字", "Text";
        "questions.kind.number" = "数字", "Number";
        "questions.kind.rating" = "打分", "Rating";
        "questions.kind.yes_no" = "是或否", "Yes or no";
        "questions.kind.order" = "排序", "Order";
        "questions.kind.points" = "分配分数", "Distribute points";
        "questions.kind.matrix" = "矩阵": "每一行选一列", "Matrix": "A column for each row";
        "questions.required" = "必答", "Must be answered";
        "questions.options" = "选项": "单选、多选、排序、分配分数的选项，矩阵的列",
            "Options": "Of choices, orders and points; the columns of a matrix";
        "questions.rows" = "矩阵的行", "Rows of a matrix";
        "questions.min" = "最少": "多选的项数、数字和打分的下限", "Least": "How many choices, or the lowest number or rating";
        "questions.max" = "最多": "多选的项数、文字的字数、数字和打分的上限、可分配的总分",
            "Most": "How many choices, characters or points, or the highest number or rating";
        "results" = "谁能看到统计", "Who sees the results";
        "results.organizers" = "只有主持人", "Hosts only";
        "results.live" = "所有人，随时", "Everybody, at any time";
        "results.after_close" = "所有人，结束后", "Everybody, after the end";
    }

    in_question(path: &str, number: usize, reason: &str) = "{path}: 第 {number} 题：{reason}", "{path}: Question {number}: {reason}";
    not_of_this_kind(field: &str) = "questions.{field}: 这种题型没有这一项，请去掉", "questions.{field}: This kind of question has no such field; leave it out";
    range_is_empty() = "questions.max: 最多须不小于最少", "questions.max: The most must not be less than the least";
    rating_is_too_long(levels: i64) = "questions.max: 打分最多 {levels} 档", "questions.max: A rating has at most {levels} levels";
    too_much_text() = "questions: 题目和选项太多或太长，一屏放不下，请精简",
        "questions: The questions and options are too many or too long for one view; shorten them";

    wrong_answer(number: usize, reason: &str) = "answer.q{number}: 第 {number} 题：{reason}", "answer.q{number}: Question {number}: {reason}";
    no_such_question(name: &str) = "answer.{name}: 没有这道题", "answer.{name}: There is no such question";
    does_not_fit() = "回答不符合题型", "the answer does not fit this kind of question";
    no_such_option(name: &str) = "没有选项“{name}”", "there is no option “{name}”";
    no_such_row(name: &str) = "没有“{name}”这一行", "there is no row “{name}”";
    picked_twice(name: &str) = "“{name}”选了两次", "“{name}” is there twice";
    wrong_count(least: i64, most: i64) = "须选 {least} 到 {most} 项", "pick {least} to {most}";
    text_is_too_long(most: i64) = "最多 {most} 个字符", "at most {most} characters";
    out_of_range(least: i64, most: i64) = "须为 {least} 到 {most} 的整数", "it must be a whole number from {least} to {most}";
    order_is_incomplete() = "全部选项都要排，每个一次", "put every option into the order, each once";
    points_do_not_add_up(total: i64) = "分数须为非负整数，合计 {total}", "the points must be whole numbers from 0 that add up to {total}";
    form_is_empty() = "answer: 请至少回答一题", "answer: Answer at least one question";
    form_is_too_long() = "answer: 回答合计太长，请精简", "answer: The answers are too long together; shorten them";
    still_missing(numbers: &str) = "answer: 已提交的问卷必须完整，还缺第 {numbers} 题", "answer: A form that was submitted stays complete; still missing: {numbers}";
    survey_is_full() = "问卷的记录已满，不能再收", "The record of this survey is full, and it takes no more forms";

    comma() = "、", ", ";
    forms() = "已提交", "Forms submitted";
    saved_not_submitted(numbers: &str) = "已保存，还没有提交：第 {numbers} 题必答", "Saved, but not submitted; still to be answered: {numbers}";
    submitted() = "已提交，结束前可以修改", "Submitted; you can revise it until the end";
    submitted_for_good() = "已提交，感谢参与", "Submitted, thank you";
    is_over() = "问卷已结束", "The survey has ended";
    results_come_later() = "统计将在问卷结束后公布", "Results are shown when the survey has ended";
    question(number: usize, text: &str) = "{number}. {text}", "{number}. {text}";
    required_question(number: usize, text: &str) = "{number}. {text}（必答）", "{number}. {text} (must be answered)";
    pick_from_to(least: i64, most: i64) = "选 {least} 到 {most} 项", "Pick {least} to {most}";
    give_points(total: i64) = "共 {total} 分，全部分完", "Give away all {total} points";
    best_first() = "最好的排在最前", "Best first";
    submit() = "保存并提交", "Save and submit";
    save_changes() = "保存修改", "Save the changes";

    answered(count: u64) = "{count} 人回答", "answers: {count}";
    average_of(average: &str, count: u64) = "平均 {average}（{count} 人回答）", "average {average} (answers: {count})";
    scored(question: &str, average: &str) = "{question} · 平均 {average}", "{question} · average {average}";
    borda(question: &str) = "{question} · 博达计分，末位 0 分", "{question} · Borda points, 0 for the last";
    yes() = "是", "yes";
    no() = "否", "no";

    tab_form() = "问卷和统计", "Form and results";
    tab_texts() = "文字回答", "Texts";
    latest_texts() = "最近的文字回答", "The latest texts";
    no_texts_yet() = "还没有文字回答", "No texts yet";
    of_question(number: usize) = "第 {number} 题", "question {number}";

    column_member() = "成员", "member";
    column_name() = "姓名", "name";
    column_part(question: &str, part: &str) = "{question} · {part}", "{question} · {part}";
}
