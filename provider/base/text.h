/*
 * Text by length: never assumed to end in NUL, never copied to be looked at.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "provider/base/status.h"

/* A borrowed run of bytes; data may be NULL only when size is 0. */
struct text {
    const char *data;
    size_t size;
};

#define TEXT(literal)                                                          \
    (struct text)                                                              \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }

/* A view of a C string; NULL gives the empty text. */
static inline struct text text_of(const char *string)
{
    return (struct text){string, string ? strlen(string) : 0};
}

bool text_equal(struct text a, struct text b);

/* Equal but for the case of ASCII letters. */
bool text_equal_nocase(struct text a, struct text b);

/* Valid UTF-8: shortest form, no surrogates, at most U+10FFFF. */
bool text_is_utf8(struct text text);

/*
 * Fit for a name: valid UTF-8 of 1..max_bytes, without control characters,
 * bidirectional marks, zero-width characters, and blanks at either end.
 * Source: threat rule T53.
 */
bool text_is_name(struct text text, size_t max_bytes);

/* A NUL-ended copy; the caller frees it. NULL when memory is short. */
char *text_dup(struct text text);

/*
 * The word of words[n_words] nearest to text, for "did you mean": NULL when
 * none is closer than a third of its length.
 */
const char *text_nearest(struct text text, const char *const words[],
                         size_t n_words);
