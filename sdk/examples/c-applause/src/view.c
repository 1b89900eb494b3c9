// What people see: the meter, those who clapped most, and a form to clap with.

#include "memory.h"
#include "meter.h"
#include "words.h"

// More blocks than a view of this plugin ever has.
#define BLOCKS_MAX 12

typedef exports_activity_list_block_t blocks_t;

// The place of the next block.
static hezi_block_t *next_block(blocks_t *view) {
    if (view->len == BLOCKS_MAX) {
        __builtin_trap();
    }
    return &view->ptr[view->len++];
}

static void heading(blocks_t *view, text_t text) {
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_HEADING, .val.heading = text};
}

static void paragraph(blocks_t *view, text_t text) {
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_TEXT, .val.text = text};
}

static void statistic(blocks_t *view, text_t label, uint64_t value) {
    hezi_statistic_t figure = {label, text_with_number(TEXT(""), value, TEXT(""))};
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_STATISTIC, .val.statistic = figure};
}

static void celebration(blocks_t *view, text_t text) {
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_CELEBRATION, .val.celebration = text};
}

// One bar that is full when the goal is reached.
static void progress(blocks_t *view, const words_t *words, uint64_t total, uint64_t goal) {
    hezi_bar_t *bar = ALLOCATE(hezi_bar_t, 1);
    *bar = (hezi_bar_t){words->applause, total};
    hezi_bars_t bars = {words->towards_goal, total > goal ? total : goal, {bar, 1}};
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_BARS, .val.bars = bars};
}

// Names change and members leave, so names are looked up and never kept.
static text_t name_of(text_t id, const words_t *words) {
    hezi_member_t member;
    return room_find(&id, &member) ? member.name : words->somebody_gone;
}

static void most_eager(blocks_t *view, const words_t *words) {
    top_t top = meter_top();
    if (top.len == 0) {
        return;
    }
    hezi_person_t *people = ALLOCATE(hezi_person_t, top.len);
    for (size_t at = 0; at < top.len; at++) {
        clapper_t clapper = top.items[at];
        text_t detail = words_with(words->claps, clapper.claps);
        people[at] = (hezi_person_t){clapper.id, name_of(clapper.id, words), detail};
    }
    hezi_people_t list = {words->most_eager, {people, top.len}};
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_PEOPLE, .val.people = list};
}

// A form whose action is `{"clap":n}`: the object of its fields as it is, so there is nothing to wrap it in.
static void clap_form(blocks_t *view, const words_t *words, uint64_t left) {
    double most = left < CLAPS_AT_ONCE_MAX ? (double)left : CLAPS_AT_ONCE_MAX;
    hezi_field_t *field = ALLOCATE(hezi_field_t, 1);
    *field = (hezi_field_t){
        .name = TEXT("clap"),
        .label = words->how_often,
        .required = true,
        .input = {.tag = HEZI_INPUT_NUMBER, .val.number = {.min = 1, .max = most, .step = 1}},
    };
    hezi_form_t form = {
        .id = TEXT("clap"),
        .wrap = {.is_some = false},
        .fields = {field, 1},
        .submit = words->clap,
        .shown_to = HEZI_SHOWN_TO_EVERYONE,
    };
    *next_block(view) = (hezi_block_t){.tag = HEZI_BLOCK_FORM, .val.form = form};
}

// Without a viewer it is the room's view, which most people look at: it says nothing of anybody's own claps.
// There is one page, so whatever else is asked for gets it.
bool exports_activity_view(hezi_member_t *viewer, text_t *query, blocks_t *view, hezi_error_t *error) {
    (void)query;
    (void)error; // There is nothing here to refuse.
    const words_t *say = words();
    config_t config = meter_config();
    uint64_t total = meter_total();
    uint64_t mine = viewer ? meter_claps_of(viewer->id) : 0;
    uint64_t left = CLAPS_EACH - mine;
    *view = (blocks_t){ALLOCATE(hezi_block_t, BLOCKS_MAX), 0};
    heading(view, config.title);
    if (total >= config.goal) {
        celebration(view, words_with(say->goal_reached, config.goal));
    }
    statistic(view, say->applause, total);
    statistic(view, say->goal, config.goal);
    statistic(view, say->clappers, meter_clappers());
    progress(view, say, total, config.goal);
    most_eager(view, say);
    if (mine > 0) {
        paragraph(view, words_with(say->you_clapped, mine));
    }
    if (meter_is_closed()) {
        paragraph(view, say->over);
    } else if (left > 0) {
        clap_form(view, say, left);
    }
    return true;
}
