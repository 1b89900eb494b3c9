//! Every sentence that the server says to people, in each language that it speaks: one table.
//!
//! Errors of all layers are typed and know nothing of languages; what is said of one is a [`Sentence`] with what it is about,
//! and becomes text at the edge, in the language of whoever reads it. What plugins say are their own words ([`Sentence::Said`]).
//! Codes, fields' paths and settings' names are not translated, nor is what goes to the log, to the administrator's commands
//! and into the audit: those are in English.
//!
//! # Invariants
//! * A sentence that is missing in a language, or leaves out something that it is about, does not compile.
//! * What a sentence is about is marked off from it, so that nobody's words can pass for the server's.

use std::borrow::Cow;
use std::fmt;

use super::activity::Phase;
use super::tongue::{Characters, Items, Pause, Say, Tongue};

/// A name, what it is about, and then the sentence in English and in Chinese.
macro_rules! sentences {
    ($($name:ident { $($about:ident: $kind:ty),* }: $english:literal, $chinese:literal;)*) => {
        /// Something that is said to people.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs, reason = "what a sentence is about is named by its place in the sentence above it")]
        pub enum Sentence {
            $(#[doc = $english] $name { $($about: $kind),* },)*
        }

        impl Sentence {
            /// The sentence in a language.
            #[deny(unused_variables, reason = "a sentence says all that it is about, in every language")]
            pub fn text(&self, tongue: Tongue) -> String {
                match (tongue, self) {
                    $(
                        (Tongue::English, Self::$name { $($about),* }) => {
                            $(let $about = $about.say(tongue);)*
                            format!($english)
                        }
                        (Tongue::Chinese, Self::$name { $($about),* }) => {
                            $(let $about = $about.say(tongue);)*
                            format!($chinese)
                        }
                    )*
                }
            }

            /// Both texts of every sentence as the table has them, for the tests.
            #[cfg(test)]
            const TABLE: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $english, $chinese),)*];
        }
    };
}

