#include "provider/object/ssh_login.h"

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

enum { TIME_BITS = 32, EARLY_S = 300 };

#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

static bool is_enabled_user(const struct site *site, uint32_t index)
{
    const struct rbac_admin *admin =
        &rbac_engine_estate(site->engine)->admins[index];

    return !admin->is_group && !admin->is_disabled &&
           site_user_host(site, admin->name) == 0;
}

/* 0: none that counts. */
static int64_t own_row(const struct site *site, const char *user)
{
    uint32_t own = RBAC_NONE;

    (void)site_admins_of(site, (struct site_member){.user = user}, NULL, 0,
                         &own);
    return own < rbac_engine_estate(site->engine)->n_admins &&
                   is_enabled_user(site, own)
               ? site->map->of[MAP_ADMIN].row_of[own]
               : 0;
}

static uint64_t serial_of(int64_t row, int64_t time_s)
{
    return (uint64_t)row << TIME_BITS | ((uint64_t)time_s & TIME_MASK);
}

uint64_t ssh_login_serial(const struct site *site, const char *user,
                          int64_t now_s)
{
    const int64_t row = own_row(site, user);

    return row > 0 && row <= INT32_MAX ? serial_of(row, now_s) : 0;
}

bool ssh_login_counts(const struct site *site, const char *user,
                      uint64_t serial, int64_t max_s, int64_t now_s)
{
    const int64_t made_s = (int64_t)(serial & TIME_MASK);
    const int64_t row = own_row(site, user);

    return row > 0 && serial >> TIME_BITS == (uint64_t)row &&
           made_s > site_user_ended(site, user) && made_s <= now_s + EARLY_S &&
           made_s > now_s - max_s;
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
        if (is_enabled_user(site, i))
            counted[n++] =
                (struct counted){site->map->of[MAP_ADMIN].row_of[i],
                                 site_user_ended(site, estate->admins[i].name)};
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

enum status ssh_login_revoked(struct store *store, const struct site *site,
                              int64_t since_s, ssh_login_visit *visit,
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
        if (counted[i].ended_s >= since_s)
            visit(context, serial_of(counted[i].row, 0),
                  serial_of(counted[i].row, counted[i].ended_s));
        next = counted[i].row + 1;
    }
    visit_rows(next, last + 1, visit, context);
    return STATUS_OK;
}
