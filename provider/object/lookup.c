/*
 * Finds an object by what people call it: its key, or a unique name.
 */
#include <stdio.h>
#include <string.h>

#include "provider/object/lookup_sql.h"
#include "provider/object/object_private.h"

enum { LOOKUP_MAX_BYTES = 1024, SAME_NAME_MAX = 10000 };

/* How to look, and what was found of it. */
struct search {
    struct store *store;
    const struct object_class *class;
    struct text word;
    struct object_acceptance acceptance; /* accept NULL: all */
    char *key_out;                       /* [OBJECT_KEY_MAX_BYTES + 1] */
    size_t n_accepted;
    size_t n_other;
};

static const char *key_column(const struct object_class *class)
{
    return class->has_integer_key ? "row" : class->key_column;
}

static enum status take(struct search *search, struct text key)
{
    char copy[OBJECT_KEY_MAX_BYTES + 1];
    bool is_accepted = true;

    snprintf(copy, sizeof(copy), "%.*s", (int)key.size, key.data);
    if (search->acceptance.accept)
        TRY(search->acceptance.accept(search->acceptance.context, text_of(copy),
                                      &is_accepted));
    if (!is_accepted)
        search->n_other++;
    else if (search->n_accepted++ == 0)
        memcpy(search->key_out, copy, sizeof(copy));
    return search->n_accepted > 1 ? STATUS_CONFLICT : STATUS_OK;
}

/*
 * Among several of a name, built-in and declared ones come before those of the
 * console, and of these the one that files named first.
 */
static const char *rank_of(const struct object_class *class)
{
    if (class == &class_scope || class == &class_role ||
        class == &class_collection)
        return SQL_LOOKUP_RANK;
    return "0";
}

/* The key of the one row where the column is the word. */
static enum status find_by(struct search *search, const char *column)
{
    int64_t rank = 0;

    const struct object_class *class = search->class;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    char sql[LOOKUP_MAX_BYTES];
    enum status found;

    snprintf(sql, sizeof(sql), SQL_LOOKUP_BY, key_column(class), rank_of(class),
             class->table, column, SAME_NAME_MAX);
    TRY(store_prepare_text(search->store, text_of(sql), &stmt));
    store_bind_text(stmt, 1, search->word);
    store_bind_text(stmt, 2, text_of(class->table));
    while ((found = store_step(stmt)) == STATUS_OK) {
        if (search->n_accepted && store_int(stmt, 1) != rank)
            return STATUS_OK;
        rank = store_int(stmt, 1);
        TRY(take(search, store_text(stmt, 0)));
    }
    if (found != STATUS_END)
        return found;
    return search->n_accepted ? STATUS_OK : STATUS_NOT_FOUND;
}

/* Names are equal to a letter; their index may have no regard to case. */
static enum status find_by_name(struct search *search)
{
    const char *column = search->class->name_column;
    char names[256];

    if (!object_name_is_sought(search->class))
        return find_by(search, column);
    snprintf(names, sizeof(names), "%s = ?1 COLLATE NOCASE AND %s", column,
             column);
    return find_by(search, names);
}

static enum status find(struct search *search)
{
    const struct object_class *class = search->class;
    enum status found = STATUS_NOT_FOUND;

    if (key_column(class))
        found = find_by(search, key_column(class));
    if (found != STATUS_NOT_FOUND || !class->name_column)
        return found;
    return find_by_name(search);
}

enum status object_key_find(struct store *store,
                            const struct object_class *class, struct text word,
                            char key_out[OBJECT_KEY_MAX_BYTES + 1])
{
    struct search search = {
        .store = store, .class = class, .word = word, .key_out = key_out};

    return find(&search);
}

enum status object_key_find_among(struct store *store,
                                  const struct object_class *class,
                                  struct text word,
                                  struct object_acceptance acceptance,
                                  char key_out[OBJECT_KEY_MAX_BYTES + 1],
                                  size_t *n_other_out)
{
    struct search search = {.store = store,
                            .class = class,
                            .word = word,
                            .acceptance = acceptance,
                            .key_out = key_out};
    const enum status found = find(&search);

    *n_other_out = search.n_other;
    return found;
}
