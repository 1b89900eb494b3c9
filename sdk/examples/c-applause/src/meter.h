// The meter: all that the activity keeps in its state, and nothing else that knows the keys.
//
// Counts are kept and never counted again, so that a view costs the same with ten thousand members as with ten.
//
// # Invariants
// * The claps of all members add up to the total, and as many members have clapped as `clappers` says.
// * The top holds the members with the most claps, most first; of equal ones stands first who got there first.
#pragma once

#include "rules.h"

// How many members stand in the top.
#define TOP_MAX 10

// A member and their claps.
typedef struct {
    text_t id;
    uint64_t claps;
} clapper_t;

typedef struct {
    clapper_t items[TOP_MAX];
    size_t len;
} top_t;

// One page of all members who clapped, in ascending order of id.
typedef struct {
    clapper_t *items;
    size_t len;
    plugin_option_string_t next;
} clappers_page_t;

void meter_open(const config_t *config);
config_t meter_config(void);

uint64_t meter_total(void);
uint64_t meter_clappers(void);
uint64_t meter_claps_of(text_t member);
top_t meter_top(void);

// Adds claps of a member. Gives what they have clapped in all.
uint64_t meter_add(text_t member, uint64_t claps);

void meter_close(void);
bool meter_is_closed(void);

// `cursor` is the `next` of the page before, or null.
clappers_page_t meter_page(text_t *cursor, uint32_t limit);
