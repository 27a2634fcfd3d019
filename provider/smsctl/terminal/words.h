/*
 * Splits a line of smsctl's shell into words, as a Unix shell would.
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
 * Blanks separate words; 'x' and "x" quote; in the latter and outside of both a
 * backslash escapes the next character; # begins a comment at the start of a
 * word. STATUS_INVALID: a quote is not closed, or there are too many words.
 * Does not free what words_out held.
 */
MUST_CHECK
enum status words_read(struct text line, struct words *words_out);
