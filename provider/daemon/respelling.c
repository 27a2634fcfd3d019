#include "provider/daemon/respelling.h"

#include "provider/base/log.h"
#include "provider/object/respell.h"
#include "provider/store/audit.h"

enum { WHY_MAX_BYTES = 8192, DETAIL_MAX_BYTES = 64 };

static enum status record(struct store *store, size_t n)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record entry = {.event = "realm.respell",
                                 .outcome = AUDIT_DONE};
    int64_t id;

    writer_object_begin(&w);
    writer_put_int(&w, "names", (int64_t)n);
    writer_object_end(&w);
    TRY(buf_status(&detail));
    entry.detail = buf_text(&detail);
    return audit_append(store, &entry, &id);
}

/* Within a change. */
static enum status respell(struct store *store, const struct config *config,
                           size_t *n_out, struct buf *why)
{
    enum status status = site_respell(store, &config->realms, n_out, why);

    if (status == STATUS_OK && *n_out > 0)
        status = record(store, *n_out);
    return status == STATUS_CONFLICT ? STATUS_INVALID : status;
}

enum status respelling_first(struct store *store, const struct config *config)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    enum status status;
    size_t n;

    TRY(store_write_begin(store));
    status = respell(store, config, &n, &why);
    if (status == STATUS_OK)
        return store_write_commit(store);
    store_write_rollback(store);
    if (status == STATUS_INVALID) {
        SCOPED(memory_drop) char *said = text_dup(buf_text(&why));

        log_error("realm.refused why=%s", said ? said : "");
    }
    return status;
}

/* ---- In the writer ---- */

struct respelling {
    const struct config *config;
    struct buf why;
    enum status status;
};

static enum status run_part(struct respelling *respelling,
                            struct call_ground *ground)
{
    enum status status;
    size_t n = 0;

    TRY(store_part_begin(ground->store));
    status = respell(ground->store, respelling->config, &n, &respelling->why);
    if (status == STATUS_OK && n > 0)
        status = call_ground_renew(ground);
    if (status == STATUS_OK)
        return store_part_keep(ground->store);
    return store_part_undo(ground->store) == STATUS_OK ? status
                                                       : STATUS_UNAVAILABLE;
}

static void run(void *context, struct call_ground *ground)
{
    struct respelling *respelling = context;

    respelling->status = run_part(respelling, ground);
    if (respelling->status != STATUS_OK && respelling->status != STATUS_INVALID)
        ground->is_broken = true; /* the whole change is rolled back */
}

enum status respelling_follow(struct writer *writer,
                              const struct config *config, struct buf *messages)
{
    struct respelling respelling = {config, buf_make(WHY_MAX_BYTES),
                                    STATUS_UNAVAILABLE};
    enum status status = writer_run(writer, run, &respelling);

    if (status == STATUS_OK)
        status = respelling.status;
    if (status == STATUS_INVALID) {
        buf_append_format(
            messages,
            "%s:%u:%u: error: \"realms\": ", config->kerberos.place.file,
            config->kerberos.place.line, config->kerberos.place.column);
        buf_append_text(messages, buf_text(&respelling.why));
        buf_append_char(messages, '\n');
    }
    buf_free(&respelling.why);
    return status;
}
