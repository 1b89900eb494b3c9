//! What the question says to people, in Chinese and in English: a text that one of them lacks does not compile.

hezi_sdk::texts! {
    /// The texts. The first language is for those who speak none of them.
    pub struct Texts: "zh-Hans", "en";

    title = "抢答", "Quick question";
    summary = "一道选择题，限时作答，到时揭晓。", "One question with a few answers. When the time is up the right one is shown.";
    fields {
        "question" = "问题", "Question";
        "answers" = "答案": "互不相同", "Answers": "No two the same";
        "correct" = "正确答案": "须是答案之一", "Right answer": "One of the answers";
        "seconds" = "作答时间（秒）", "Time to answer, in seconds";
    }

    // What people see.
    answered() = "已作答", "Answers so far";
    your_answer(answer: &str) = "你的答案：{answer}", "Your answer: {answer}";
    pick_one() = "你的答案", "Your answer";
    send() = "作答", "Answer";
    reveal_now() = "提前揭晓", "Reveal now";
    reveals_in() = "揭晓", "Revealed in";
    everybodys_answers() = "大家的选择", "What everybody picked";
    right_answer(answer: &str) = "正确答案：{answer}", "The right answer: {answer}";

    // What organizers take home.
    column_member() = "成员", "Member";
    column_name() = "姓名", "Name";
    column_answer() = "答案", "Answer";

    // Why something is refused, and what to do instead.
    answer_repeated(answer: &str) = "answers: 答案“{answer}”重复，请改成不同的", "answers: “{answer}” is there twice, change one of them";
    correct_unknown() = "correct: 正确答案须是答案之一", "correct: the right answer must be one of the answers";
    seconds_out_of_range(max: u32) = "seconds: 须在 1 和 {max} 之间", "seconds: must be from 1 to {max}";
    answer_unknown(answer: &str) = "answer: 没有答案“{answer}”，请从列出的答案中选择", "answer: there is no “{answer}”, pick one of those that are listed";
    only_organizers_reveal() = "只有主持人可以提前揭晓", "Only hosts can reveal the answer before the time is up";
    revealed_already() = "答案已经揭晓", "The answer is out already";
    too_late() = "作答时间已过", "The time to answer is over";
    picked_already() = "你已经作答，不能更改", "You have answered already and cannot change it";
}
