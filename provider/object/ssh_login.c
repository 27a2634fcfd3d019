#include "provider/object/ssh_login.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/object/object_private.h"
#include "provider/object/ssh_login_sql.h"

enum status ssh_login_key(struct store *store, const char *user,
                          struct text key, struct ssh_grant *grant_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const char *why;
    enum status found;

    found = store_row_with(
        store, SQL_SSH_LOGIN_KEY,
        STORE_ARGS(STORE_TEXT(text_of(user)), STORE_TEXT(key)), &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    TRY(ssh_grant_read(store_text(stmt, 0), grant_out, &why));
    grant_out->key = key;
    return STATUS_OK;
}

/* ---- Serial numbers of certificates ---- */

enum {
    TIME_BITS = 32,
    EARLY_S = 300,
    RECORDS_MAX = 1024, /* of one user */
    WITHDRAWN_MAX = 1000,
    SERIAL_BYTES = 24,
};

#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

static const struct rbac_admin *admin_of(const struct site *site,
                                         uint32_t index)
{
    return &rbac_engine_estate(site->engine)->admins[index];
}

/* Of a person or a group, and not disabled. */
static bool is_enabled(const struct site *site, uint32_t index)
{
    const struct rbac_admin *admin = admin_of(site, index);

    return !admin->is_disabled &&
           (admin->is_group || site_user_host(site, admin->name) == 0);
}

static int64_t row_of(const struct site *site, uint32_t index)
{
    return site->map->of[MAP_ADMIN].row_of[index];
}

/* The record of their own, whatever it is worth; without one, a group's. */
static uint32_t record_of(const struct site *site, struct site_member member)
{
    uint32_t records[RECORDS_MAX], own = RBAC_NONE;
    const size_t n = site_admins_of(site, member, records, RECORDS_MAX, &own);

    if (own != RBAC_NONE)
        return own;
    for (size_t i = 0; n <= RECORDS_MAX && i < n; i++)
        if (is_enabled(site, records[i]))
            return records[i];
    return RBAC_NONE;
}

static uint64_t serial_of(int64_t row, int64_t time_s)
{
    return (uint64_t)row << TIME_BITS | ((uint64_t)time_s & TIME_MASK);
}

uint64_t ssh_login_serial(const struct site *site, struct site_member member,
                          int64_t now_s)
{
    const uint32_t record = record_of(site, member);
    const int64_t row = record != RBAC_NONE && is_enabled(site, record)
                            ? row_of(site, record)
                            : 0;

    return row > 0 && row <= INT32_MAX ? serial_of(row, now_s) : 0;
}

static bool could_count(uint64_t serial, int64_t row, int64_t now_s)
{
    const int64_t made_s = (int64_t)(serial & TIME_MASK);

    return row > 0 && serial >> TIME_BITS == (uint64_t)row &&
           made_s <= now_s + EARLY_S && made_s > now_s - SSH_LOGIN_MAX_S;
}

/* Whoever has a record of their own is not known by another's. */
static uint32_t find_record(const struct site *site, const char *user,
                            uint64_t serial)
{
    const uint32_t own = record_of(site, (struct site_member){.user = user});
    const uint32_t named =
        object_map_index(site->map, MAP_ADMIN, (int64_t)(serial >> TIME_BITS));

    if (named == RBAC_NONE || !is_enabled(site, named))
        return RBAC_NONE;
    if (named == own)
        return own;
    return admin_of(site, named)->is_group &&
                   (own == RBAC_NONE || admin_of(site, own)->is_group)
               ? named
               : RBAC_NONE;
}

static void write_serial(uint64_t serial, char out[SERIAL_BYTES])
{
    snprintf(out, SERIAL_BYTES, "%" PRIu64, serial);
}

static enum status is_withdrawn(struct store *store, uint64_t serial,
                                int64_t *n_out)
{
    char text[SERIAL_BYTES];

    write_serial(serial, text);
    return store_int_with(store, SQL_SSH_LOGIN_IS_WITHDRAWN,
                          STORE_ARGS(STORE_INT((int64_t)(serial >> TIME_BITS)),
                                     STORE_TEXT(text_of(text))),
                          n_out);
}

enum status ssh_login_record(struct store *store, const struct site *site,
                             const char *user, uint64_t serial, int64_t now_s,
                             uint32_t *record_out)
{
    const uint32_t record = find_record(site, user, serial);
    int64_t n;

    *record_out = RBAC_NONE;
    if (record == RBAC_NONE ||
        !could_count(serial, row_of(site, record), now_s) ||
        (int64_t)(serial & TIME_MASK) <= site_user_ended(site, user))
        return STATUS_OK;
    TRY(is_withdrawn(store, serial, &n));
    if (n == 0)
        *record_out = record;
    return STATUS_OK;
}

enum status ssh_login_withdraw(struct store *store, int64_t row,
                               uint64_t serial, int64_t now_s)
{
    char text[SERIAL_BYTES];

    if (!could_count(serial, row, now_s))
        return STATUS_NOT_FOUND;
    write_serial(serial, text);
    TRY(store_run_with(store, SQL_SSH_LOGIN_WITHDRAW,
                       STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(text)),
                                  STORE_INT(now_s - SSH_LOGIN_MAX_S),
                                  STORE_INT(WITHDRAWN_MAX))));
    return store_n_changed(store) ? STATUS_OK : STATUS_LIMIT;
}

