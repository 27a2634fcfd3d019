/*
 * The tables: one a class from its description, and those of the relations
 * between them by hand; and what is built in.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/object/catalog.h"
#include "provider/object/object_private.h"
#include "provider/object/role.h"
#include "provider/object/schema_sql.h"
#include "provider/object/site.h"

enum { SCHEMA_MAX_BYTES = 256 * 1024 };

static enum status run_made(struct store *store, struct buf *sql)
{
    buf_append_char(sql, '\0');
    TRY(buf_status(sql));
    return store_run_script(store, buf_text(sql).data);
}

static enum status make_tables(struct store *store, int version)
{
    SCOPED(buf_free) struct buf sql = buf_make(SCHEMA_MAX_BYTES);

    schema_put_tables(0, version, &sql);
    /* No view stands last: the last one read is the first of the library's
     * list, and there it would keep integrity_check from the free pages. */
    schema_put_secured(version, &sql);
    buf_append_string(&sql, SQL_SCHEMA_VIEWS);
    buf_append_string(&sql, SQL_SCHEMA_RELATIONS);
    buf_append_string(&sql, version < SCHEMA_SETS_VERSION ? SQL_SCHEMA_SETS_1
                                                          : SQL_SCHEMA_SETS_4);
    if (version >= SCHEMA_ARRIVALS_VERSION)
        buf_append_string(&sql, SQL_SCHEMA_ARRIVALS_5);
    if (version >= SCHEMA_MAKERS_VERSION)
        buf_append_string(&sql, SQL_SCHEMA_MAKERS_6);
    schema_put_indexes(0, version, &sql);
    return run_made(store, &sql);
}

static void step_sets(int version, struct buf *sql)
{
    if (version >= SCHEMA_SETS_VERSION)
        return;
    buf_append_string(sql, SQL_SCHEMA_LEAVE_SETS_1);
    buf_append_string(sql, SQL_SCHEMA_SETS_4);
    buf_append_string(sql, SQL_SCHEMA_FILL_SETS_4);
}

/* From an earlier version; the views are those of this one, and tables come
 * after them as in a new store. */
static enum status step_tables(struct store *store, int version)
{
    SCOPED(buf_free) struct buf sql = buf_make(SCHEMA_MAX_BYTES);

    buf_append_string(&sql, SQL_SCHEMA_DROP_VIEWS);
    schema_put_secured(schema_version(), &sql);
    buf_append_string(&sql, SQL_SCHEMA_VIEWS);
    schema_put_tables(version, schema_version(), &sql);
    schema_put_indexes(version, schema_version(), &sql);
    step_sets(version, &sql);
    if (version < SCHEMA_ARRIVALS_VERSION)
        buf_append_string(&sql, SQL_SCHEMA_ARRIVALS_5);
    if (version < SCHEMA_MAKERS_VERSION)
        buf_append_string(&sql, SQL_SCHEMA_MAKERS_6);
    schema_put_sequences(version, schema_version(), &sql);
    TRY(run_made(store, &sql));
    log_info("site.schema_step from=%d to=%d", version, schema_version());
    return store_set_number(store, "object.schema", schema_version());
}

/* After what is built in, whose rows come before. */
static enum status set_sequences(struct store *store, int version)
{
    SCOPED(buf_free) struct buf sql = buf_make(SCHEMA_MAX_BYTES);

    schema_put_sequences(0, version, &sql);
    return run_made(store, &sql);
}

/* ---- What is built in ---- */

static enum status put_role(struct store *store, int64_t row,
                            const struct rbac_builtin_role *role)
{
    TRY(store_run_with(store, SQL_SCHEMA_PUT_ROLE,
                       STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(role->id)),
                                  STORE_TEXT(text_of(role->name)))));
    for (size_t i = 0; i < role->n_masks; i++)
        TRY(role_add_right(store, row,
                           &(struct rbac_right){
                               .type = role->masks[i].type,
                               .operations = role->masks[i].operations,
                           }));
    return STATUS_OK;
}

static enum status put_roles(struct store *store)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        TRY(put_role(store, (int64_t)i + 1, &rbac_builtin_roles[i]));
    return STATUS_OK;
}

