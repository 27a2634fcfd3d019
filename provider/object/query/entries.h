/*
 * The entries of lists that rows are sought by: a table TABLE_by_PROPERTY of
 * value and row beside the list itself, which is kept in its row as JSON.
 */
#pragma once

#include "provider/object/object_private.h"

/*
 * After a row was stored: the entries of @old go and those of @values come.
 * NULL: there are none, since the row is new or gone. Lists that did not change
 * cost nothing. Every path that writes rows of a class calls it.
 */
MUST_CHECK
enum status entries_store(struct store *store, const struct object_class *class,
                          int64_t row, const struct object_values *old,
                          const struct object_values *values);

/*
 * Entries of one list of many new rows, for a class with insert_many: several
 * are stored at once, the rest at the end.
 */
struct entry_group {
    struct store *store;
    const char *add;
    const char *add_many;
    int64_t rows[NEW_ROWS];
    const json_t *entries[NEW_ROWS]; /* borrowed */
    size_t n;
};
MUST_CHECK
enum status entry_group_add(struct entry_group *group, int64_t row,
                            const struct object_value *value);
MUST_CHECK
enum status entry_group_end(struct entry_group *group);

/* Has the class such lists? */
bool entries_are_kept(const struct object_class *class);
