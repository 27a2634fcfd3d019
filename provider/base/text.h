/*
 * Text by length: never assumed to end in NUL, never copied to be looked at.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* Bytes of the character at the front and its code point; 0: there is none, or
 * it is malformed. */
size_t text_code_point(struct text text, uint32_t *code_out);

/* Valid UTF-8: shortest form, no surrogates, at most U+10FFFF. */
bool text_is_utf8(struct text text);

/*
 * Is it seen as what it is? Not so control characters, bidirectional marks,
 * characters of no width, and blanks other than the plain one, whatever they
 * are called: U+2800 and U+3164 are blank too.
 */
bool text_is_visible(uint32_t code);

/*
 * Fit to be shown as a name: valid UTF-8 of 1..max_bytes, all visible, without
 * blanks at either end. What people choose names by is asked more: see
 * provider/base/name.h. Rule T53.
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