static enum status put_site(struct store *store, const char *code,
                            const char *name)
{
    enum { DEFAULT_SCOPE = 2 };

    TRY(store_run_with(
        store, SQL_SCHEMA_PUT_SITE,
        STORE_ARGS(STORE_TEXT(text_of(code)), STORE_TEXT(text_of(name)))));
    TRY(scopes_add(store, RBAC_TYPE_SITE, 1, DEFAULT_SCOPE));
    return scopes_refresh(store, &class_site, 1);
}

static enum status make_all(struct store *store, const char *code,
                            const char *name, int version)
{
    TRY(make_tables(store, version));
    TRY(store_run_with(store, SQL_SCHEMA_PUT_SCOPES, STORE_NO_ARGS));
    TRY(store_run_with(store, SQL_SCHEMA_PUT_COLLECTIONS, STORE_NO_ARGS));
    TRY(put_roles(store));
    TRY(put_site(store, code, name));
    TRY(set_sequences(store, version));
    return store_set_number(store, "object.schema", version);
}

static enum status name_site(struct store *store, const char *name)
{
    char host[256] = "";

    if (gethostname(host, sizeof(host) - 1) != 0)
        return STATUS_UNAVAILABLE;
    TRY(store_run_with(
        store, SQL_SCHEMA_RENAME_SITE,
        STORE_ARGS(STORE_TEXT(text_of(name)), STORE_TEXT(text_of(host)))));
    return store_run_with(store, SQL_SCHEMA_SET_SITE_ID, STORE_NO_ARGS);
}

/* ---- At start ---- */

static bool is_site_code(const char *code)
{
    for (size_t i = 0; i < 3; i++)
        if (!((code[i] >= 'A' && code[i] <= 'Z') ||
              (code[i] >= '0' && code[i] <= '9')))
            return false;
    return code[3] == '\0' && strcmp(code, "SMS") != 0;
}

static enum status check_site(struct store *store, const char *code)
{
    char stored[4];

    TRY(site_code(store, stored));
    if (strcmp(stored, code) == 0)
        return STATUS_OK;
    log_error("site.other_code store=%s configured=%s", stored, code);
    return STATUS_INVALID;
}

static enum status prepare(struct store *store, const char *code,
                           const char *name, int new_version)
{
    int64_t version;

    TRY(store_number(store, "object.schema", &version));
    if (version > schema_version()) {
        log_error("site.newer_schema version=%lld known=%d", (long long)version,
                  schema_version());
        return STATUS_INVALID;
    }
    if (version == 0)
        TRY(make_all(store, code, name, new_version));
    TRY(check_site(store, code));
    if (version > 0 && version < schema_version())
        TRY(step_tables(store, (int)version));
    TRY(catalog_put(store));
    return name_site(store, name);
}

enum status schema_prepare(struct store *store, const char *code,
                           const char *name, int new_version)
{
    enum status prepared;

    if (!is_site_code(code) || !text_is_name(text_of(name), 256))
        return STATUS_INVALID;
    TRY(object_functions_register(store));
    TRY(store_write_begin(store));
    prepared = prepare(store, code, name, new_version);
    if (prepared == STATUS_OK && new_version == schema_version())
        prepared = inventory_ship(store);
    if (prepared != STATUS_OK) {
        store_write_rollback(store);
        return prepared;
    }
    TRY(store_write_commit(store));
    return new_version == schema_version() ? site_follow_classes(store, false)
                                           : STATUS_OK;
}

enum status site_prepare(struct store *store, const char *code,
                         const char *name)
{
    return schema_prepare(store, code, name, schema_version());
}

static enum status put_delegation(struct store *store, bool is_lenient)
{
    int64_t was;

    TRY(store_number(store, SITE_LENIENT, &was));
    return was == is_lenient
               ? STATUS_OK
               : store_set_number(store, SITE_LENIENT, is_lenient);
}

enum status site_set_delegation(struct store *store, bool is_lenient)
{
    enum status put;

    TRY(store_write_begin(store));
    put = put_delegation(store, is_lenient);
    if (put != STATUS_OK) {
        store_write_rollback(store);
        return put;
    }
    return store_write_commit(store);
}

enum status site_prepare_copy(struct store *copy)
{
    return object_functions_register(copy);
}
