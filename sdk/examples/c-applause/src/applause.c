// 掌声: members clap, and the meter rises to its goal. What an activity does, apart from showing itself.
//
// The view is in view.c, the report in report.c, what the plugin says of itself in describe.c. Each function here is
// one call of the host. Statics are not state: between any two calls the plugin may be thrown away with all its memory.

#include "meter.h"
#include "words.h"

bool exports_activity_open(text_t *json, text_t *title, hezi_error_t *error) {
    config_t config;
    if (!read_config(*json, &config, error)) {
        return false;
    }
    meter_open(&config);
    *title = config.title;
    return true;
}

// The goal is reached once, and it is worth an interruption: so it is an event, and what moves with every clap is not.
static void tell_everyone(const hezi_member_t *by, uint64_t goal, uint64_t total) {
    writer_t json = {0};
    write_text(&json, TEXT("{\"goal_reached\":{\"goal\":"));
    write_number(&json, goal);
    write_text(&json, TEXT(",\"total\":"));
    write_number(&json, total);
    write_text(&json, TEXT(",\"by\":{\"id\":"));
    write_json(&json, by->id);
    write_text(&json, TEXT(",\"name\":"));
    write_json(&json, by->name);
    write_text(&json, TEXT("}}}"));
    room_emit(&(hezi_audience_t){.tag = HEZI_AUDIENCE_EVERYONE}, &json.text);
}

static text_t reply_of(uint64_t mine, uint64_t total) {
    writer_t json = {0};
    write_text(&json, TEXT("{\"claps\":"));
    write_number(&json, mine);
    write_text(&json, TEXT(",\"total\":"));
    write_number(&json, total);
    write_text(&json, TEXT("}"));
    return json.text;
}

bool exports_activity_act(
    hezi_member_t *caller, text_t *json, hezi_member_t *on_behalf, text_t *reply, hezi_error_t *error) {
    if (on_behalf) {
        return refuse_denied(error, words()->nobody_for_others);
    }
    uint64_t claps;
    if (!read_action(*json, &claps, error) || !may_clap(meter_claps_of(caller->id), claps, error)) {
        return false;
    }
    uint64_t goal = meter_config().goal;
    uint64_t before = meter_total();
    uint64_t mine = meter_add(caller->id, claps);
    if (reaches_goal(before, claps, goal)) {
        tell_everyone(caller, goal, before + claps);
    }
    *reply = reply_of(mine, before + claps);
    return true;
}

// No timer is ever set, so this is never called; the interface wants it all the same.
bool exports_activity_tick(text_t *timer, hezi_error_t *error) {
    (void)timer;
    (void)error;
    return true;
}

bool exports_activity_close(hezi_error_t *error) {
    (void)error;
    meter_close();
    return true;
}

// There is one layout of the state so far, so whatever wrote another one was not this plugin.
bool exports_activity_migrate(uint32_t from, hezi_error_t *error) {
    return refuse_conflict(error, words_with(words()->layout_unknown, from));
}