sentences! {
    // Other people's words: a plugin's, or those of whoever set the server up.
    Said { text: String }: "{text}", "{text}";

    // Requests.
    BadField { field: String, why: String }: "`{field}` does not fit: {why}", "`{field}` 不合要求：{why}";
    BadBody { why: String }: "the body does not fit: {why}", "请求的内容不合要求：{why}";
    BadQuery { why: String }: "the query does not fit: {why}", "地址里的参数不合要求：{why}";
    BodyNotJson { why: String }: "the body is not JSON: {why}", "请求的内容不是 JSON：{why}";
    BodyCutShort {}: "the body ended before its end", "请求的内容没有传完";
    BodyTooLarge { bytes_max: usize }: "the body is larger than {bytes_max} bytes", "请求的内容超过了 {bytes_max} 字节";
    WantsJson {}: "the body is JSON: send `content-type: application/json`",
        "请求的内容应当是 JSON：请带上 `content-type: application/json`";
    WantsForm {}: "this address takes the form of the sign-in page", "这个地址只接收登录页的表单";
    BadLimit { most: usize }: "`limit` is between 1 and {most}", "`limit` 在 1 到 {most} 之间";
    BadIdempotencyKey {}: "the header `Idempotency-Key` has 1 to 64 printable characters without spaces",
        "请求头 `Idempotency-Key` 是 1 到 64 个可见字符，不含空格";
    TwoDirections {}: "`after` reads forward, `before` and `kind` read backward: give one of them",
        "`after` 是往后读，`before` 和 `kind` 是往前读：请只给其中一种";
    BadAuditPlace {}: "`before` is the `next` of the page before, or is left out", "`before` 填上一页给出的 `next`，或者不填";
    BadAuditField { field: &'static str, bytes_max: usize }: "`{field}` has 1 to {bytes_max} bytes, or is left out",
        "`{field}` 是 1 到 {bytes_max} 字节，或者不填";
    NothingHere {}: "there is nothing at this address", "这个地址上什么也没有";
    NothingAt { path: String }: "nothing is to be found at `{path}`: please check the address", "`{path}` 没有内容：请检查地址";
    WrongMethod { path: String, method: String }: "`{path}` does not take {method}; see the header `allow`",
        "`{path}` 不接受 {method}；可用的方法见响应头 `allow`";
    TookTooLong { limit: Pause }: "the request took longer than {limit}; whether it had an effect is not known",
        "请求超过了 {limit}；是否已经生效还不知道";
    OurMistake {}: "a mistake in the server; its log has more under the id in `x-request-id`",
        "服务器出了错；用 `x-request-id` 里的编号可以在服务器日志里查到原因";
    OutOfService {}: "this part of the server is out of service for the moment; send the same command again",
        "服务暂时不可用，请把同样的请求再发一次";
    ForeignOrigin { ours: String }: "the request comes from another site than {ours}", "请求来自 {ours} 以外的网站";
    BadHandshake { why: String }: "this address speaks WebSocket: {why}", "这个地址使用 WebSocket：{why}";
    MessageUnreadable { why: String }: "the message cannot be read: {why}", "这条消息读不懂：{why}";
    MessageNoObject {}: "a message is a JSON object", "消息应当是一个 JSON 对象";
    CommandFields { kind: &'static str, fields: &'static str }: "`{kind}` has, besides `type` and `id`: {fields}",
        "`{kind}` 除了 `type` 和 `id` 以外的字段：{fields}";

    // Who somebody is.
    SignInFirst {}: "sign in first: the request has no session, or its session has ended", "请先登录：还没有登录，或者登录已经过期";
    SessionEnded {}: "the session has ended: sign in again", "登录已经结束，请重新登录";
    AdminsOnly {}: "only administrators of this server may do this", "只有服务器的管理员可以这样做";
    VersionForAdmins {}: "`version` is for administrators, who try what is not active yet",
        "`version` 只供管理员试用还没有启用的版本";
    NoDevSignIn {}: "development sign-in is off", "开发登录没有打开";
    DevSignInElsewhere {}:
        "development sign-in believes every name, and so it is for browsers on the server's machine only",
        "开发登录谁的名字都信，所以只供服务器本机上的浏览器使用";
    NoWecomSignIn {}: "this server signs people in by the development form, not through WeCom",
        "这台服务器用开发登录，不经过企业微信";
    BadName { chars_max: usize }: "`name` is one line of 1 to {chars_max} characters, of which something can be seen",
        "`name` 是一行 1 到 {chars_max} 个字，其中要有看得见的字";
    BadUserId { bytes_max: usize }:
        "`id` has 1 to {bytes_max} bytes without spaces, control characters or what nobody sees",
        "`id` 是 1 到 {bytes_max} 字节，不含空格、控制字符和看不见的字符";
    BadCode { bytes_max: usize }: "`code` has at most {bytes_max} letters, digits, `-`, `_`, `.` and `~`",
        "`code` 最多 {bytes_max} 个字母、数字、`-`、`_`、`.` 和 `~`";
    ForeignState {}:
        "this sign-in was not begun in this browser, or was used already: go back to the home page and sign in again",
        "这次登录不是在这个浏览器里开始的，或者已经用过。请回到首页重新登录。";
    SignInRefused {}: "the sign-in was not finished: you cancelled it in WeCom, or WeCom refused it",
        "登录没有完成：你在企业微信里取消了，或者企业微信拒绝了。";
    Outsider {}:
        "you do not belong to this corp: only a meeting whose hosts let guests in can be entered, by its own link",
        "你不是本企业的成员。只有主持人允许访客参加的会议，才能通过会议链接以访客身份进入。";
    CodeRefused {}:
        "WeCom does not know this sign-in: it was used already or is too old. Go back to the home page and sign in again",
        "企业微信不认这次登录：它已经用过或者过期。请回到首页重新登录。";
    WecomSilent {}: "WeCom does not answer at the moment; try again later", "企业微信暂时没有回应，请稍后再试。";
    WecomFailed {}: "WeCom did not do it; try again later, or ask whoever runs this server to look into its log",
        "企业微信没有办成；请稍后再试，或者请服务器的管理员查看日志";
    NoWecom {}: "this server is not part of WeCom", "这台服务器没有接入企业微信";
    BadPageUrl { ours: String }: "`url` is the address of a page of {ours}", "`url` 是 {ours} 上一个页面的地址";
    BadInvitees { most: usize }: "`members` has 1 to {most} ids", "`members` 有 1 到 {most} 个成员";
    BadInvitee { at: usize }: "`members[{at}]` is not the id of a member", "`members[{at}]` 不是成员的账号";
    TooManyInvitations { pause: Pause }: "you have invited many people lately; come again in {pause}",
        "你最近邀请了很多人；请 {pause} 后再来";

    // Conferences.
    BadNumber {}: "a conference number has exactly five digits", "会议号是五位数字";
    UnknownConference {}: "no meeting has this number; it may have ended", "没有这个号码的会议，它可能已经结束了";
    UnknownMember { id: String }: "`{id}` is not a member of this conference", "`{id}` 不在这个会议里";
    NotMember {}: "join the conference first", "请先加入会议";
    NotOrganizer {}: "only hosts of the conference may do this", "只有会议的主持人可以这样做";
    NotOwner {}: "only the owner of the conference may do this", "只有会议的所有者可以这样做";
    Guest {}: "guests may not do this: sign in as a member of the corp", "访客不能这样做：请用企业成员的身份登录";
    NoGuests {}: "this meeting takes no guests: sign in as a member of the corp", "这个会议不接受访客：请用企业成员的身份登录";
    Ended {}: "the conference has ended", "会议已经结束";
    ConferenceInUse {}: "somebody uses the conference", "会议里还有人";
    BadTitle { chars_max: usize }: "`title` has 1 to {chars_max} characters", "`title` 是 1 到 {chars_max} 个字";
    BadId {}: "an id has 1 to 64 bytes without spaces or control characters", "编号是 1 到 64 字节，不含空格和控制字符";
    IdReused {}: "this id was used for another command; give each command an id of its own",
        "这个编号已经用在别的请求上了；每个请求请用自己的编号";
    TooFast { pause: Pause }: "too many messages at once; come again in {pause}", "发得太快了；请 {pause} 后再试";
    TooManyActivities { limit: usize }: "a conference has at most {limit} activities", "一个会议最多有 {limit} 个活动";
    TooManyCommands { limit: usize }:
        "a conference takes at most {limit} messages and actions in all its life; make a new one",
        "一个会议总共最多接收 {limit} 条消息和操作；请新建一个会议";
    Damaged { why: String }:
        "this conference is closed to writing, because its record on the server is damaged: {why}. What is left can be \
         read; an administrator can restore a backup, and `hezi verify` says what is wrong",
        "会议记录在服务器上受损，所以只能查看，不能再写入：{why}。管理员可以恢复备份，`hezi verify` 会说明哪里坏了";
    NumbersExhausted {}:
        "all conference numbers are in use or resting; end a conference that is over, or try again later",
        "会议号都用完了；请结束已经开完的会议，或者稍后再试";
    TooManyOwned { limit: usize }:
        "you own {limit} conferences that have not ended, as many as `limits.person.open_conferences` allows: end one that \
         is over",
        "你有 {limit} 个会议还没结束，这是 `limits.person.open_conferences` 允许的上限：请先结束已经开完的会议";
    OwnsTooMany { id: String, limit: usize }:
        "`{id}` owns {limit} conferences that have not ended, as many as `limits.person.open_conferences` allows: they have \
         to end one that is over",
        "`{id}` 有 {limit} 个会议还没结束，这是 `limits.person.open_conferences` 允许的上限：请对方先结束已经开完的会议";
    WrongNumbers { setting: &'static str, pause: Pause }:
        "too many numbers that no conference has were asked for, more than `{setting}` allows; come again in {pause}",
        "试了太多不存在的会议号，超过了 `{setting}` 的限制；请 {pause} 后再试";
    WrongTokens { setting: &'static str, pause: Pause }:
        "too many wrong tokens came from this address, more than `{setting}` allows; come again in {pause}",
        "这个地址发来了太多错误的令牌，超过了 `{setting}` 的限制；请 {pause} 后再试";
    ManyConferences { setting: &'static str, pause: Pause }:
        "you made many conferences within an hour, more than `{setting}` allows; come again in {pause}",
        "你一小时内建了很多会议，超过了 `{setting}` 的限制；请 {pause} 后再试";
    ManyRejoins { setting: &'static str, pause: Pause }:
        "you joined and left many times within a minute, more than `{setting}` allows; come again in {pause}",
        "你一分钟内进出会议太多次，超过了 `{setting}` 的限制；请 {pause} 后再试";

    // Rules of a conference.
    Muted {}: "a host has muted you; you can go on taking part in activities",
        "主持人让你暂时不能发言；你仍然可以参加活动";
    OrganizersWrite {}: "only hosts may write at the moment", "现在只有主持人可以发言";
    SlowMode { every: Pause, pause: Pause }: "slow mode: one message in {every}; come again in {pause}",
        "慢速模式：每 {every}可以发一条；请 {pause}后再发";
    BlockedWord { field: &'static str, word: String }:
        "`{field}` has the word `{word}`, which is not allowed here; write it another way",
        "`{field}` 里的“`{word}`”在这里不允许使用；请换个说法";
    BadLength { field: &'static str, chars_max: usize }:
        "`{field}` has 1 to {chars_max} characters, and something can be seen of it",
        "`{field}` 是 1 到 {chars_max} 个字，其中要有看得见的字";
    KeptOut {}: "a host has removed you from this conference; ask to be let in again",
        "你已被移出这个会议；想再加入，请联系主持人";
    KeyNeeded {}: "this conference is private: come by its link or its QR code, which carry the key",
        "这是私密会议：只有会议号进不去，请用会议链接或二维码进入";
    Locked {}: "the door of this conference is locked; ask a host to open it",
        "这个会议已经锁定；请让主持人打开";
    Full { limit: u64 }: "this conference is full: it has a limit of {limit} members", "这个会议满员了：最多 {limit} 人";
    BadMessagePlace {}: "a message is named by its `seq`", "消息用它的 `seq` 来指明";
    UnknownMessage { seq: u64 }: "there is no message at {seq}", "{seq} 处没有消息";
    OldMessage { seq: u64 }: "the message at {seq} is too old for this", "{seq} 处的消息太早了，不能这样做";
    NotAuthor {}: "only whoever wrote a message, and hosts, can delete it", "只有发消息的人和主持人可以删除它";
    MessageDeleted { seq: u64 }: "the message at {seq} was deleted", "{seq} 处的消息已经删除";
    UnknownReaction { known: String }: "`reaction` is one of {known}", "`reaction` 是其中之一：{known}";
    Reacted {}: "you have reacted so already", "你已经这样回应过了";
    NotReacted {}: "you have not reacted so", "你没有这样回应过";
    NoNotice {}: "no notice is pinned", "没有置顶的公告";
    IsOwner { id: String }: "`{id}` owns the conference; hand it over first", "`{id}` 是会议的所有者；请先移交会议";
    IsOrganizer { id: String }: "`{id}` is a host; the owner has to dismiss them first",
        "`{id}` 是主持人；要由所有者先取消其主持人身份";
    IsNoOrganizer { id: String }: "`{id}` is no host", "`{id}` 不是主持人";
    GuestOwner { id: String }: "`{id}` is a guest, and guests own no conferences", "`{id}` 是访客，访客不能拥有会议";
    NotKeptOut { id: String }: "`{id}` is not kept out of this conference", "`{id}` 没有被拒之门外";
    ManyKeptOut { most: usize }: "at most {most} people are kept out of a conference; lock its door, or make it private",
        "一个会议最多把 {most} 人拒之门外；请锁定会议，或者设为私密";
    NotPrivate {}: "the conference is not private: its link has no key", "会议不是私密的：链接里没有密钥";
    NothingChanged {}: "nothing is to be changed: name what is, such as `title`", "没有要改的：请写明改什么，例如 `title`";
    BadDescription { chars_max: usize }: "`description` has at most {chars_max} characters",
        "`description` 最多 {chars_max} 个字";
    StartsInThePast {}: "`starts_at` lies in the past: it has to be later than now", "`starts_at` 已经过去了：要晚于现在";
    BadMembersMax { most: u64 }: "`members_max` is between 1 and {most}, or null for no limit",
        "`members_max` 在 1 到 {most} 之间，不限就填 null";
    QueuedTwice {}: "`queue` names an activity twice", "`queue` 里有活动出现了两次";
    BadSlowMode { most_s: u64 }: "`slow_mode_s` is between 0 and {most_s} seconds", "`slow_mode_s` 在 0 到 {most_s} 秒之间";

    // Activities, as members are told of them, and as organizers are.
    UnknownActivity { id: String }: "no activity has the id `{id}`", "没有编号为 `{id}` 的活动";
    WrongPhase { found: Phase, needed: Phase }: "the activity is {found} and must be {needed} for this",
        "活动{found}，要{needed}才可以这样做";
    Unfit { problems: Misfits }: "this does not fit: {problems}", "内容不合要求：{problems}";
    FieldType { field: String, expected: String }: "`{field}` is of the type {expected}", "`{field}` 的类型是 {expected}";
    FieldWhole { field: String }: "`{field}` is a whole number", "`{field}` 应为整数";
    FieldNumber { field: String }: "`{field}` is a number", "`{field}` 应为数字";
    FieldMissing { field: String }: "`{field}` is missing", "`{field}` 还没有填";
    FieldUnknown { field: String, unknown: String }: "`{field}` has what is not known: {unknown}",
        "`{field}` 里有不认识的内容：{unknown}";
    FieldNoneOf { field: String, expected: String }: "`{field}` is one of these: {expected}",
        "`{field}` 应当是其中之一：{expected}";
    FieldTooShort { field: String, least: Characters }: "`{field}` has at least {least}", "`{field}` 至少 {least}";
    FieldTooLong { field: String, most: Characters }: "`{field}` has at most {most}", "`{field}` 最多 {most}";
    FieldTooFew { field: String, least: Items }: "`{field}` has at least {least}", "`{field}` 至少有 {least}";
    FieldTooMany { field: String, most: Items }: "`{field}` has at most {most}", "`{field}` 最多有 {most}";
    FieldTooSmall { field: String, least: String }: "`{field}` must be at least {least}", "`{field}` 至少是 {least}";
    FieldTooLarge { field: String, most: String }: "`{field}` must be at most {most}", "`{field}` 最多是 {most}";
    FieldRepeated { field: String }: "`{field}` has nothing twice", "`{field}` 里不能有重复的内容";
    FieldTooMuch { field: String }: "`{field}` is too much to be checked: send less at once",
        "`{field}` 太多了，检查不过来：请少一些";
    NeedsNames { plugin: String }: "`anonymous`: the plugin `{plugin}` has to know who does what; make the activity without it",
        "`anonymous`：插件 `{plugin}` 要知道谁做了什么，不能用于匿名活动";
    ForThemselves {}: "`member`: in an anonymous activity everybody acts for themselves",
        "`member`：匿名活动里每个人只能替自己操作";
    Failed {}: "the activity failed at this, and nothing was changed: try it once more, or tell a host",
        "活动出了故障，这次操作没有生效：可以再试一次，或者告诉主持人";
    FailedForOrganizer { fault: &'static str }:
        "the activity failed at this ({fault}), and nothing was changed: try it once more, or close it and make another one; \
         the plugin's log has more for an administrator",
        "活动出了故障（{fault}），这次操作没有生效：可以再试一次，或者关闭它另建一个；管理员在插件日志里能看到原因";
    TooManyWatches { limit: usize }: "a socket watches at most {limit} activities", "一个连接最多关注 {limit} 个活动";
    QueryTooLong { bytes_max: usize }: "`query` has at most {bytes_max} bytes", "`query` 最多 {bytes_max} 字节";
    TimePast { field: &'static str }: "`{field}` lies in the past", "`{field}` 已经过去了";
    TimeTooFar { field: &'static str }: "`{field}` lies more than a year ahead", "`{field}` 在一年以后，太远了";
    ClosesBeforeOpening {}: "`closes_at_ms` is not after `opens_at_ms`", "`closes_at_ms` 要晚于 `opens_at_ms`";
    TwoEnds {}: "`closes_at_ms` and `open_for_ms` are two ends of one activity: give one of them",
        "`closes_at_ms` 和 `open_for_ms` 都是结束时间：请只给一个";
    OpenedAlready {}: "`opens_at_ms` is for an activity that was not opened yet", "`opens_at_ms` 只用于还没开始的活动";
    NotOpenYet {}: "Not open yet", "尚未开始";
    NotShown {}: "this activity has failed and cannot be shown for the moment; a host can close it",
        "这个活动出了故障，暂时无法显示；主持人可以关闭它";
    TooLoud {}: "the activity announces too much at once; try again in a second", "活动一下子通知得太多了，请过一秒再试";
    Faulted {}: "the activity keeps failing and is out of service: tell a host, who can close it",
        "活动一再出故障，已经停用：请告诉主持人，主持人可以关闭它";
    FaultedForOrganizer { plugin: String }:
        "the activity keeps failing and is out of service: close it and make another one, or ask an administrator \
         to activate the plugin `{plugin}` again",
        "活动一再出故障，已经停用：可以关闭它另建一个，或者请管理员重新启用插件 `{plugin}`";
    DraftsFail { plugin: String }:
        "the plugin `{plugin}` keeps failing with what it is given in this conference: try another configuration in a minute",
        "插件 `{plugin}` 在这个会议里一再出故障：请过一分钟换一种配置再试";
    Quarantined {}:
        "activities of this kind keep failing and are out of service: tell a host, who can close this one",
        "这一类活动一再出故障，已经停用：请告诉主持人，主持人可以关闭这个活动";
    QuarantinedForOrganizer { plugin: String }:
        "the plugin `{plugin}` keeps failing and is out of service until an administrator activates it again, or another \
         version of it: you can close the activity, and make one of another kind",
        "插件 `{plugin}` 一再出故障，已经停用，要等管理员重新启用它或者换一个版本：你可以关闭这个活动，另建别的活动";
    NoPlugin { plugin: String }: "the plugin `{plugin}` is not in service", "插件 `{plugin}` 没有启用";
    NotLoaded {}: "the activity cannot be loaded at the moment; try again in a few seconds", "活动暂时载入不了，请过几秒再试";
    Busy {}: "the activity has too much to do; try again in a moment", "活动忙不过来了，请稍后再试";
    Restarting {}: "the activity is being started again", "活动正在重新启动，请稍后再试";
    WorkbookTooLarge {}: "a workbook has at most 1,048,576 rows and 16,384 columns: take `format=csv`",
        "工作簿最多 1,048,576 行、16,384 列：请用 `format=csv`";
    WorkbookCellTooLong {}: "a cell of a workbook has at most 32,767 characters: take `format=csv`",
        "工作簿的一格最多 32,767 个字符：请用 `format=csv`";

    // Plugins, as administrators and authors are told of them.
    ComponentRefused { why: String }: "the component is refused: {why}", "这个组件不能用：{why}";
    SignatureMissing {}:
        "the component has no signature, and this server takes signed ones only: send the header `hezi-signature`, the base64 \
         of the whole `.minisig` file, in one line",
        "这台服务器只接受有签名的组件，而它没有签名：请带上请求头 `hezi-signature`，内容是整个 `.minisig` 文件的 base64，写成一行";
    SignatureInvalid { why: String }: "the component's signature is not good: {why}", "组件的签名不对：{why}";
    VersionExists { name: String, version: String }:
        "version {version} of `{name}` is here already with other bytes: raise the version in the plugin's description",
        "`{name}` 的版本 {version} 已经有了，内容不同：请在插件的描述里提高版本号";
    Downgrade { name: String, version: String, active: String }:
        "version {active} of `{name}` is active, and {version} is an earlier one: push it with `--downgrade` \
         (`?downgrade=true`) if that is meant, or with `--no-activate` to keep it beside",
        "`{name}` 正在用的是版本 {active}，{version} 比它早：确实要退回就用 `--downgrade`（`?downgrade=true`）上传，只想留着就用 \
         `--no-activate`";
    UnknownPlugin { name: String }: "no plugin has the name `{name}`", "没有名为 `{name}` 的插件";
    UnknownVersion { name: String, version: String }: "`{name}` has no version `{version}`",
        "`{name}` 没有版本 `{version}`";
    VersionInUse { name: String, version: String }:
        "version {version} of `{name}` is in use: activate another version and close the activities that stand on it",
        "`{name}` 的版本 {version} 正在使用：请启用别的版本，并关闭还在用它的活动";
    NothingEarlier { name: String }: "no earlier version of `{name}` was active: there is nothing to roll back to",
        "`{name}` 没有启用过更早的版本：没有可以退回的版本";
}

/// What is wrong with several fields, each in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfits(pub Vec<Sentence>);

impl Say for Misfits {
    fn say(&self, tongue: Tongue) -> Cow<'_, str> {
        let between = match tongue {
            Tongue::English => "; ",
            Tongue::Chinese => "；",
        };
        self.0.iter().map(|sentence| sentence.text(tongue)).collect::<Vec<_>>().join(between).into()
    }
}

/// In English, for the log.
impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Tongue::English))
    }
}

impl Sentence {
    /// Other people's words, as they are.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Said { text: text.into() }
    }
}

/// In English, for the log.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Tongue::English))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in braces, in alphabetical order.
    fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<&str> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn every_sentence_says_the_same_in_both_languages() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (name, english, chinese) in Sentence::TABLE {
            assert_eq!(places(english), places(chinese), "{name}");
            assert_eq!(is_chinese(chinese), *name != "Said", "{name}");
            assert!(!is_chinese(english), "{name}");
            // What is marked as code is the same for whoever types it.
            for code in chinese.split('`').skip(1).step_by(2) {
                assert!(english.contains(&format!("`{code}`")) || english.contains(code), "{name}: {code}");
            }
        }
    }

    #[test]
    fn what_it_is_about_is_said_in_the_language_of_the_sentence() {
        let phases = Sentence::WrongPhase { found: Phase::Closed, needed: Phase::Open };
        assert_eq!(phases.text(Tongue::English), "the activity is closed and must be open for this");
        assert_eq!(phases.text(Tongue::Chinese), "活动已结束，要进行中才可以这样做");
        assert_eq!(phases.to_string(), phases.text(Tongue::English));
    }

    #[test]
    fn other_peoples_words_are_not_read_for_places() {
        let said = Sentence::said("{limit} 名额已满");
        assert_eq!(said.text(Tongue::English), "{limit} 名额已满");
    }
}
