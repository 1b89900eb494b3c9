// What the plugin says of itself. Everything here is a literal: it must be the same in every call.
//
// The host checks configurations and actions against these schemas before the plugin sees them. The numbers in them are
// those of rules.h.

#include "text.h"

#define SCHEMA "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","

static const char CONFIG[] = SCHEMA
    "\"type\":\"object\",\"properties\":{"
    "\"title\":{\"description\":\"为谁鼓掌\",\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
    "\"goal\":{\"description\":\"目标：一共要多少下掌声\",\"type\":\"integer\",\"minimum\":1,\"maximum\":1000000,\"default\":100}"
    "},\"required\":[\"title\"],\"additionalProperties\":false}";

static const char ACTION[] = SCHEMA
    "\"type\":\"object\",\"properties\":{"
    "\"clap\":{\"description\":\"鼓掌几下\",\"type\":\"integer\",\"minimum\":1,\"maximum\":10}"
    "},\"required\":[\"clap\"],\"additionalProperties\":false}";

static const char REPLY[] = SCHEMA
    "\"type\":\"object\",\"properties\":{"
    "\"claps\":{\"description\":\"你的掌声\",\"type\":\"integer\"},"
    "\"total\":{\"description\":\"大家的掌声\",\"type\":\"integer\"}"
    "},\"required\":[\"claps\",\"total\"],\"additionalProperties\":false}";

static const char EVENT[] = SCHEMA
    "\"description\":\"掌声达到了目标\",\"type\":\"object\",\"properties\":{\"goal_reached\":{"
    "\"type\":\"object\",\"properties\":{"
    "\"goal\":{\"type\":\"integer\"},"
    "\"total\":{\"type\":\"integer\"},"
    "\"by\":{\"description\":\"鼓了最后一下的人\",\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"}"
    "},\"required\":[\"id\",\"name\"],\"additionalProperties\":false}"
    "},\"required\":[\"goal\",\"total\",\"by\"],\"additionalProperties\":false}"
    "},\"required\":[\"goal_reached\"],\"additionalProperties\":false}";

void exports_activity_describe(hezi_description_t *description) {
    *description = (hezi_description_t){
        .name = TEXT("applause"),
        .version = TEXT("0.1.0"),
        .title = TEXT("掌声"),
        .summary = TEXT("大家一起鼓掌，看掌声涨到目标。每人 100 下，一次 1 到 10 下。"),
        .config_schema = TEXT(CONFIG),
        .action_schema = TEXT(ACTION),
        .reply_schema = TEXT(REPLY),
        .event_schema = TEXT(EVENT),
        .state_version = 1,
    };
}
