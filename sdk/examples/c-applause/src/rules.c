// The rules of the applause: see rules.h.

#include "rules.h"

#include "json.h"

bool read_config(text_t json, config_t *config, hezi_error_t *error) {
    *config = (config_t){.goal = GOAL_DEFAULT};
    json_reader_t reader = json_object(json);
    json_member_t member;
    while (json_next(&reader, &member)) {
        if (text_equals(member.name, TEXT("title")) && member.is_text) {
            config->title = member.text;
        } else if (text_equals(member.name, TEXT("goal")) && !member.is_text) {
            config->goal = member.number;
        } else {
            reader.sound = false;
        }
    }
    if (!reader.sound) {
        return refuse_invalid(error, TEXT("config: 只能有 title（文字）和 goal（整数）"));
    }
    if (text_is_blank(config->title) || text_chars(config->title) > TITLE_CHARS_MAX) {
        return refuse_invalid(error, TEXT("title: 标题须有 1 到 200 个字符"));
    }
    if (config->goal < 1 || config->goal > GOAL_MAX) {
        return refuse_invalid(error, TEXT("goal: 目标须在 1 和 1000000 之间"));
    }
    return true;
}

bool read_action(text_t json, uint64_t *claps, hezi_error_t *error) {
    *claps = 0;
    json_reader_t reader = json_object(json);
    json_member_t member;
    while (json_next(&reader, &member)) {
        if (text_equals(member.name, TEXT("clap")) && !member.is_text) {
            *claps = member.number;
        } else {
            reader.sound = false;
        }
    }
    if (!reader.sound || *claps < 1 || *claps > CLAPS_AT_ONCE_MAX) {
        return refuse_invalid(error, TEXT("clap: 一次鼓掌 1 到 10 下，请写整数"));
    }
    return true;
}

bool may_clap(uint64_t before, uint64_t claps, hezi_error_t *error) {
    if (before >= CLAPS_EACH) {
        return refuse_exhausted(error, TEXT("你的 100 下掌声已经用完了，把舞台留给别人吧"));
    }
    uint64_t left = CLAPS_EACH - before;
    if (claps > left) {
        return refuse_conflict(error, text_with_number(TEXT("你只剩 "), left, TEXT(" 下掌声，请少鼓几下")));
    }
    return true;
}

bool reaches_goal(uint64_t total_before, uint64_t claps, uint64_t goal) {
    return total_before < goal && total_before + claps >= goal;
}
