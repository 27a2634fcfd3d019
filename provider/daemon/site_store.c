#include "provider/daemon/site_store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/daemon/service_user.h"
#include "provider/object/site.h"
#include "provider/store/kept_watch.h"
#include "provider/store/seal.h"

enum { DETAIL_MAX_BYTES = 32 * 1024, PATH_MAX_BYTES = 4096, BEHIND_S = 60 };

static struct seal_place place_of(const struct config *config)
{
    return (struct seal_place){config->store_key, config->store_anchor};
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0 || errno != ENOENT;
}

static enum status check_there(const struct config *config)
{
    if (is_there(config->store_path))
        return STATUS_OK;
    log_error("store.missing path=%s why=%s", config->store_path,
              "mount or restore it; smsproviderd --init creates a new one");
    return STATUS_UNAVAILABLE;
}

void site_store_check_clock(void)
{
    const int64_t behind_s = clock_behind_s();

    if (behind_s >= BEHIND_S)
        log_warn("clock.behind seconds=%lld why=%s", (long long)behind_s,
                 "it was set back, and what ended by it stays ended: if it was "
                 "ahead by mistake, stop the provider and run smsproviderd "
                 "--accept-restored");
}

enum status site_store_open(const struct config *config,
                            struct store **store_out)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    const struct seal_place place = place_of(config);
    OWNED(store) store = NULL;
    enum status status;

    TRY(check_there(config));
    TRY(store_open(config->store_path, STORE_WRITE, &store));
    status = seal_open(store, &place, &report);
    if (status == STATUS_INVALID && report.problems.size > 0)
        log_error("store.refused path=%s why=%s", config->store_path,
                  "it is not as the provider left it: restore it, or accept it "
                  "with smsproviderd --accept-restored");
    TRY(status);
    TRY(store_upgrade(store));
    clock_wall_keep(seal_last(store)->time_ms / 1000);
    site_store_check_clock();
    *store_out = TAKE(store);
    return STATUS_OK;
}

/* ---- Commands of an operator on the host ---- */

/* A separate change with one record, by the user who runs this program. */
static enum status record(struct store *store, const char *event,
                          struct text detail)
{
    char peer[32];
    struct audit_record entry = {
        .event = event, .outcome = AUDIT_DONE, .detail = detail};
    enum status status;
    int64_t id;

    snprintf(peer, sizeof(peer), "host:uid=%u",
             (unsigned)service_user_caller());
    entry.peer = text_of(peer);
    TRY(store_write_begin(store));
    status = audit_append(store, &entry, &id);
    if (status == STATUS_OK)
        status = store_write_commit(store);
    if (status != STATUS_OK)
        store_write_rollback(store);
    return status;
}

/* An unfinished store would be in the way of the next try. */
static void remove_made(const struct config *config)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-mark",
                                           "-journal"};
    char path[PATH_MAX_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        snprintf(path, sizeof(path), "%s%s", config->store_path, suffixes[i]);
        unlink(path);
    }
    unlink(config->store_anchor);
}

static enum status make(const struct config *config)
{
    const struct seal_place place = place_of(config);
    OWNED(store) store = NULL;

    TRY(store_open(config->store_path, STORE_MAKE, &store));
    TRY(seal_make(store, &place));
    TRY(site_prepare(store, config->site_code, config->site_name));
    return record(store, "store.init", (struct text){0});
}

enum status site_store_init(const struct config *config)
{
    const char *const paths[] = {config->store_path, config->store_anchor};
    enum status status;

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        if (!is_there(paths[i]))
            continue;
        log_error("store.exists path=%s why=%s", paths[i],
                  "a new store never replaces another: restore what belongs to "
                  "it, or move it away");
        return STATUS_CONFLICT;
    }
    status = make(config);
    if (status != STATUS_OK)
        remove_made(config);
    else
        log_info("store.made path=%s key=%s anchor=%s", config->store_path,
                 config->store_key, config->store_anchor);
    return status;
}

static enum status record_found(struct store *store, const char *event,
                                const struct seal_report *report)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);

    writer_object_begin(&w);
    writer_put_text(&w, "found", buf_text(&report->problems));
    writer_put_int(&w, "serial", seal_last(store)->serial);
    writer_object_end(&w);
    TRY(buf_status(&detail));
    return record(store, event, buf_text(&detail));
}

/* Readers must not go on from a state that the store may not have had. */
static enum status forget_watches(struct store *store)
{
    TRY(store_write_begin(store));
    if (kept_watches_forget(store) == STATUS_OK)
        return store_write_commit(store);
    store_write_rollback(store);
    return STATUS_UNAVAILABLE;
}

static enum status accept_as(const struct config *config, const char *event)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    const struct seal_place place = place_of(config);
    OWNED(store) store = NULL;

    TRY(check_there(config));
    TRY(store_open(config->store_path, STORE_WRITE, &store));
    TRY(seal_accept(store, &place, &report));
    TRY(store_upgrade(store));
    TRY(forget_watches(store));
    TRY(record_found(store, event, &report));
    log_warn("store.accepted path=%s serial=%lld why=%s", config->store_path,
             (long long)seal_last(store)->serial,
             report.problems.size > 0 ? "it was ordered" : "it was as left");
    return STATUS_OK;
}

enum status site_store_accept(const struct config *config)
{
    return accept_as(config, "store.accept_restored");
}

enum status site_store_restore(const struct config *config)
{
    return accept_as(config, "store.restore");
}

enum status site_store_rotate(const struct config *config)
{
    const struct seal_place place = place_of(config);
    OWNED(store) store = NULL;

    TRY(site_store_open(config, &store));
    TRY(seal_rotate(store, &place));
    TRY(record(store, "store.rotate_key", (struct text){0}));
    log_info("store.key_rotated path=%s", config->store_key);
    return STATUS_OK;
}
