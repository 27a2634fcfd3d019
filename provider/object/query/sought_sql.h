/*
 * Which rows a condition can be true of, as far as an index says it.
 *
 * A condition checks row by row. Beside it stands what is sought: implied by
 * it, true of few rows, and answered by an index. So a list or query reads
 * these rows and no others. Only tests of properties marked OBJECT_SOUGHT, and
 * of integer keys, can be sought.
 */
#pragma once

#include "provider/object/object_private.h"

/* The more, the fewer rows are expected. */
enum sought_rank {
    SOUGHT_NOT = 0, /* every row is read */
    SOUGHT_UNUSUAL, /* a number that few have */
    SOUGHT_PREFIX,  /* LIKE 'x%' */
    SOUGHT_ENTRY,   /* an entry of a list */
    SOUGHT_TEXT,
    SOUGHT_KEY,
};

enum { SOUGHT_TESTS_MAX = 8 };

/* One test. Parameters are the maker's: equal to any of first to last, or
 * beginning with first. */
struct sought_test {
    const struct object_property *property;
    bool is_prefix;
    bool is_any;    /* of: the first of several values */
    bool is_null;   /* of an unusual number */
    int64_t number; /* the unusual number */
    int first;
    int last;
    const void *of;     /* what parameters are made of */
    struct text prefix; /* of is_prefix */
};

/* Any of the tests; none: not sought. */
struct sought {
    enum sought_rank rank;
    size_t n;
    struct sought_test of[SOUGHT_TESTS_MAX];
};

/* Is it sought by sought_number()? */
bool sought_is_number(const struct object_property *property);

/* property = value, or any of several; of is kept in the test. Not for sought
 * numbers. */
struct sought sought_equal(const struct object_property *property, bool is_any,
                           const void *of);

/* A number, or null, if it is not the usual one. */
struct sought sought_number(const struct object_property *property,
                            bool is_null, int64_t number);

/* property LIKE pattern. */
struct sought sought_like(const struct object_property *property,
                          struct text pattern, bool has_sets, const void *of);

/* Both hold: the better one. Either holds: both, or none. */
struct sought sought_both(const struct sought *a, const struct sought *b);
struct sought sought_either(const struct sought *a, const struct sought *b);

/* The condition over t. */
void sought_put(const struct object_class *class, const struct sought *sought,
                struct buf *sql);

/*
 * " FROM .. t .. WHERE .. AND ": the rows to look at. One entry's rows are read
 * in their order from its table, so that a page needs no more of them than it
 * has. Returns the row in that order then, and else NULL: it is t's own.
 * is_seen: of what is held by collections, only that of those that may be read.
 */
const char *sought_put_from(const struct object_class *class,
                            const struct sought *sought, bool is_seen,
                            struct buf *sql);

/* Is it one entry of a list, and nothing else? */
bool sought_is_entry(const struct sought *sought);

/* Do they come in the order of their keys? */
bool sought_is_ordered(const struct sought *sought);

/*
 * "SELECT count(*) ..": the rows that indexes have for it, up to SOUGHT_COMMON.
 * With so many, a page is found sooner by walking in its order; and where some
 * are hidden, no more of those are looked at. Returns its last parameter.
 */
enum { SOUGHT_COMMON = 16384 };
int sought_put_probe(const struct object_class *class,
                     const struct sought *sought, struct buf *sql);
