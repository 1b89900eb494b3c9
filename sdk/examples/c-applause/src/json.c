// A reader of JSON objects: see json.h.

#include "json.h"

#include "memory.h"

// The next byte, or 0 at the end: no JSON text has a zero byte that means anything.
static uint8_t peek(const json_reader_t *reader) {
    return reader->at < reader->end ? *reader->at : 0;
}

static void skip_space(json_reader_t *reader) {
    while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' || peek(reader) == '\r') {
        reader->at++;
    }
}

// Takes this byte and the space before it, if it comes next.
static bool take(json_reader_t *reader, uint8_t byte) {
    skip_space(reader);
    if (peek(reader) != byte) {
        return false;
    }
    reader->at++;
    return true;
}

// Four hexadecimal digits.
static uint32_t read_hex(json_reader_t *reader) {
    uint32_t code = 0;
    for (int digit = 0; digit < 4; digit++) {
        uint8_t byte = peek(reader);
        uint8_t letter = byte | 0x20;
        if (byte >= '0' && byte <= '9') {
            code = code * 16 + (byte - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            code = code * 16 + (letter - 'a' + 10u);
        } else {
            reader->sound = false;
            return 0;
        }
        reader->at++;
    }
    return code;
}

// What stands behind `\u`: one code, or a pair of surrogates that make one.
static uint32_t read_code_point(json_reader_t *reader) {
    uint32_t code = read_hex(reader);
    if (code < 0xd800 || code > 0xdfff) {
        return code;
    }
    bool paired = code < 0xdc00 && reader->end - reader->at >= 6 && reader->at[0] == '\\' && reader->at[1] == 'u';
    if (paired) {
        reader->at += 2;
        uint32_t low = read_hex(reader);
        if (low >= 0xdc00 && low <= 0xdfff) {
            return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    reader->sound = false; // Half a character is no text.
    return 0;
}

static size_t encode(uint32_t code, uint8_t *out) {
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

// What stands behind a backslash. Gives how many bytes it makes.
static size_t read_escape(json_reader_t *reader, uint8_t *out) {
    uint8_t letter = peek(reader);
    reader->at += reader->at < reader->end;
    switch (letter) {
    case 'u': return encode(read_code_point(reader), out);
    case 'b': *out = '\b'; return 1;
    case 'f': *out = '\f'; return 1;
    case 'n': *out = '\n'; return 1;
    case 'r': *out = '\r'; return 1;
    case 't': *out = '\t'; return 1;
    case '"':
    case '\\':
    case '/': *out = letter; return 1;
    default: reader->sound = false; return 0;
    }
}

// A string whose opening quote was taken.
static text_t read_string(json_reader_t *reader) {
    // An escape is never shorter than what it stands for, so what is left of the object has room for the string.
    text_t text = {ALLOCATE(uint8_t, reader->end - reader->at), 0};
    while (reader->sound && peek(reader) != '"') {
        if (reader->at == reader->end) {
            reader->sound = false;
        } else if (*reader->at == '\\') {
            reader->at++;
            text.len += read_escape(reader, text.ptr + text.len);
        } else {
            text.ptr[text.len++] = *reader->at++;
        }
    }
    reader->at += reader->at < reader->end;
    return text;
}

static uint64_t read_number(json_reader_t *reader) {
    skip_space(reader);
    text_t digits = {(uint8_t *)reader->at, 0};
    while (peek(reader) >= '0' && peek(reader) <= '9') {
        reader->at++;
        digits.len++;
    }
    uint8_t next = peek(reader);
    // With a sign, a fraction or an exponent it is no whole number that anybody would type.
    reader->sound = digits.len > 0 && next != '.' && next != 'e' && next != 'E';
    return text_number(digits);
}

json_reader_t json_object(text_t text) {
    json_reader_t reader = {text.ptr, text.ptr + text.len, true};
    reader.sound = take(&reader, '{');
    return reader;
}

bool json_next(json_reader_t *reader, json_member_t *member) {
    if (!reader->sound || take(reader, '}')) {
        return false;
    }
    *member = (json_member_t){0};
    reader->sound = take(reader, '"');
    member->name = read_string(reader);
    reader->sound = reader->sound && take(reader, ':');
    member->is_text = take(reader, '"');
    if (member->is_text) {
        member->text = read_string(reader);
    } else if (reader->sound) {
        member->number = read_number(reader);
    }
    // A comma leads on to the next member; the closing brace stays for the next call.
    reader->sound = reader->sound && (take(reader, ',') || peek(reader) == '}');
    return reader->sound;
}
