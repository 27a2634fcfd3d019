#include "policy/lexicon.h"

#include <stdlib.h>

/* Looking for the nearest name costs; in a file full of errors the first
 * hundred hints are enough. */
enum { HINTS_MAX = 100 };

bool lexicon_make(struct lexicon *lexicon, const char *what, size_t n_room,
                  struct arena *arena)
{
    *lexicon = (struct lexicon){.what = what, .n_room = n_room};
    lexicon->items = arena_alloc(arena, n_room, sizeof(*lexicon->items));
    lexicon->words = arena_alloc(arena, n_room, sizeof(*lexicon->words));
    return lexicon->items && lexicon->words;
}

void lexicon_add(struct lexicon *lexicon, const char *text, long index,
                 struct policy_place place)
{
    if (text && lexicon->n_items < lexicon->n_room)
        lexicon->items[lexicon->n_items++] =
            (struct name){text_of(text), index, place};
}

static int text_compare(struct text a, struct text b)
{
    const size_t least = a.size < b.size ? a.size : b.size;
    const int by_bytes = least ? memcmp(a.data, b.data, least) : 0;

    if (by_bytes != 0)
        return by_bytes;
    return a.size < b.size ? -1 : a.size > b.size;
}

static int name_compare(const void *left, const void *right)
{
    const struct name *a = left;
    const struct name *b = right;
    const int by_text = text_compare(a->text, b->text);

    if (by_text != 0)
        return by_text;
    return a->index < b->index ? -1 : a->index > b->index;
}

static void fail_twice(const struct lexicon *lexicon, const struct name *first,
                       const struct name *second,
                       struct policy_messages *messages)
{
    const char *quoted = message_quote(messages->arena, second->text);

    if (!first->place.file)
        messages_error(messages, second->place,
                       "the %s %s is built in and cannot be declared",
                       lexicon->what, quoted);
    else
        messages_error(messages, second->place,
                       "the %s %s is declared twice; first at %s:%u:%u",
                       lexicon->what, quoted, first->place.file,
                       first->place.line, first->place.column);
}

void lexicon_sort(struct lexicon *lexicon)
{
    qsort(lexicon->items, lexicon->n_items, sizeof(*lexicon->items),
          name_compare);
    for (size_t i = 0; i < lexicon->n_items; i++)
        lexicon->words[i] = lexicon->items[i].text.data;
}

void lexicon_finish(struct lexicon *lexicon, struct policy_messages *messages)
{
    lexicon_sort(lexicon);
    for (size_t i = 1; i < lexicon->n_items; i++)
        if (text_equal(lexicon->items[i - 1].text, lexicon->items[i].text))
            fail_twice(lexicon, &lexicon->items[i - 1], &lexicon->items[i],
                       messages);
}

long lexicon_find(const struct lexicon *lexicon, struct text text)
{
    size_t from = 0;
    size_t to = lexicon->n_items;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (text_compare(lexicon->items[middle].text, text) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < lexicon->n_items &&
                   text_equal(lexicon->items[from].text, text)
               ? lexicon->items[from].index
               : LEXICON_NONE;
}

const char *lexicon_hint(const struct lexicon *lexicon, struct text text,
                         struct policy_messages *messages)
{
    return messages->n_errors < HINTS_MAX
               ? message_hint(messages->arena, text, lexicon->words,
                              lexicon->n_items)
               : "";
}
