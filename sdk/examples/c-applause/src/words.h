// What the plugin says to people, in each language that it speaks: one table, in which no text can be missing.
#pragma once

#include "text.h"

#define LANGUAGES 2

// A name, the text in Chinese, and in English.
#define EACH_TEXT(X)                                                                                                 \
    /* What an organizer reads who chooses among activity types and fills in the configuration. */                   \
    X(title, "掌声", "Applause")                                                                                     \
    X(summary, "大家一起鼓掌，看掌声涨到目标。每人 100 下，一次 1 到 10 下。",                                       \
      "Everybody claps, and the meter rises to its goal. 100 claps each, 1 to 10 at a time.")                        \
    X(field_title, "为谁鼓掌", "Whom it is for")                                                                     \
    X(field_goal, "目标", "Goal")                                                                                    \
    X(goal_help, "一共要多少下掌声", "How many claps it takes in all")                                               \
    /* The view. */                                                                                                  \
    X(applause, "掌声", "Claps")                                                                                     \
    X(goal, "目标", "Goal")                                                                                          \
    X(clappers, "鼓掌人数", "People who clapped")                                                                    \
    X(towards_goal, "离目标", "Towards the goal")                                                                    \
    X(most_eager, "鼓掌榜", "Most eager")                                                                            \
    X(somebody_gone, "已离开的人", "Somebody who has left")                                                          \
    X(how_often, "鼓掌几下", "How often")                                                                            \
    X(clap, "鼓掌", "Clap")                                                                                          \
    X(over, "掌声已经停了", "The applause is over")                                                                  \
    /* The report. */                                                                                                \
    X(column_member, "成员", "Member")                                                                               \
    X(column_name, "姓名", "Name")                                                                                   \
    X(column_claps, "掌声", "Claps")                                                                                 \
    /* Refusals, which say what to do instead. */                                                                    \
    X(config_unread, "config: 只能有 title（文字）和 goal（整数）",                                                  \
      "config: there can only be title (a text) and goal (a whole number)")                                          \
    X(title_wrong, "title: 标题须有 1 到 200 个字符", "title: must have 1 to 200 characters")                        \
    X(goal_wrong, "goal: 目标须在 1 和 1000000 之间", "goal: must be from 1 to 1000000")                             \
    X(clap_wrong, "clap: 一次鼓掌 1 到 10 下，请写整数", "clap: 1 to 10 claps at a time, as a whole number")         \
    X(none_left, "你的 100 下掌声已经用完了，把舞台留给别人吧",                                                      \
      "Your 100 claps are used up: leave the stage to others")                                                       \
    X(nobody_for_others, "掌声要自己鼓，不能代替别人", "Everybody claps for themselves")

// A name, and what stands before and behind a number: in Chinese, and in English.
#define EACH_SENTENCE(X)                                                                                             \
    X(goal_reached, "掌声达到了目标：", " 下！", "The applause has reached its goal: ", " claps!")                   \
    X(claps, "", " 下", "", " claps")                                                                                \
    X(you_clapped, "你鼓了 ", " 下掌", "You have clapped ", " times")                                                \
    X(few_left, "你只剩 ", " 下掌声，请少鼓几下", "You have only ", " claps left: clap less often")                  \
    X(layout_unknown, "这个版本读不了第 ", " 版的状态，请用写下它的版本",                                            \
      "This version cannot read state of version ", ": use the version that wrote it")

typedef struct {
    text_t before;
    text_t after;
} sentence_t;

#define TEXT_FIELD(name, zh, en) text_t name;
#define SENTENCE_FIELD(name, zh_before, zh_after, en_before, en_after) sentence_t name;

typedef struct {
    text_t language; // The BCP 47 tag.
    EACH_TEXT(TEXT_FIELD)
    EACH_SENTENCE(SENTENCE_FIELD)
} words_t;

// All languages; the first is for those who speak none of them.
extern const words_t WORDS[LANGUAGES];

// The language that the host chose for this call. Not in `describe`, which may use no import.
const words_t *words(void);

// A sentence with its number.
text_t words_with(sentence_t sentence, uint64_t number);
