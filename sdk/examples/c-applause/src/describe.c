// What the plugin says of itself. Everything here is made of literals: it must be the same in every call.
//
// The host checks configurations and actions against these schemas before the plugin sees them. The numbers in them are
// those of rules.h.

#include "memory.h"
#include "words.h"

#define SCHEMA "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","

static const char CONFIG[] = SCHEMA
    "\"type\":\"object\",\"properties\":{"
    "\"title\":{\"description\":\"What the applause is for\",\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
    "\"goal\":{\"description\":\"How many claps it takes in all\",\"type\":\"integer\",\"minimum\":1,\"maximum\":1000000,\"default\":100}"
    "},\"required\":[\"title\"],\"additionalProperties\":false}";

static const char ACTION[] = SCHEMA
    "\"type\":\"object\",\"properties\":{"
    "\"clap\":{\"description\":\"How many claps\",\"type\":\"integer\",\"minimum\":1,\"maximum\":10}"
    "},\"required\":[\"clap\"],\"additionalProperties\":false}";

static const char REPLY[] = SCHEMA
    "\"type\":\"object\",\"properties\":{"
    "\"claps\":{\"description\":\"Your claps\",\"type\":\"integer\"},"
    "\"total\":{\"description\":\"Everybody's claps\",\"type\":\"integer\"}"
    "},\"required\":[\"claps\",\"total\"],\"additionalProperties\":false}";

static const char EVENT[] = SCHEMA
    "\"description\":\"The applause has reached its goal\",\"type\":\"object\",\"properties\":{\"goal_reached\":{"
    "\"type\":\"object\",\"properties\":{"
    "\"goal\":{\"type\":\"integer\"},"
    "\"total\":{\"type\":\"integer\"},"
    "\"by\":{\"description\":\"Who clapped last\",\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"}"
    "},\"required\":[\"id\",\"name\"],\"additionalProperties\":false}"
    "},\"required\":[\"goal\",\"total\",\"by\"],\"additionalProperties\":false}"
    "},\"required\":[\"goal_reached\"],\"additionalProperties\":false}";

static hezi_translation_t translation(const words_t *words) {
    hezi_label_t *labels = ALLOCATE(hezi_label_t, 2);
    labels[0] = (hezi_label_t){TEXT("/properties/title"), words->field_title, TEXT("")};
    labels[1] = (hezi_label_t){TEXT("/properties/goal"), words->field_goal, words->goal_help};
    return (hezi_translation_t){words->language, words->title, words->summary, {labels, 2}};
}

void exports_activity_describe(hezi_description_t *description) {
    hezi_translation_t *translations = ALLOCATE(hezi_translation_t, LANGUAGES);
    for (size_t at = 0; at < LANGUAGES; at++) {
        translations[at] = translation(&WORDS[at]);
    }
    *description = (hezi_description_t){
        .name = TEXT("applause"),
        .version = TEXT("0.1.0"),
        .translations = {translations, LANGUAGES},
        .config_schema = TEXT(CONFIG),
        .action_schema = TEXT(ACTION),
        .reply_schema = TEXT(REPLY),
        .event_schema = TEXT(EVENT),
        .state_version = 1,
        .allows_anonymous = false,
    };
}
