// Refusals: how `open`, `act` and `migrate` say no. The text is shown to the person, so it says what to do instead.
//
// A refused call changes nothing: whatever it wrote before is dropped by the host. Each of these gives false, which is
// what an export returns with an error.
#pragma once

#include "text.h"

// It makes no sense: a field is out of range.
static inline bool refuse_invalid(hezi_error_t *error, text_t text) {
    *error = (hezi_error_t){.tag = HEZI_ERROR_INVALID, .val.invalid = text};
    return false;
}

// This person may not do this.
static inline bool refuse_denied(hezi_error_t *error, text_t text) {
    *error = (hezi_error_t){.tag = HEZI_ERROR_DENIED, .val.denied = text};
    return false;
}

// It does not fit what has happened before.
static inline bool refuse_conflict(hezi_error_t *error, text_t text) {
    *error = (hezi_error_t){.tag = HEZI_ERROR_CONFLICT, .val.conflict = text};
    return false;
}

// There is nothing left.
static inline bool refuse_exhausted(hezi_error_t *error, text_t text) {
    *error = (hezi_error_t){.tag = HEZI_ERROR_EXHAUSTED, .val.exhausted = text};
    return false;
}
