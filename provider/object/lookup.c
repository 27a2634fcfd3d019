/*
 * An object by what people call it: its key, or a name that is its alone.
 */
#include <stdio.h>

#include "provider/object/object_private.h"

enum { LOOKUP_MAX_BYTES = 512 };

/* The key of the one row where the column is the word. */
static enum status find_by(struct store *store,
                           const struct object_class *class, const char *column,
                           struct text word,
                           char key_out[OBJECT_KEY_MAX_BYTES + 1])
{
    const char *key =
        class->hooks->has_integer_key ? "row" : class->hooks->key_column;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    char sql[LOOKUP_MAX_BYTES];
    enum status found;

    snprintf(sql, sizeof(sql),
             "SELECT CAST(%s AS TEXT) FROM %s WHERE %s = ?1 LIMIT 2", key,
             class->table, column);
    TRY(store_prepare_text(store, text_of(sql), &stmt));
    store_bind_text(stmt, 1, word);
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    snprintf(key_out, OBJECT_KEY_MAX_BYTES + 1, "%.*s",
             (int)store_text(stmt, 0).size, store_text(stmt, 0).data);
    found = store_step(stmt);
    if (found == STATUS_OK)
        return STATUS_CONFLICT;
    return found == STATUS_END ? STATUS_OK : found;
}

enum status object_key_find(struct store *store,
                            const struct object_class *class, struct text word,
                            char key_out[OBJECT_KEY_MAX_BYTES + 1])
{
    const char *key =
        class->hooks->has_integer_key ? "row" : class->hooks->key_column;
    enum status found = STATUS_NOT_FOUND;

    if (key)
        found = find_by(store, class, key, word, key_out);
    if (found != STATUS_NOT_FOUND || !class->hooks->name_column)
        return found;
    return find_by(store, class, class->hooks->name_column, word, key_out);
}
