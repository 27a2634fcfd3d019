#include "provider/sudo/sudo_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL: there is no memory for it. */
__attribute__((format(printf, 1, 0))) static char *make_word(const char *format,
                                                             va_list args)
{
    va_list again;
    char *word = NULL;
    int size;

    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size >= 0)
        word = calloc(1, (size_t)size + 1);
    if (word)
        vsnprintf(word, (size_t)size + 1, format, args);
    return word;
}

void sudo_words_add(struct sudo_words *words, const char *format, ...)
{
    char *word = NULL;

    if (words->n < SUDO_WORDS_MAX) {
        va_list args;

        va_start(args, format);
        word = make_word(format, args);
        va_end(args);
    }
    if (word)
        words->at[words->n++] = word;
    else
        words->is_short = true;
}

const char *sudo_word_value(char *const *words, const char *name)
{
    const size_t size = strlen(name);

    for (; words && *words; words++)
        if (strncmp(*words, name, size) == 0 && (*words)[size] == '=')
            return *words + size + 1;
    return NULL;
}

void sudo_words_free(struct sudo_words *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->at[i]);
    memset(words, 0, sizeof(*words));
}

void sudo_text_plain(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; text[n] && n + 1 < size; n++)
        out[n] = text[n] >= 0x20 && text[n] < 0x7F ? text[n] : '?';
    out[n] = '\0';
}
