/*
 * Names of one kind of object, each declared once, found by name.
 */
#pragma once

#include "policy/message.h"

enum { LEXICON_NONE = -1 };

struct name {
    struct text text;
    long index;                /* the caller's */
    struct policy_place place; /* file NULL: built in */
};

struct lexicon {
    const char *what; /* "scope", for messages */
    struct name *items;
    size_t n_items;
    size_t n_room;
    const char **words; /* [n_items], for hints */
};

/* Room for n_room names. False: out of memory. */
bool lexicon_make(struct lexicon *lexicon, const char *what, size_t n_room,
                  struct arena *arena);

/* text NULL (unreadable) is ignored. */
void lexicon_add(struct lexicon *lexicon, const char *text, long index,
                 struct policy_place place);

/* Sorts for lexicon_find. */
void lexicon_sort(struct lexicon *lexicon);

/* Sorts; a duplicate name is an error naming both places. */
void lexicon_finish(struct lexicon *lexicon, struct policy_messages *messages);

/*
 * The same for names that people choose by: two that look alike are an error
 * too (provider/base/name.h). False: out of memory.
 */
bool lexicon_finish_names(struct lexicon *lexicon,
                          struct policy_messages *messages);

/* The index of a name, or LEXICON_NONE. */
long lexicon_find(const struct lexicon *lexicon, struct text text);

/* "; did you mean ..?" or "". */
const char *lexicon_hint(const struct lexicon *lexicon, struct text text,
                         struct policy_messages *messages);
