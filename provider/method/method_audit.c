/* Reads the audit; reading it is itself recorded (T95). */
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/store/seal.h"

enum { QUERY_DEFAULT = 100 };

enum rpc_error run_audit_query(struct call *call, struct json_writer *result)
{
    const struct audit_query query = {
        .since_s = params_integer(call->params, "since", 0),
        .until_s = params_integer(call->params, "until", 0),
        .user = params_text(call->params, "user"),
        .outcome = params_text(call->params, "outcome"),
        .event = params_text(call->params, "event"),
        .after = params_integer(call->params, "after", 0),
        .limit = params_integer(call->params, "limit", QUERY_DEFAULT),
    };

    return method_error(audit_list(call->ground->store, &query, result));
}

/* Whoever follows reads again and again: one record a session says so. */
enum rpc_error run_audit_follow(struct call *call, struct json_writer *result)
{
    const struct audit_query query = {
        .since_s = params_integer(call->params, "since", 0),
        .user = params_text(call->params, "user"),
        .outcome = params_text(call->params, "outcome"),
        .event = params_text(call->params, "event"),
        .after = params_integer(call->params, "newer", -1),
        .limit = params_integer(call->params, "limit", QUERY_DEFAULT),
    };

    return method_error(audit_follow(call->ground->store, &query, result));
}

/* Where the audit starts, and who says so. */
static void put_start(const struct seal_start *start, struct json_writer *w)
{
    char time[DATETIME_BYTES];

    if (start->from.id == 0)
        return;
    datetime_write(start->time_ms / 1000, time);
    writer_key(w, "start");
    writer_object_begin(w);
    writer_put_int(w, "behind", start->from.id);
    writer_put_string(w, "hash", start->from.hash);
    writer_put_string(w, "made", time);
    writer_put_string(w, "why", seal_start_why_name(start->why));
    if (start->before_ms) {
        datetime_write(start->before_ms / 1000, time);
        writer_put_string(w, "before", time);
    }
    writer_object_end(w);
}

static void put_problems(const struct buf *problems, struct json_writer *w)
{
    struct text rest = buf_text(problems);

    writer_key(w, "problems");
    writer_array_begin(w);
    while (rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        const size_t size = end ? (size_t)(end - rest.data) : rest.size;

        writer_text(w, (struct text){rest.data, size});
        rest.data += size + (end ? 1 : 0);
        rest.size -= size + (end ? 1 : 0);
    }
    writer_array_end(w);
}

static void put_verdict(struct store *store, const struct seal_report *report,
                        struct json_writer *w)
{
    char line[SEAL_LINE_BYTES];

    writer_put_int(w, "records", report->n_records);
    put_start(&report->start, w);
    if (seal_read_text(store, line) == STATUS_OK) /* to be kept elsewhere */
        writer_put_string(w, "checkpoint", line);
    if (report->broken)
        writer_put_int(w, "broken", report->broken);
    if (report->problems.size > 0)
        put_problems(&report->problems, w);
}

enum rpc_error run_audit_verify(struct call *call, struct json_writer *result)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    struct store *store = call->ground->store;
    char hash[AUDIT_HASH_BYTES];
    int64_t head = 0;
    enum status status =
        seal_look_audit(store, call->ground->seal_key, &report);

    if (status == STATUS_OK)
        status = audit_head(store, &head, hash);
    if (status == STATUS_OK)
        status = buf_status(&report.problems);
    if (status != STATUS_OK)
        return method_error(status);
    writer_object_begin(result);
    writer_put_bool(result, "intact", report.problems.size == 0);
    writer_put_int(result, "head", head);
    writer_put_string(result, "hash", hash);
    put_verdict(store, &report, result);
    writer_object_end(result);
    return RPC_DONE;
}
