//! What a check-in says to people, in every language that it speaks.

hezi_sdk::texts! {
    /// The texts of a check-in.
    pub struct Texts: "zh-Hans", "en";

    title = "签到", "Check-in";
    summary = "谁到了，随到随上墙；可设迟到时间，主持人可以代签，结果可以导出。",
        "Who is here, on the wall as they come; late after a time of your choice; hosts add people by hand.";
    fields {
        "title" = "标题", "Title";
        "late_after_min" = "开始多少分钟后算迟到": "不填则没有人迟到", "Late after so many minutes": "If left empty, nobody is late";
        "utc_offset_min" = "时区", "Time zone";
    }

    here_already(number: u32, time: &str) = "已经签到：第 {number} 位，{time}", "Checked in already: number {number}, at {time}";
    organizers_only() = "只有主持人可以代签和撤销", "Only hosts add people and take them off";
    nobody_acts_for_others() = "代替成员操作时只能签到", "For another member you can only check in";
    name_is_wrong(most: usize) = "add.name: 姓名须有 1 到 {most} 个字符", "add.name: A name takes 1 to {most} characters";
    name_is_there(name: &str, number: u32) = "“{name}”已在名单中（第 {number} 位），如为同名者请加以区分",
        "“{name}” is on the list already, as number {number}: tell two people of one name apart";
    no_such_row(number: u32) = "remove.number: 没有第 {number} 位", "remove.number: There is no number {number}";
    not_added_by_hand(number: u32) = "第 {number} 位是本人签到，不能撤销", "Number {number} checked in themselves and stays";

    present() = "签到人数", "Here";
    late() = "迟到", "Late";
    members_here() = "成员签到进度", "Members who are here";
    you_are_here(number: u32, time: &str) = "你已签到：第 {number} 位，{time}", "You are checked in: number {number}, at {time}";
    you_are_late(number: u32, time: &str) = "你已签到：第 {number} 位，{time}（迟到）", "You are checked in: number {number}, at {time} (late)";
    check_in() = "签到", "Check in";
    on_time_until() = "距离迟到", "On time for another";
    late_from_now() = "已过签到时间，现在签到算迟到", "It is late: whoever checks in now is marked as late";
    is_over() = "签到已结束", "The check-in has ended";
    wall() = "已签到", "Who is here";
    nobody_yet() = "还没有人签到", "Nobody has checked in yet";
    latest_of_many(shown: usize) = "这里显示最近 {shown} 位，全部见活动报告", "The latest {shown} are shown; the report has everybody";
    place(number: u32) = "第 {number} 位", "no. {number}";
    by_hand() = "代签", "by hand";
    remove() = "撤销", "Take off";
    add() = "代签", "Add by hand";
    name() = "姓名", "Name";
    for_those_without() = "给没有设备的人签到", "For somebody who has no device";

    tab_here() = "已签到", "Here";
    tab_missing() = "还没到", "Missing";
    missing(shown: usize) = "还没到的成员（列出 {shown} 位）", "Members who are missing (the first {shown})";
    nobody_is_missing() = "成员都到齐了", "Every member is here";

    column_number() = "序号", "number";
    column_member() = "成员", "member";
    column_name() = "姓名", "name";
    column_time() = "时间", "time";
    column_standing() = "状态", "state";
    column_by() = "代签人", "added by";
    on_time() = "准时", "on time";
    came_late() = "迟到", "late";
}
