#include "policy/lexicon.h"

#include <stdlib.h>
#include <strings.h>

#include "provider/base/name.h"
#include "provider/base/own.h"

/* Finding the nearest name is expensive; in a file full of errors the first
 * hundred hints suffice. */
enum { HINTS_MAX = 100, LOOK_MAX_BYTES = 8192 };

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

/* ---- Lookalike names ---- */

/* A name with its appearance. */
struct look {
    struct text look;
    const struct name *name;
};

static int look_compare(const void *left, const void *right)
{
    const struct look *a = left;
    const struct look *b = right;
    const int by_look = text_compare(a->look, b->look);
    int by_case;

    if (by_look != 0)
        return by_look;
    by_case = strcasecmp(a->name->text.data, b->name->text.data);
    return by_case ? by_case : name_compare(a->name, b->name);
}

static void fail_alike(const struct lexicon *lexicon, const struct name *a,
                       const struct name *b, struct policy_messages *messages)
{
    const struct name *second = !b->place.file || a->index > b->index ? a : b;
    const struct name *first = second == a ? b : a;
    const char *quoted = message_quote(messages->arena, second->text);
    const char *other = message_quote(messages->arena, first->text);

    if (!first->place.file)
        messages_error(messages, second->place,
                       "the %s %s looks like the built-in %s", lexicon->what,
                       quoted, other);
    else
        messages_error(messages, second->place,
                       "the %s %s looks like %s at %s:%u:%u: to a person "
                       "they are one",
                       lexicon->what, quoted, other, first->place.file,
                       first->place.line, first->place.column);
}

static bool is_all_ascii(const struct lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->n_items; i++)
        for (size_t j = 0; j < lexicon->items[i].text.size; j++)
            if ((unsigned char)lexicon->items[i].text.data[j] >= 0x80)
                return false;
    return true;
}

/* A name without an appearance was refused where it was read. */
static bool look_at(struct look *look, const struct name *name, bool is_plain,
                    struct arena *arena)
{
    SCOPED(buf_free) struct buf made = buf_make(LOOK_MAX_BYTES);
    const char *copy;

    look->name = name;
    if (name_look(name->text, is_plain, &made) != STATUS_OK)
        buf_clear(&made);
    copy = arena_text(arena, buf_text(&made));
    look->look = (struct text){copy, made.size};
    return copy != NULL;
}

bool lexicon_finish_names(struct lexicon *lexicon,
                          struct policy_messages *messages)
{
    struct arena *arena = messages->arena;
    struct look *looks = arena_alloc(arena, lexicon->n_items, sizeof(*looks));
    const bool is_plain = is_all_ascii(lexicon);

    lexicon_finish(lexicon, messages);
    if (lexicon->n_items == 0)
        return true;
    if (!looks)
        return false;
    for (size_t i = 0; i < lexicon->n_items; i++)
        if (!look_at(&looks[i], &lexicon->items[i], is_plain, arena))
            return false;
    qsort(looks, lexicon->n_items, sizeof(*looks), look_compare);
    for (size_t i = 1; i < lexicon->n_items; i++) {
        const struct name *a = looks[i - 1].name, *b = looks[i].name;

        if (looks[i].look.size && (a->place.file || b->place.file) &&
            !text_equal(a->text, b->text) &&
            name_is_alike(a->text, looks[i - 1].look, b->text, looks[i].look))
            fail_alike(lexicon, a, b, messages);
    }
    return true;
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