/* ---- Those that no longer count ---- */

struct counted {
    int64_t row;
    int64_t ended_s; /* INT64_MIN: never */
};

static int compare(const void *left, const void *right)
{
    const struct counted *a = left, *b = right;

    return a->row < b->row ? -1 : a->row > b->row;
}

static size_t collect(const struct site *site, struct counted *counted)
{
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);
    size_t n = 0;

    for (uint32_t i = 0; i < estate->n_admins; i++)
        if (is_enabled(site, i))
            counted[n++] = (struct counted){
                row_of(site, i),
                estate->admins[i].is_group
                    ? INT64_MIN
                    : site_user_ended(site, estate->admins[i].name)};
    qsort(counted, n, sizeof(*counted), compare);
    return n;
}

/* From one row on, and before another. */
static void visit_rows(int64_t from, int64_t before, ssh_login_visit *visit,
                       void *context)
{
    if (from < before && before <= INT32_MAX)
        visit(context, serial_of(from, 0), serial_of(before, 0) - 1);
}

static enum status visit_withdrawn(struct store *store, ssh_login_visit *visit,
                                   void *context)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_SSH_LOGIN_WITHDRAWN, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        visit(context, (uint64_t)store_int(stmt, 0),
              (uint64_t)store_int(stmt, 0));
    return found == STATUS_END ? STATUS_OK : found;
}

enum status ssh_login_revoked(struct store *store, const struct site *site,
                              int64_t now_s, ssh_login_visit *visit,
                              void *context)
{
    const size_t most = rbac_engine_estate(site->engine)->n_admins;
    SCOPED(memory_drop)
    struct counted *counted = calloc(most + 1, sizeof(*counted));
    int64_t next = 1, last;
    size_t n;

    if (!counted)
        return STATUS_NO_MEMORY;
    TRY(store_int_with(store, SQL_SSH_LOGIN_LAST_ROW, STORE_NO_ARGS, &last));
    n = collect(site, counted);
    for (size_t i = 0; i < n; i++) {
        visit_rows(next, counted[i].row, visit, context);
        if (counted[i].ended_s >= now_s - SSH_LOGIN_MAX_S)
            visit(context, serial_of(counted[i].row, 0),
                  serial_of(counted[i].row, counted[i].ended_s));
        next = counted[i].row + 1;
    }
    visit_rows(next, last + 1, visit, context);
    return visit_withdrawn(store, visit, context);
}
