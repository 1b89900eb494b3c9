// Reads JSON objects as flat as this plugin's: members that are strings or whole numbers.
//
// The host has checked every text against the schemas in src/describe.c before it is passed in. So nothing here
// explains what is wrong with one; it only never reads behind the end, and says when there is something that it does
// not read.
#pragma once

#include "text.h"

typedef struct {
    text_t name;
    bool is_text; // Otherwise a number.
    text_t text;
    uint64_t number; // UINT64_MAX for everything larger.
} json_member_t;

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    bool sound; // Whether all that was read so far was as described above.
} json_reader_t;

// Starts to read an object.
json_reader_t json_object(text_t text);

// The next member; false at the end, and when something cannot be read. `sound` tells which.
bool json_next(json_reader_t *reader, json_member_t *member);
