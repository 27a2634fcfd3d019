/*
 * The inside of a declaring step, shared by its two files.
 */
#pragma once

#include "provider/object/declare.h"
#include "provider/object/object_private.h"

enum declared {
    DECLARED_SCOPE = 0,
    DECLARED_ROLE,
    DECLARED_GROUP,
    DECLARED_ADMIN,
    N_DECLARED,
};

struct declare_rows {
    int64_t *rows; /* owned */
    size_t n;
    size_t capacity;
};

struct declare {
    struct store *store;
    int64_t now_s;
    bool had_top; /* a full administrator was there before */
    bool has_level;
    bool changed;
    struct declare_rows seen[N_DECLARED]; /* declared in this run */
    char why[512];
};

/* What is declared and how it goes: row, place and name of each. */
struct declare_sweep {
    enum declared kind;
    const char *what;
    const char *select;
    const char *remove;
};

/* Says why, with the place before it; STATUS_INVALID. */
enum status declare_fail(struct declare *declare, const char *place,
                         const char *format, ...)
    __attribute__((format(printf, 3, 4)));

MUST_CHECK
enum status declare_saw(struct declare *declare, enum declared kind,
                        int64_t row);

/* Has this run declared the row already? */
bool declare_has_seen(const struct declare *declare, enum declared kind,
                      int64_t row);
