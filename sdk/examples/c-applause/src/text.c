// Texts: see text.h.

#include "text.h"

#include "memory.h"

// 2^64 has 20 digits.
#define DIGITS_MAX 20

bool text_equals(text_t one, text_t other) {
    bool same = one.len == other.len;
    for (size_t at = 0; same && at < one.len; at++) {
        same = one.ptr[at] == other.ptr[at];
    }
    return same;
}

bool text_is_blank(text_t text) {
    size_t at = 0;
    while (at < text.len) {
        const uint8_t *byte = text.ptr + at;
        if (*byte <= ' ') {
            at += 1;
        } else if (text.len - at >= 3 && byte[0] == 0xe3 && byte[1] == 0x80 && byte[2] == 0x80) {
            at += 3; // U+3000: the space that a Chinese keyboard gives.
        } else {
            return false;
        }
    }
    return true;
}

size_t text_chars(text_t text) {
    size_t chars = 0;
    for (size_t at = 0; at < text.len; at++) {
        chars += (text.ptr[at] & 0xc0) != 0x80; // Every byte but those that continue a character.
    }
    return chars;
}

uint64_t text_number(text_t text) {
    uint64_t number = 0;
    for (size_t at = 0; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) {
        uint64_t digit = text.ptr[at] - '0';
        // Too large stays too large: what is checked against a limit must not come around to a small number.
        number = number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : number * 10 + digit;
    }
    return number;
}

static void make_room(writer_t *writer, size_t more) {
    if (more <= writer->room - writer->text.len) {
        return;
    }
    size_t room = 2 * writer->text.len + more + 64;
    uint8_t *bytes = ALLOCATE(uint8_t, room);
    copy_bytes(bytes, writer->text.ptr, writer->text.len);
    writer->text.ptr = bytes;
    writer->room = room;
}

void write_text(writer_t *writer, text_t text) {
    make_room(writer, text.len);
    copy_bytes(writer->text.ptr + writer->text.len, text.ptr, text.len);
    writer->text.len += text.len;
}

void write_number(writer_t *writer, uint64_t number) {
    uint8_t digits[DIGITS_MAX];
    size_t start = DIGITS_MAX;
    do {
        digits[--start] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    write_text(writer, (text_t){digits + start, DIGITS_MAX - start});
}

static void write_json_byte(writer_t *writer, uint8_t byte) {
    static const char hex[] = "0123456789abcdef";
    if (byte == '"' || byte == '\\') {
        write_text(writer, (text_t){(uint8_t[]){'\\', byte}, 2});
    } else if (byte < ' ') {
        uint8_t escape[] = {'\\', 'u', '0', '0', (uint8_t)hex[byte >> 4], (uint8_t)hex[byte & 15]};
        write_text(writer, (text_t){escape, sizeof escape});
    } else {
        write_text(writer, (text_t){&byte, 1});
    }
}

void write_json(writer_t *writer, text_t text) {
    write_text(writer, TEXT("\""));
    for (size_t at = 0; at < text.len; at++) {
        write_json_byte(writer, text.ptr[at]);
    }
    write_text(writer, TEXT("\""));
}

text_t text_with_number(text_t before, uint64_t number, text_t after) {
    writer_t writer = {0};
    write_text(&writer, before);
    write_number(&writer, number);
    write_text(&writer, after);
    return writer.text;
}
