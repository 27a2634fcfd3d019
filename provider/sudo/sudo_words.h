/*
 * Lists of "name=value" that the plugin makes for sudo: environment, what is
 * known of the command, arguments. They live until sudo closes the plugin.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { SUDO_WORDS_MAX = 96 };

struct sudo_words {
    char *at[SUDO_WORDS_MAX + 1]; /* owned, and NULL behind the last */
    size_t n;
    bool is_short; /* of memory or room: what was made is not used */
};

__attribute__((format(printf, 2, 3))) void sudo_words_add(
    struct sudo_words *words, const char *format, ...);

/* The value of the first word of this name; NULL: there is none. */
const char *sudo_word_value(char *const *words, const char *name);

void sudo_words_free(struct sudo_words *words);

/* Copies text for a line of the log: printable ASCII, and a question mark for
 * everything else (T92). */
void sudo_text_plain(char *out, size_t size, const char *text);
