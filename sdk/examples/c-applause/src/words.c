// What the plugin says to people: see words.h.

#include "words.h"

// A literal where no call is running: a constant, as an initializer must be.
#define WORD(literal) {(uint8_t *)(literal), sizeof(literal) - 1}

#define ZH_TEXT(name, zh, en) .name = WORD(zh),
#define EN_TEXT(name, zh, en) .name = WORD(en),
#define ZH_SENTENCE(name, zh_before, zh_after, en_before, en_after) .name = {WORD(zh_before), WORD(zh_after)},
#define EN_SENTENCE(name, zh_before, zh_after, en_before, en_after) .name = {WORD(en_before), WORD(en_after)},

const words_t WORDS[LANGUAGES] = {
    {.language = WORD("zh-Hans"), EACH_TEXT(ZH_TEXT) EACH_SENTENCE(ZH_SENTENCE)},
    {.language = WORD("en"), EACH_TEXT(EN_TEXT) EACH_SENTENCE(EN_SENTENCE)},
};

const words_t *words(void) {
    text_t language;
    locale_language(&language);
    for (size_t at = 0; at < LANGUAGES; at++) {
        if (text_equals(WORDS[at].language, language)) {
            return &WORDS[at];
        }
    }
    return &WORDS[0];
}

text_t words_with(sentence_t sentence, uint64_t number) {
    return text_with_number(sentence.before, number, sentence.after);
}
