// Texts: UTF-8 with a length, as the interface has them, and one that grows.
//
// A text is a pair of pointer and length and is passed by value. It owns nothing: see memory.h for how long it is good.
#pragma once

#include "../bindings/plugin.h"

typedef plugin_string_t text_t;

// The text of a literal, without the zero at its end. Nobody writes into it: the host only reads what it is given.
#define TEXT(literal) ((text_t){(uint8_t *)(literal), sizeof(literal) - 1})

bool text_equals(text_t one, text_t other);

// Whether there is nothing to read in it: it is empty or of white space only.
bool text_is_blank(text_t text);

// How many characters (code points) it has.
size_t text_chars(text_t text);

// The number that its leading decimal digits make; 0 without any.
uint64_t text_number(text_t text);

// A text that grows. Starts as `{0}`.
typedef struct {
    text_t text;
    size_t room;
} writer_t;

void write_text(writer_t *writer, text_t text);
void write_number(writer_t *writer, uint64_t number);

// Writes a text as a JSON string, in quotes and escaped.
void write_json(writer_t *writer, text_t text);

// `before`, a number, `after`: "还可以鼓 7 下".
text_t text_with_number(text_t before, uint64_t number, text_t after);
