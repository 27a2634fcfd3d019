#include "provider/daemon/site_undo.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/daemon/service_user.h"
#include "provider/daemon/site_store.h"
#include "provider/rollout/rollout.h"
#include "provider/store/audit.h"

enum { DETAIL_MAX_BYTES = 1024, MESSAGES_MAX_BYTES = 1024 * 1024 };

static enum status find_version(struct store *store, int64_t number,
                                struct policy_version *out)
{
    struct policy_version running;

    if (number > 0)
        return policy_version_find(store, number, out);
    TRY(policy_version_newest(store, NULL, &running));
    for (number = running.number - 1; number > 0; number--) {
        const enum status found = policy_version_find(store, number, out);

        if (found == STATUS_OK && strcmp(out->digest, running.digest) != 0)
            return STATUS_OK;
        if (found != STATUS_OK && found != STATUS_NOT_FOUND)
            return found;
    }
    return STATUS_NOT_FOUND;
}

static enum status record(struct store *store, const char *who, int64_t back,
                          const struct policy_version *made)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record entry = {.event = "policy.rollback",
                                 .outcome = AUDIT_DONE,
                                 .peer = text_of(who)};
    int64_t id;

    writer_object_begin(&w);
    writer_put_int(&w, "back_to", back);
    writer_put_int(&w, "version", made->number);
    writer_put_string(&w, "sha256", made->digest);
    writer_object_end(&w);
    TRY(buf_status(&detail));
    entry.detail = buf_text(&detail);
    return audit_append(store, &entry, &id);
}

static enum status put_back(struct store *store, const struct realms *realms,
                            const struct policy_version *back)
{
    OWNED(source) source = NULL;
    OWNED(site) before = NULL;
    SCOPED(rollout_clear) struct rollout rollout = {0};
    struct policy_version made = {.origin = "rollback"};
    enum status status;

    TRY(source_read_stored(store, back->digest, realms, &source));
    TRY(site_load(store, &before));
    snprintf(made.author, sizeof(made.author), "host:uid=%u",
             (unsigned)service_user_caller());
    snprintf(made.message, sizeof(made.message),
             "back to version %" PRId64 ", on the host", back->number);
    rollout = (struct rollout){.store = store,
                               .before = before,
                               .source = source,
                               .is_restored = true,
                               .now_s = clock_wall_s()};
    status = rollout_run(&rollout);
    if (status == STATUS_INVALID) {
        SCOPED(buf_free) struct buf lines = buf_make(MESSAGES_MAX_BYTES);

        source_write_lines(source, &lines);
        fwrite(buf_text(&lines).data, 1, lines.size, stderr);
    }
    TRY(status);
    TRY(rollout_keep(&rollout, &made));
    return record(store, made.author, back->number, &made);
}

enum status site_undo(const struct config *config, int64_t version)
{
    OWNED(store) store = NULL;
    struct policy_version back = {0};
    enum status status;

    TRY(site_store_open(config, &store));
    TRY(site_prepare(store, config->site_code, config->site_name));
    TRY(find_version(store, version, &back));
    TRY(store_write_begin(store));
    status = put_back(store, &config->realms, &back);
    if (status == STATUS_OK)
        status = store_write_commit(store);
    if (status != STATUS_OK) {
        store_write_rollback(store);
        return status;
    }
    log_info("policy.rolled_back back_to=%" PRId64 " author=%s", back.number,
             back.author);
    return STATUS_OK;
}
