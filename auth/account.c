#include "auth/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include "provider/base/log.h"

enum {
    RECORD_FIRST_BYTES = 4096,
    GIDS_FIRST = 64,
};

/* ---- Principal -> account ---- */

/* A valid name for a passwd line that equals its canonical form. */
static bool is_account_name(struct text name)
{
    return text_is_name(name, ACCOUNT_NAME_MAX_BYTES) &&
           !memchr(name.data, '/', name.size) &&
           !memchr(name.data, '\\', name.size) &&
           !memchr(name.data, ':', name.size) &&
           !memchr(name.data, '@', name.size) && name.data[0] != '-' &&
           name.data[0] != '+';
}

enum status account_of_principal(struct text principal,
                                 const struct realms *realms,
                                 struct buf *account_out)
{
    const struct realm *realm = realm_of(realms, principal);
    const struct text name = realm_user_part(principal);

    if (!realm || !is_account_name(name))
        return STATUS_NOT_FOUND;
    TRY(realm_account(realm, name, account_out));
    return text_is_name(buf_text(account_out), ACCOUNT_NAME_MAX_BYTES)
               ? STATUS_OK
               : STATUS_NOT_FOUND;
}

/* ---- Records of the name service ---- */

/* Memory for one record, grown until it fits. */
struct record {
    char *bytes; /* owned */
    size_t size;
};

static void record_drop(struct record *record)
{
    free(record->bytes);
}

static enum status record_grow(struct record *record)
{
    const size_t size = record->size ? record->size * 2 : RECORD_FIRST_BYTES;
    char *bytes;

    if (size > ACCOUNT_RECORD_MAX_BYTES)
        return STATUS_LIMIT;
    bytes = realloc(record->bytes, size);
    if (!bytes)
        return STATUS_NO_MEMORY;
    record->bytes = bytes;
    record->size = size;
    return STATUS_OK;
}

/* libc returns the error; some replacements return -1 and set errno. */
static int error_of(int result)
{
    return result < 0 ? errno : result;
}

static enum status fail(const char *call, const char *account, int error)
{
    log_warn("groups.lookup_failed call=%s account=%s why=%s", call, account,
             strerrordesc_np(error));
    return STATUS_UNAVAILABLE;
}

/* STATUS_NOT_FOUND: the name service has no such account. */
static enum status read_passwd(const char *account, struct record *record,
                               struct passwd *passwd)
{
    struct passwd *found = NULL;
    int error;

    do {
        error = record->bytes ? getpwnam_r(account, passwd, record->bytes,
                                           record->size, &found)
                              : ERANGE;
        error = error_of(error);
        if (error == ERANGE)
            TRY(record_grow(record));
    } while (error == ERANGE || error == EINTR);
    if (error != 0)
        return fail("getpwnam", account, error);
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

/* STATUS_NOT_FOUND: the group has no name. */
static enum status read_group(const char *account, gid_t gid,
                              struct record *record, struct group *group)
{
    struct group *found = NULL;
    int error;

