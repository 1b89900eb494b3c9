// The rules of the applause: what a sensible configuration is, and who may clap how often.
//
// Pure: no state, no room. src/meter.c keeps the counts.
#pragma once

#include "refuse.h"

#define TITLE_CHARS_MAX 200
#define GOAL_DEFAULT 100
#define GOAL_MAX 1000000
// Claps in one action.
#define CLAPS_AT_ONCE_MAX 10
// Claps that each member has: with a goal above it nobody fills the meter alone.
#define CLAPS_EACH 100

typedef struct {
    text_t title;
    uint64_t goal;
} config_t;

// Reads a configuration and checks that it makes sense.
bool read_config(text_t json, config_t *config, hezi_error_t *error);

// Reads an action: how many claps.
bool read_action(text_t json, uint64_t *claps, hezi_error_t *error);

// Whether somebody who has clapped `before` times may clap `claps` times more.
bool may_clap(uint64_t before, uint64_t claps, hezi_error_t *error);

// Whether these claps reach the goal. True for one action of an activity, however many follow.
bool reaches_goal(uint64_t total_before, uint64_t claps, uint64_t goal);
