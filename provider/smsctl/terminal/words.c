#include "provider/smsctl/terminal/words.h"

#include <stdlib.h>

#include "provider/base/buf.h"

void words_clear(struct words *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->items[i]);
    *words = (struct words){{NULL}};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void take(struct text *line, struct buf *word)
{
    buf_append_char(word, line->data[0]);
    line->data++;
    line->size--;
}

static void skip(struct text *line)
{
    line->data++;
    line->size--;
}

/* Reads from after the opening quote to after the closing one. */
static enum status read_quoted(struct text *line, char quote, struct buf *word)
{
    while (line->size && line->data[0] != quote) {
        if (line->data[0] == '\\' && quote == '"' && line->size > 1)
            skip(line);
        take(line, word);
    }
    if (line->size == 0)
        return STATUS_INVALID;
    skip(line);
    return STATUS_OK;
}

static enum status read_word(struct text *line, struct buf *word)
{
    while (line->size && !is_blank(line->data[0])) {
        const char c = line->data[0];

        if (c == '\0')
            return STATUS_INVALID;
        if (c == '\'' || c == '"') {
            skip(line);
            TRY(read_quoted(line, c, word));
            continue;
        }
        if (c == '\\' && line->size > 1)
            skip(line);
        take(line, word);
    }
    return buf_status(word);
}

static enum status keep_word(struct words *words, const struct buf *word)
{
    if (words->n == WORDS_MAX)
        return STATUS_INVALID;
    words->items[words->n] = text_dup(buf_text(word));
    return words->items[words->n++] ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_all(struct text line, struct words *words)
{
    SCOPED(buf_free) struct buf word = buf_make(line.size + 1);

    for (;;) {
        while (line.size && is_blank(line.data[0]))
            skip(&line);
        if (line.size == 0 || line.data[0] == '#')
            return STATUS_OK;
        buf_clear(&word);
        TRY(read_word(&line, &word));
        TRY(keep_word(words, &word));
    }
}

enum status words_read(struct text line, struct words *words_out)
{
    SCOPED(words_clear) struct words words = {{NULL}};

    TRY(read_all(line, &words));
    *words_out = words;
    words = (struct words){{NULL}};
    return STATUS_OK;
}
