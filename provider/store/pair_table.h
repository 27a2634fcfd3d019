/*
 * A table of pairs that is not stored as rows: SQL of a connection reads it by
 * name like any other table, and its owner computes what it has.
 *
 * For relations that are kept in another form, such as compressed sets. A pair
 * is (owner, member), both integers.
 */
#pragma once

#include "provider/store/store.h"

enum { PAIR_PAGE = 4096 };

/* Numbers in ascending order; at most a page of them. */
struct pair_page {
    int64_t of[PAIR_PAGE];
    size_t n;
};

struct pair_table {
    const char *name;
    const char *owner; /* column names */
    const char *member;

    /* Appends members of an owner above after, ascending; none: there are no
     * more. */
    enum status (*members)(void *context, int64_t owner, int64_t after,
                           struct pair_page *page);
    enum status (*has)(void *context, int64_t owner, int64_t member,
                       bool *has_out);
    /* Appends owners above after, ascending, of a member; of anything if that
     * is 0, and then also such as have no members. None: as above. */
    enum status (*owners)(void *context, int64_t member, int64_t after,
                          struct pair_page *page);
};

/*
 * table: a constant of the program. What it reads, it reads from the state that
 * the statement reads. Registering it again replaces the context and keeps
 * prepared statements; with a NULL context it is empty.
 */
MUST_CHECK
enum status pair_table_register(struct store *store,
                                const struct pair_table *table, void *context);
