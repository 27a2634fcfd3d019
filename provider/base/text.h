/*
 * Text with a length: not NUL-terminated, not copied for reading.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "provider/base/status.h"

/* A borrowed run of bytes; data may be NULL only if size is 0. */
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

/* Equal except for the case of ASCII letters. */
bool text_equal_nocase(struct text a, struct text b);

/* Length and code point of the first character; 0: none, or malformed. */
size_t text_code_point(struct text text, uint32_t *code_out);

/* Valid UTF-8: shortest form, no surrogates, at most U+10FFFF. */
bool text_is_utf8(struct text text);

/*
 * Does it look like what it is? Not so control characters, bidirectional marks,
 * zero-width characters, and blanks other than U+0020, whatever their name:
 * U+2800 and U+3164 are blank too.
 */
bool text_is_visible(uint32_t code);

/*
 * Can it be shown as a name? Valid UTF-8 of 1..max_bytes, all visible, without
 * blanks at either end. Names that people choose by must meet more: see
 * provider/base/name.h. Rule T53.
 */
bool text_is_name(struct text text, size_t max_bytes);

/* For a line that a person reads: each character that is not visible, or is
 * malformed, as one that was cut off at the end is, becomes '?'. */
void text_make_visible(char *string);

/* A NUL-terminated copy; the caller frees it. NULL: out of memory. */
char *text_dup(struct text text);

/*
 * The word of words[n_words] nearest to text, for "did you mean"; NULL if none
 * is closer than a third of its length, and at most four letters away.
 */
const char *text_nearest(struct text text, const char *const words[],
                         size_t n_words);
