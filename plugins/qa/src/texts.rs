//! What the questions' board says to people, in Chinese and in English.

hezi_sdk::texts! {
    /// What the board says to people.
    pub struct Texts: "zh-Hans", "en";

    title = "提问", "Questions";
    summary = "大家提问、互相点赞，主持人逐个回答；可以匿名，也可以先审后发。",
        "People ask and vote for questions, and hosts answer one after another; named or not, reviewed first or not.";
    fields {
        "title" = "主题", "Topic";
        "moderation" = "审核", "Review";
        "moderation.after" = "先发布，需要时再隐藏", "Shown at once, and hidden where need be";
        "moderation.before" = "主持人通过后才显示", "Shown once a host has approved it";
        "names" = "署名", "Names";
        "names.named" = "显示提问人", "Whoever asks is named";
        "names.anonymous" = "不显示提问人", "Nobody is named";
        "names.choice" = "由提问人决定", "Whoever asks decides";
        "seconds_between" = "每人提问间隔": "0 表示不限", "Time between two questions of a person": "0 for no limit";
    }

    // The view.
    open_tab(count: u64) = "问题 {count}", "Questions {count}";
    answered_tab(count: u64) = "已回答 {count}", "Answered {count}";
    pending_tab(count: u64) = "待审核 {count}", "To review {count}";
    hidden_tab(count: u64) = "已隐藏 {count}", "Hidden {count}";
    no_questions() = "还没有问题，来提第一个吧", "No questions yet: ask the first one";
    yours() = "你的提问", "Your questions";
    nothing_here() = "这里没有问题", "There is nothing here";
    earlier_page() = "上一页", "Previous page";
    later_page() = "下一页", "Next page";
    pinned() = "置顶", "pinned";
    answering() = "正在回答", "being answered";
    answered() = "已回答", "answered";
    vote() = "赞同", "Upvote";
    approve() = "通过", "Approve";
    hide() = "隐藏", "Hide";
    show() = "恢复显示", "Show again";
    answer_now() = "开始回答", "Answer now";
    mark_answered() = "标记已回答", "Mark as answered";
    reopen() = "放回列表", "Put back";
    pin() = "置顶", "Pin";
    ask() = "提问", "Ask";
    your_question() = "你的问题", "Your question";
    ask_anonymously() = "匿名提问", "Ask without my name";
    reviewed_first() = "问题经主持人通过后显示", "Questions are shown once a host has approved them";
    over() = "提问已结束", "Questions are closed";

    // The report.
    column_number() = "编号", "Number";
    column_text() = "问题", "Question";
    column_member() = "成员", "Member";
    column_name() = "姓名", "Name";
    column_score() = "赞同", "Votes";
    column_state() = "状态", "State";
    state_open() = "未回答", "open";
    state_pending() = "待审核", "to be reviewed";
    state_hidden() = "已隐藏", "hidden";

    // Refusals, which say what to do instead.
    too_soon(seconds: u64) = "请 {seconds} 秒后再提问，可以先给别人的问题点赞",
        "Seconds until you can ask again: {seconds}; meanwhile vote for what others ask";
    too_many() = "问题已满，请给已有的问题点赞", "There is no room for more questions: vote for those that are there";
    names_are_shown() = "anonymous: 这里的提问都署名", "anonymous: whoever asks here is named";
    text_wrong(max: usize) = "text: 问题须有 1 到 {max} 个字符", "text: a question takes 1 to {max} characters";
    unknown(number: u32) = "question: 没有第 {number} 号问题", "question: there is no question {number}";
    not_shown(number: u32) = "第 {number} 号问题现在不显示", "Question {number} is not shown now";
    answered_already(number: u32) = "第 {number} 号问题已经回答过了", "Question {number} has been answered already";
    voted_already() = "你已经赞同过这个问题了", "You have voted for this question already";
    not_voted() = "你还没有赞同过这个问题", "You have not voted for this question";
    votes_used_up(max: usize) = "你已经赞同了 {max} 个问题，请先收回一些", "You have voted for {max} questions: take some votes back first";
    only_organizers() = "只有主持人可以管理问题", "Only hosts can manage questions";
    wrong_step(number: u32) = "第 {number} 号问题现在不能这样处理，请刷新后再看",
        "Question {number} is not in a state for that: look at it again";
}

/// The texts in the language of the call.
pub(crate) fn texts(ctx: &hezi_sdk::ReadCtx) -> Texts {
    ctx.texts()
}
