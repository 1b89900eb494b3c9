// The rules of the applause: see rules.h.

#include "rules.h"

#include "json.h"
#include "words.h"

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
        return refuse_invalid(error, words()->config_unread);
    }
    if (text_is_blank(config->title) || text_chars(config->title) > TITLE_CHARS_MAX) {
        return refuse_invalid(error, words()->title_wrong);
    }
    if (config->goal < 1 || config->goal > GOAL_MAX) {
        return refuse_invalid(error, words()->goal_wrong);
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
        return refuse_invalid(error, words()->clap_wrong);
    }
    return true;
}

bool may_clap(uint64_t before, uint64_t claps, hezi_error_t *error) {
    if (before >= CLAPS_EACH) {
        return refuse_exhausted(error, words()->none_left);
    }
    uint64_t left = CLAPS_EACH - before;
    if (claps > left) {
        return refuse_conflict(error, words_with(words()->few_left, left));
    }
    return true;
}

bool reaches_goal(uint64_t total_before, uint64_t claps, uint64_t goal) {
    return total_before < goal && total_before + claps >= goal;
}
