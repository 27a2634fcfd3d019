/*
 * Removes collections that are no longer declared: together, so that they do
 * not keep each other.
 */
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/members.h"
#include "provider/object/declare/declare_gone_sql.h"
#include "provider/object/declare/declare_private.h"

static enum status find_gone(struct declare *declare, struct row_list *gone)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(declare->store, SQL_GONE_DECLARED, STORE_NO_ARGS,
                        &rows));
    for (size_t i = 0; i < rows.n; i++)
        if (!declare_has_seen(declare, DECLARED_COLLECTION, rows.of[i]))
            TRY(row_list_add(gone, rows.of[i]));
    return STATUS_OK;
}

/* Those that are removed do not keep each other. */
static enum status detach(struct declare *declare, const struct row_list *gone)
{
    TRY(members_clear(declare->store, gone, declare->now_s));
    for (size_t i = 0; i < gone->n; i++)
        TRY(store_run_with(declare->store, SQL_GONE_DETACH,
                           STORE_ARGS(STORE_INT(gone->of[i]))));
    return STATUS_OK;
}

struct gone {
    char id[SITE_KEY_BYTES];
    char place[PLACE_MAX_BYTES + 1];
    char name[OBJECT_KEY_MAX_BYTES + 1];
};

static void copy_text(char *into, size_t size, struct text text)
{
    snprintf(into, size, "%.*s", (int)text.size, text.data ? text.data : "");
}

static enum status read_gone(struct declare *declare, int64_t row,
                             struct gone *out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(declare->store, SQL_GONE_ONE, STORE_ARGS(STORE_INT(row)),
                       &stmt));
    copy_text(out->id, sizeof(out->id), store_text(stmt, 0));
    copy_text(out->place, sizeof(out->place), store_text(stmt, 1));
    copy_text(out->name, sizeof(out->name), store_text(stmt, 2));
    return STATUS_OK;
}

/* Authors of policies may read these; the rest may be hidden (T60). */
static bool may_name(const struct declare *declare, struct text class_name)
{
    return !declare->guard ||
           text_equal(class_name, text_of(class_collection.name)) ||
           text_equal(class_name, text_of(class_admin.name)) ||
           MUTANT("a10-users-are-named");
}

static enum status fail_used(struct declare *declare, const struct gone *gone,
                             struct text class_name, struct text key)
{
    if (!may_name(declare, class_name))
        return declare_fail(declare, gone->place,
                            "the collection %s is no longer declared, but"
                            " still in use",
                            gone->name);
    return declare_fail(declare, gone->place,
                        "the collection %s is no longer declared, but still"
                        " in use by %.*s %.*s",
                        gone->name, (int)class_name.size, class_name.data,
                        (int)key.size, key.data);
}

static enum status check_use(struct declare *declare, const char *sql,
                             int64_t row, const struct gone *gone)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    found = store_row_with(
        declare->store, sql,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(gone->id))), &stmt);
    if (found == STATUS_OK)
        return fail_used(declare, gone, store_text(stmt, 0),
                         store_text(stmt, 1));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status check_unused(struct declare *declare, int64_t row,
                                const struct gone *gone)
{
    const struct class_sql *sql = object_class_sql(&class_collection);

    if (!sql)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < sql->n_uses; i++)
        TRY(check_use(declare, sql->uses[i], row, gone));
    for (size_t i = 0; i < N_COLLECTION_USES; i++)
        TRY(check_use(declare, collection_uses[i], row, gone));
    return STATUS_OK;
}

static enum status ask_gone(struct declare *declare, int64_t row,
                            const struct gone *gone)
{
    const uint32_t index = guard_index(declare, MAP_COLLECTION, row);

    TRY(guard_ask(declare, class_collection.read, &index, 1, gone->place,
                  gone->name));
    return guard_ask(declare, class_collection.remove, &index, 1, gone->place,
                     gone->name);
}

enum status declare_sweep_collections(struct declare *declare)
{
    SCOPED(row_list_clear) struct row_list gone = {0};

    TRY(find_gone(declare, &gone));
    TRY(detach(declare, &gone));
    for (size_t i = 0; i < gone.n; i++) {
        struct gone one;

        TRY(read_gone(declare, gone.of[i], &one));
        TRY(ask_gone(declare, gone.of[i], &one));
        TRY(check_unused(declare, gone.of[i], &one));
        TRY(store_run_with(declare->store, SQL_GONE_REMOVE,
                           STORE_ARGS(STORE_INT(gone.of[i]))));
        declare->changed = true;
    }
    return STATUS_OK;
}
