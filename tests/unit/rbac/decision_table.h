/*
 * The tables of tests/decisions, read: an estate as an administrator would
 * describe it, and questions to it with the expected answers. The form is told
 * in tests/decisions/README.md.
 */
#pragma once

#include "rbac/build.h"
#include "rbac/rbac.h"

enum {
    TABLE_MAX = 96,      /* of most things */
    TABLE_LIST_MAX = 12, /* names in one list */
    TABLE_LINES_MAX = 512,
    TABLE_COLUMNS_MAX = 10,
};

struct table_object {
    const char *name;
    uint16_t type;
    uint32_t labels[TABLE_LIST_MAX];
    size_t n_labels;
};

struct table_member {
    const char *user;
    const char *group;
};

/* columns[n_columns] of one line; those that are missing are empty. */
struct table_line {
    int number;
    const char *columns[TABLE_COLUMNS_MAX];
    size_t n_columns;
};

struct table {
    const char *path;
    char *text; /* owned; every name points into it */
    struct table_line lines[TABLE_LINES_MAX];
    size_t n_lines;
    struct rbac_role roles[TABLE_MAX];
    struct rbac_right *rights[TABLE_MAX]; /* owned */
    struct rbac_scope scopes[TABLE_MAX];
    struct rbac_collection collections[TABLE_MAX];
    struct rbac_admin admins[TABLE_MAX];
    struct rbac_assignment assignments[TABLE_MAX][TABLE_LIST_MAX];
    uint32_t indexes[TABLE_MAX * TABLE_LIST_MAX * 8];
    size_t n_indexes;
    struct table_object objects[TABLE_MAX];
    size_t n_objects;
    struct table_member members[TABLE_MAX];
    size_t n_members;
    struct rbac_estate estate;
    struct rbac_engine *engine; /* owned */
};

/* Reads a file and builds its engine; what is wrong ends the test. */
void table_read(const char *path, struct table *table);
void table_free(struct table *table);

/* Ends the test, naming file and line. */
void table_fail(const struct table *table, const struct table_line *line,
                const char *why, const char *what);

const struct table_object *table_object(const struct table *table,
                                        const char *name);

/* Splits "A, B" in place; "-" and "" are no names at all. */
size_t table_split(char *list, const char *names_out[TABLE_LIST_MAX]);

/* Indexes of a list of names; ends the test where a name is unknown. */
size_t table_scopes(struct table *table, const struct table_line *line,
                    const char *list, uint32_t out[TABLE_LIST_MAX]);
size_t table_collections(struct table *table, const struct table_line *line,
                         const char *list, uint32_t out[TABLE_LIST_MAX]);

/* "2026-06-01" or a number of seconds. */
int64_t table_time(const struct table *table, const struct table_line *line,
                   const char *text);

/* The subject of a user: their own record and those of their groups. */
struct rbac_subject *table_subject(const struct table *table, const char *user);