    do {
        error = record->bytes ? getgrgid_r(gid, group, record->bytes,
                                           record->size, &found)
                              : ERANGE;
        error = error_of(error);
        if (error == ERANGE)
            TRY(record_grow(record));
    } while (error == ERANGE || error == EINTR);
    if (error != 0)
        return fail("getgrgid", account, error);
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

/* getgrouplist() returns the number needed if there is too little room. */
static enum status read_gids(const char *account, gid_t primary, size_t max,
                             gid_t **gids_out, size_t *n_out)
{
    SCOPED(memory_drop) gid_t *gids = NULL;
    int room = GIDS_FIRST;
    int n;

    for (;;) {
        gid_t *more = reallocarray(gids, (size_t)room, sizeof(*gids));

        if (!more)
            return STATUS_NO_MEMORY;
        gids = more;
        n = room;
        if (getgrouplist(account, primary, gids, &n) >= 0)
            break;
        if (room > (int)max)
            return STATUS_LIMIT;
        room = n > room && n <= (int)max ? n : 2 * room;
    }
    if (n < 0 || n > (int)max)
        return STATUS_LIMIT;
    *gids_out = TAKE(gids);
    *n_out = (size_t)n;
    return STATUS_OK;
}

/* ---- All of them, by name ---- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_unique(struct account_groups *groups)
{
    size_t n = 0;

    if (groups->n_names == 0)
        return;
    qsort(groups->names, groups->n_names, sizeof(*groups->names), by_bytes);
    for (size_t i = 1; i < groups->n_names; i++) {
        if (strcmp(groups->names[n], groups->names[i]) == 0)
            free(groups->names[i]);
        else
            groups->names[++n] = groups->names[i];
    }
    groups->n_names = n + 1;
}

static enum status add_names(const char *account, const gid_t *gids, size_t n,
                             struct account_groups *groups)
{
    SCOPED(record_drop) struct record record = {0};
    struct group group;

    groups->names = calloc(n ? n : 1, sizeof(*groups->names));
    if (!groups->names)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const enum status status =
            read_group(account, gids[i], &record, &group);

        if (status == STATUS_NOT_FOUND)
            continue;
        TRY(status);
        if (!text_is_name(text_of(group.gr_name), ACCOUNT_NAME_MAX_BYTES))
            continue;
        groups->names[groups->n_names] = strdup(group.gr_name);
        if (!groups->names[groups->n_names])
            return STATUS_NO_MEMORY;
        groups->n_names++;
    }
    sort_unique(groups);
    return STATUS_OK;
}

/* The name service's own spelling leads to the user id that ours did. */
static bool is_same_account(const struct passwd *found,
                            const struct account_rules *rules)
{
    SCOPED(record_drop) struct record record = {0};
    struct passwd again;

    return rules->ignores_case &&
           read_passwd(found->pw_name, &record, &again) == STATUS_OK &&
           again.pw_uid == found->pw_uid &&
           strcmp(again.pw_name, found->pw_name) == 0;
}

/* STATUS_NOT_FOUND: none, or one that is no user's of a realm. */
static enum status find_account(const char *account,
                                const struct account_rules *rules,
                                struct record *record, struct passwd *passwd)
{
    TRY(read_passwd(account, record, passwd));
    if (strcmp(passwd->pw_name, account) != 0 &&
        !is_same_account(passwd, rules)) {
        log_warn("groups.other_account asked=%s got=%s", account,
                 passwd->pw_name);
        return STATUS_UNAVAILABLE;
    }
    if ((int64_t)passwd->pw_uid >= rules->minimum_uid)
        return STATUS_OK;
    log_warn("groups.local_account account=%s uid=%u minimum_uid=%lld why=%s",
             account, (unsigned)passwd->pw_uid, (long long)rules->minimum_uid,
             "it is this host's own, and no user's of a realm");
    return STATUS_NOT_FOUND;
}

static enum status read_all(const char *account,
                            const struct account_rules *rules, size_t max,
                            struct account_groups *groups)
{
    SCOPED(record_drop) struct record record = {0};
    SCOPED(memory_drop) gid_t *gids = NULL;
    struct passwd passwd;
    size_t n_gids = 0;
    const enum status status = find_account(account, rules, &record, &passwd);

    if (status == STATUS_NOT_FOUND) {
        groups->is_missing = true;
        return STATUS_OK; /* no account, and so in no group */
    }
    TRY(status);
    groups->has_account = true;
    TRY(read_gids(passwd.pw_name, passwd.pw_gid, max, &gids, &n_gids));
    return add_names(account, gids, n_gids, groups);
}

enum status account_groups_read(const char *account,
                                const struct account_rules *rules, size_t max,
                                struct account_groups *groups_out)
{
    SCOPED(account_groups_clear) struct account_groups groups = {0};
    const enum status status = read_all(account, rules, max, &groups);

    if (status == STATUS_LIMIT)
        log_warn("groups.too_many account=%s max=%zu", account, max);
    TRY(status);
    *groups_out = groups;
    groups = (struct account_groups){0};
    return STATUS_OK;
}

void account_groups_clear(struct account_groups *groups)
{
    for (size_t i = 0; i < groups->n_names; i++)
        free(groups->names[i]);
    free(groups->names);
    *groups = (struct account_groups){0};
}
