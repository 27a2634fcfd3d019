/*
 * Finds the object of the site that a declared name means.
 *
 * A name that files declared before is that row. Nothing else is taken over
 * silently: an object of the console with the name is a conflict, reported with
 * everything that depends on it, until the file names its key (adopt) or
 * another name. An object that the caller may not read is treated as missing,
 * if names need not be unique.
 */
#pragma once

#include "provider/object/declare/declare_private.h"

/* How things of a kind are found: ?1 is a name or key, ?2 whether a group. */
struct declare_kind {
    enum declared kind;
    const char *what;
    const struct object_class *class;
    const char *by_name; /* rows of the columns below, declared ones first */
    const char *by_key;
    const char *rename; /* row, name */
    bool has_twins;     /* names need not be unique */
};
extern const struct declare_kind declare_kinds[N_DECLARED];

/*
 * row_out 0: it is new. STATUS_INVALID if it is built in, declared twice or in
 * conflict. A renamed or adopted one has lost what was declared of it, so that
 * it counts as changed.
 */
struct declare_name {
    const char *place;
    const char *name;
    bool is_group; /* of administrators */
    struct policy_origin origin;
};
MUST_CHECK
enum status declare_locate(struct declare *declare, enum declared kind,
                           const struct declare_name *name, int64_t *row_out);

/* What is stored of something declared. */
struct declared_row {
    int64_t row;  /* 0: none */
    bool is_same; /* declared before with the same content */
};

/* Is what was declared of a row (?1 of the SQL) the same? */
MUST_CHECK
enum status declare_is_same(struct declare *declare, const char *sql,
                            int64_t row, struct text canonical, bool *is_out);

/* Stores what was declared of a row, and where: the place may move without
 * anything changing. */
MUST_CHECK
enum status declare_set_place(struct declare *declare, const char *sql,
                              int64_t row, const char *place,
                              struct text canonical);
