//! What the word cloud says to people, in Chinese and in English.

hezi_sdk::texts! {
    /// What a word cloud says to people.
    pub struct Texts: "zh-Hans", "en";

    title = "词云", "Word cloud";
    summary = "每人说几个词，说的人越多字越大。", "Everybody says a few words, which are drawn larger the more people say them.";
    fields {
        "question" = "问题", "Question";
        "words_each" = "每人最多几个词", "Words that each person has";
        "blocked" = "屏蔽词": "包含这些词的不予接受", "Blocked words": "What contains one of them is not taken";
    }

    // The view.
    words() = "词", "Words";
    people() = "参与人数", "People";
    nothing_yet() = "还没有人说话，来说第一个词吧", "Nobody has said anything yet: say the first word";
    your_words() = "你的词", "Your words";
    take_back() = "收回", "Take back";
    say() = "发送", "Send";
    your_word(left: usize) = "你的词（还可以说 {left} 个）", "Your word ({left} left)";
    several() = "几个词用逗号或顿号隔开", "Several at once: put commas between them";
    words_tab() = "词云", "Cloud";
    manage_tab() = "管理", "Manage";
    hidden() = "已隐藏", "hidden";
    hide() = "隐藏", "Hide";
    show() = "恢复显示", "Show again";
    most_said() = "说得最多的词", "Said most often";
    taken_away() = "已隐藏的词", "Hidden words";
    over() = "词云已结束", "The word cloud is closed";

    // The report.
    column_word() = "词", "Word";
    column_weight() = "人数", "People";

    // Refusals, which say what to do instead.
    no_word() = "words: 请至少写一个词", "words: write a word at least";
    word_too_long(max: usize) = "words: 一个词最多 {max} 个字符，请写短一些", "words: a word has at most {max} characters, make it shorter";
    word_blocked(word: &str) = "words: “{word}”在这里不能说，请换一个", "words: “{word}” cannot be said here, take another one";
    said_already(word: &str) = "“{word}”你已经说过了，请换一个", "You have said “{word}” already, take another one";
    few_left(left: usize) = "你还可以说 {left} 个词，请少写几个", "Words left to you: {left}; write fewer";
    none_left() = "你的词已经用完了，可以先收回一个", "Your words are used up: take one back first";
    not_yours(word: &str) = "word: 你没有说过“{word}”", "word: you have not said “{word}”";
    only_organizers() = "只有主持人可以隐藏词", "Only hosts can hide words";
    unknown(word: &str) = "word: 没有人说过“{word}”", "word: nobody has said “{word}”";
    hidden_already(word: &str) = "“{word}”已经隐藏了", "“{word}” is hidden already";
    shown_already(word: &str) = "“{word}”正在显示", "“{word}” is shown already";
    blocked_wrong(max: usize) = "blocked: 每个屏蔽词须有 1 到 {max} 个字符", "blocked: each has 1 to {max} characters";
    too_many_words() = "词太多了，请说一个已经有的", "There is no room for another word: say one that is there";
}

/// The texts in the language of the call.
pub(crate) fn texts(ctx: &hezi_sdk::ReadCtx) -> Texts {
    ctx.texts()
}
