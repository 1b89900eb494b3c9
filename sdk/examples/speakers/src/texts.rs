//! What people read, in Chinese and in English.

hezi_sdk::texts! {
    /// What the list of speakers says to people.
    pub struct Texts: "zh-Hans", "en";

    title = "发言", "Speakers";
    summary = "举手排队发言，主持人逐个请上，到时提醒。", "People line up to speak, a host calls one after another, and time is kept.";
    fields {
        "topic" = "议题", "Topic";
        "seconds" = "每人发言时间（秒）", "Time for each speaker, in seconds";
    }

    speaking() = "正在发言", "Speaking";
    time_left() = "剩余时间", "Time left";
    time_is_over(name: &str) = "{name} 的时间到了", "Time is over for {name}";
    nobody_speaks() = "现在没有人发言", "Nobody is speaking";
    waiting() = "等待发言", "Waiting to speak";
    more_waiting(count: u64) = "还有 {count} 人", "{count} more";
    raise() = "举手", "Raise your hand";
    next() = "请下一位", "Call the next speaker";
    done() = "发言结束", "The speaker is done";

    raised_already() = "你已经在队列里了", "You are in line already";
    you_speak() = "现在正是你发言", "It is you who is speaking";
    not_in_line() = "你不在队列里", "You are not in line";
    only_organizers_call() = "只有主持人可以请人发言", "Only hosts can call speakers";
    only_speaker_or_organizer() = "只有发言人和主持人可以结束发言", "Only the speaker and hosts can end a speech";
    nobody_waits() = "没有人在等待发言", "Nobody is waiting to speak";
    nobody_is_speaking() = "现在没有人在发言", "Nobody is speaking right now";

    column_member() = "成员", "Member";
    column_name() = "姓名", "Name";
    column_seconds() = "发言时长（秒）", "Seconds spoken";
}
