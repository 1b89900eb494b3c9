// The meter's state: see meter.h.
//
// Every value is text that a person can read: numbers in decimal, the top as lines of "claps id".

#include "meter.h"

#include "memory.h"

#define TITLE TEXT("title")
#define GOAL TEXT("goal")
#define TOTAL TEXT("total")
#define CLAPPERS TEXT("clappers")
#define TOP TEXT("top")
#define CLOSED TEXT("closed")
// The claps of each member, by id.
#define CLAPS TEXT("claps/")

// What stands under a key; empty when there is nothing.
static text_t load(text_t key) {
    plugin_list_u8_t value;
    return state_get(&key, &value) ? (text_t){value.ptr, value.len} : (text_t){0};
}

static void save(text_t key, text_t value) {
    state_set(&key, &(plugin_list_u8_t){value.ptr, value.len});
}

static uint64_t load_number(text_t key) {
    return text_number(load(key));
}

static void save_number(text_t key, uint64_t number) {
    writer_t writer = {0};
    write_number(&writer, number);
    save(key, writer.text);
}

static text_t claps_key(text_t member) {
    writer_t writer = {0};
    write_text(&writer, CLAPS);
    write_text(&writer, member);
    return writer.text;
}

void meter_open(const config_t *config) {
    save(TITLE, config->title);
    save_number(GOAL, config->goal);
}

config_t meter_config(void) {
    return (config_t){load(TITLE), load_number(GOAL)};
}

uint64_t meter_total(void) {
    return load_number(TOTAL);
}

uint64_t meter_clappers(void) {
    return load_number(CLAPPERS);
}

uint64_t meter_claps_of(text_t member) {
    return load_number(claps_key(member));
}

void meter_close(void) {
    save_number(CLOSED, 1);
}

bool meter_is_closed(void) {
    return load_number(CLOSED) == 1;
}

// Takes what stands before this byte, and the byte, off the front of `rest`.
static text_t split_off(text_t *rest, uint8_t byte) {
    text_t front = {rest->ptr, 0};
    while (front.len < rest->len && rest->ptr[front.len] != byte) {
        front.len++;
    }
    size_t gone = front.len < rest->len ? front.len + 1 : front.len;
    *rest = (text_t){rest->ptr + gone, rest->len - gone};
    return front;
}

top_t meter_top(void) {
    top_t top = {0};
    text_t rest = load(TOP);
    while (rest.len > 0 && top.len < TOP_MAX) {
        // An id has no line break in it: it is part of a key, and keys have no control characters.
        text_t line = split_off(&rest, '\n');
        uint64_t claps = text_number(split_off(&line, ' '));
        top.items[top.len++] = (clapper_t){line, claps};
    }
    return top;
}

static void save_top(const top_t *top) {
    writer_t writer = {0};
    for (size_t at = 0; at < top->len; at++) {
        write_number(&writer, top->items[at].claps);
        write_text(&writer, TEXT(" "));
        write_text(&writer, top->items[at].id);
        write_text(&writer, TEXT("\n"));
    }
    save(TOP, writer.text);
}

// Puts a member whose claps have become more where they belong now. Nobody's claps ever become fewer, so whoever is not
// in the top now and was not raised does not belong there.
static void raise_in_top(clapper_t raised) {
    top_t before = meter_top();
    top_t after = {0};
    bool placed = false;
    for (size_t at = 0; at < before.len && after.len < TOP_MAX; at++) {
        clapper_t other = before.items[at];
        if (!placed && other.claps < raised.claps) {
            after.items[after.len++] = raised;
            placed = true;
        }
        if (!text_equals(other.id, raised.id) && after.len < TOP_MAX) {
            after.items[after.len++] = other;
        }
    }
    if (!placed && after.len < TOP_MAX) {
        after.items[after.len++] = raised;
    }
    save_top(&after);
}

uint64_t meter_add(text_t member, uint64_t claps) {
    text_t key = claps_key(member);
    uint64_t before = load_number(key);
    if (before == 0) {
        save_number(CLAPPERS, meter_clappers() + 1);
    }
    save_number(key, before + claps);
    save_number(TOTAL, meter_total() + claps);
    raise_in_top((clapper_t){member, before + claps});
    return before + claps;
}

clappers_page_t meter_page(text_t *cursor, uint32_t limit) {
    text_t prefix = CLAPS;
    state_page_t found;
    state_scan(&prefix, cursor, limit, STATE_ORDER_ASCENDING, &found);
    clappers_page_t page = {ALLOCATE(clapper_t, found.entries.len), found.entries.len, found.next};
    for (size_t at = 0; at < page.len; at++) {
        const state_entry_t *entry = &found.entries.ptr[at];
        text_t id = {entry->key.ptr + prefix.len, entry->key.len - prefix.len};
        page.items[at] = (clapper_t){id, text_number((text_t){entry->value.ptr, entry->value.len})};
    }
    return page;
}
