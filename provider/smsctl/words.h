/*
 * A line of smsctl's shell, taken apart into words as a Unix shell would.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum { WORDS_MAX = 256 };

struct words {
    char *items[WORDS_MAX + 1]; /* [n], owned, NULL after the last */
    size_t n;
};

void words_clear(struct words *words);

/*
 * Blanks divide; 'x' and "x" hold what is between them, in the latter and
 * outside of both a backslash takes the next character as it is; # begins a
 * remark where a word could begin. STATUS_INVALID: a quote has no end, or
 * there are too many words. What words_out held is not freed.
 */
MUST_CHECK
enum status words_read(struct text line, struct words *words_out);
