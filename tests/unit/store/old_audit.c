#include "tests/unit/store/old_audit.h"

#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/store/audit.h"

time_t s_days;

/* In place of the C library's. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    const long result = syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_REALTIME)
        now->tv_sec += s_days * 24 * 3600;
    return (int)result;
}

void append_records(struct site *site, int n)
{
    const struct audit_record record = {.event = "signin",
                                        .user = TEXT("alice@EXAMPLE.COM"),
                                        .outcome = AUDIT_DONE};
    int64_t id;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    for (int i = 0; i < n; i++)
        assert_int_equal(audit_append(site->store, &record, &id), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

void fill(struct site *site)
{
    s_days = 0;
    append_records(site, OLD);
    s_days = 100;
    append_records(site, RETENTION_RECORDS_MIN);
}

int old_audit_set_up(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    strcpy(site->top, "/tmp/test_old_audit.XXXXXX");
    if (!mkdtemp(site->top))
        return -1;
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    snprintf(site->kept, sizeof(site->kept), "%s/kept", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    if (store_open(site->path, STORE_MAKE, &site->store) != STATUS_OK ||
        seal_make(site->store, &site->place) != STATUS_OK)
        return -1;
    fill(site);
    *state = site;
    return 0;
}

int old_audit_tear_down(void **state)
{
    struct site *site = *state;
    const struct dirent *entry;
    char path[400];
    DIR *top;

    store_free(site->store);
    top = opendir(site->top);
    while (top && (entry = readdir(top)) != NULL) {
        snprintf(path, sizeof(path), "%s/%s", site->top, entry->d_name);
        unlink(path);
    }
    closedir(top);
    rmdir(site->top);
    free(site);
    return 0;
}

void close_store(struct site *site)
{
    store_free(site->store);
    site->store = NULL;
}

enum status reopen(struct site *site)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();

    close_store(site);
    TRY(store_open(site->path, STORE_WRITE, &site->store));
    return seal_open(site->store, &site->place, &report);
}

void slice_up_to(struct site *site, int64_t keep_ms, int64_t later_ms,
                 int64_t up_to)
{
    const struct retention_term term = {keep_ms, up_to};

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(retention_slice(&site->retention, site->store, &term,
                                     clock_wall_ms() + later_ms),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

void slice(struct site *site, int64_t keep_ms, int64_t later_ms)
{
    slice_up_to(site, keep_ms, later_ms, INT64_MAX);
}

int64_t remove_all(struct site *site, int64_t keep_ms, int64_t later_ms)
{
    int64_t n = 0;

    do {
        slice(site, keep_ms, later_ms);
        n += site->retention.n_removed;
    } while (site->retention.before_ms != 0);
    return n;
}
