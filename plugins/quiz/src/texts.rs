//! What the quiz says to people, in Chinese and in English.

hezi_sdk::texts! {
    /// What a quiz says to people.
    pub struct Texts: "zh-Hans", "en";

    title = "知识竞赛", "Quiz";
    summary = "主持人逐题提问，限时作答，答对越快得分越高；每题结束后公布答案和积分榜。",
        "Questions against the clock: the faster right answer earns more. Each ends with the answer and the standings.";
    fields {
        "title" = "标题", "Title";
        "questions" = "题目": "按出题顺序，1 到 50 道", "Questions": "In the order in which they are asked, 1 to 50";
        "questions.text" = "题目内容", "Question";
        "questions.choices" = "选项": "2 到 6 个，互不相同", "Choices": "2 to 6, no two the same";
        "questions.right" = "正确的选项", "Right choice";
        "questions.seconds" = "答题时间", "Time to answer";
    }

    // The view.
    question() = "题目", "Question";
    questions_in_all(count: u32) = "共 {count} 题", "{count} in all";
    wait_for_the_host() = "请等待主持人开始", "Please wait for the host to begin";
    time_left() = "剩余时间", "Time left";
    time_is_up() = "时间到", "Time is up";
    answers_so_far() = "已作答", "Answers so far";
    your_answer(letter: char) = "你的答案：{letter}", "Your answer: {letter}";
    choose() = "请选择", "Your choice";
    send() = "提交", "Send";
    right_answer(letter: char, text: &str) = "正确答案：{letter} {text}", "The right answer: {letter} {text}";
    you_said_nothing() = "你没有作答", "You did not answer";
    you_were_wrong(letter: char) = "你选了 {letter}，没有答对", "You chose {letter}, which is not right";
    you_were_right(letter: char, points: u32) =
        "你选了 {letter}，答对了，得 {points} 分", "You chose {letter}, which is right: {points} points";
    your_place(points: u32, place: u64, players: u64) =
        "总分 {points}，第 {place} 名（共 {players} 人）", "{points} points in all, place {place} of {players}";
    answers() = "作答分布", "What everybody answered";
    players() = "参与人数", "Players";
    standings() = "积分榜", "Standings";
    stop() = "提前结束本题", "End this question now";
    ask(number: u32) = "开始第 {number} 题", "Ask question {number}";
    all_asked() = "题目已经全部出完", "All questions have been asked";
    over() = "活动已结束", "The quiz is over";
    won(names: &str, points: u32) = "恭喜 {names}以 {points} 分获胜", "Congratulations: {names} won with {points} points";
    won_with_others(names: &str, leaders: u32, points: u32) = "恭喜 {names}等 {leaders} 人以 {points} 分获胜",
        "Congratulations: {names} and others, {leaders} in all, won with {points} points";
    nobody_won() = "没有人得分", "Nobody earned a point";
    between_names() = "、", ", ";

    // The report.
    column_member() = "成员", "Member";
    column_name() = "姓名", "Name";
    column_points() = "总分", "Points";
    column_choice(number: u32) = "第{number}题", "Question {number}";
    column_elapsed(number: u32) = "第{number}题用时(毫秒)", "Question {number}, time in ms";
    column_earned(number: u32) = "第{number}题得分", "Question {number}, points";
    answered() = "已作答", "answered";

    // Refusals, which say what to do instead.
    right_unknown(field: &str) = "{field}: 正确答案须是选项之一", "{field}: the right answer must be one of the choices";
    only_organizers_ask() = "只有主持人可以出题", "Only hosts can ask questions";
    only_organizers_stop() = "只有主持人可以结束本题", "Only hosts can end a question";
    organizers_know() = "主持人知道答案，不参与答题", "Hosts know the answers and do not play";
    still_running(number: u32) = "第 {number} 题还没有结束", "Question {number} is not over yet";
    none_running() = "现在没有进行中的题目", "No question is being asked";
    no_more_questions() = "题目已经全部出完，请结束活动", "All questions have been asked: close the quiz";
    nothing_asked() = "还没有开始出题，请稍候", "No question has been asked yet: wait for the first";
    not_asked_yet(number: u32) = "第 {number} 题还没有开始", "Question {number} has not been asked yet";
    too_late(number: u32) = "第 {number} 题的答题时间已经结束", "The time to answer question {number} is over";
    answered_already() = "这道题你已经答过了", "You have answered this question already";
    no_such_choice(number: u32, letter: char) =
        "choice: 第 {number} 题没有选项 {letter}", "choice: question {number} has no choice {letter}";
    no_pick() = "choice: 须是题号加选项字母，例如 2B",
        "choice: must be the question's number and the choice's letter, as in 2B";
}

/// The texts in the language of the call.
pub(crate) fn texts(ctx: &hezi_sdk::ReadCtx) -> Texts {
    ctx.texts()
}
