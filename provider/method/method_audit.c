/* Reads the audit; reading it is itself recorded (T95). */
#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/call/exports.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/object/naming.h"
#include "provider/store/seal.h"

enum { QUERY_DEFAULT = 100 };

/* What both queries select. */
static struct audit_query read_query(const json_t *params)
{
    return (struct audit_query){
        .since_s = params_integer(params, "since", 0),
        .until_s = params_integer(params, "until", 0),
        .user = params_text(params, "user"),
        .outcome = params_text(params, "outcome"),
        .event = params_text(params, "event"),
        .class_name = params_text(params, "class"),
        .key = params_text(params, "key"),
        .operation = params_text(params, "operation"),
        .level = params_text(params, "level"),
        .method = params_text(params, "method"),
        .peer = params_text(params, "peer"),
        .reason = params_text(params, "reason"),
        .session = params_integer(params, "session", 0),
        .request = params_text(params, "request"),
        .trace = params_text(params, "trace"),
        .limit = params_integer(params, "limit", QUERY_DEFAULT),
    };
}

static bool is_method(struct text name)
{
    for (int i = AUTH_METHOD_NONE; i <= AUTH_METHOD_LOCAL; i++)
        if (text_equal(name, text_of(auth_method_name((enum auth_method)i))))
            return true;
    return false;
}

static enum rpc_error refuse(struct call *call, const char *property,
                             const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", property);
    call->problem.why = why;
    return RPC_INVALID;
}

/* A word that no record can have is a mistake, not an empty answer. */
static enum rpc_error check_words(struct call *call,
                                  const struct audit_query *query)
{
    if (query->outcome.size > 0 &&
        audit_outcome_read(query->outcome) == AUDIT_NONE)
        return refuse(call, "outcome",
                      "An outcome is done, denied, refused or failed.");
    if (query->level.size > 0 && !text_equal(query->level, TEXT("none")) &&
        auth_level_read(query->level) == AUTH_LEVEL_NONE)
        return refuse(call, "level",
                      "A level is domain, certificate, mfa or none.");
    if (query->method.size > 0 && !is_method(query->method))
        return refuse(call, "method",
                      "Evidence is by kerberos, certificate, token, pam, local "
                      "or none.");
    if (query->trace.size > 0 && !trace_id_is_valid(query->trace))
        return refuse(call, "trace",
                      "A trace is 32 hexadecimal digits, in lower case.");
    return RPC_DONE;
}

/* The words are right, and level and user are as records have them: the name
 * is kept in room. */
static enum rpc_error prepare_query(struct call *call,
                                    struct audit_query *query, struct buf *room)
{
    *query = read_query(call->params);
    if (query->user.size > 0 &&
        naming_read(&call->peer->settings->config->realms, query->user, room) ==
            STATUS_OK)
        query->user = buf_text(room);
    if (auth_level_read(query->level) != AUTH_LEVEL_NONE)
        query->level = text_of(auth_level_name(auth_level_read(query->level)));
    return check_words(call, query);
}

enum rpc_error run_audit_query(struct call *call, struct json_writer *result)
{
    SCOPED(buf_free) struct buf user = buf_make(IDENTITY_MAX_BYTES);
    struct audit_query query;
    const enum rpc_error error = prepare_query(call, &query, &user);

    if (error != RPC_DONE)
        return error;
    query.after = params_integer(call->params, "after", 0);
    return method_error(audit_list(call->ground->store, &query, result));
}

/* An export says up to where its receiver has the records. */
static enum rpc_error take_acknowledged(struct call *call)
{
    const int64_t position = params_integer(call->params, "acknowledged", 0);
    char hash[AUDIT_HASH_BYTES];
    int64_t head;
    enum status status;

    if (position == 0 || !call->ground->exports)
        return RPC_DONE;
    status = audit_head(call->ground->store, &head, hash);
    if (status != STATUS_OK)
        return method_error(status);
    if (position <= head) /* else it is about another audit */
        exports_note(call->ground->exports, call->peer->session->user,
                     position);
    return RPC_DONE;
}

/* An audit that was restored may have other records under the numbers that a
 * reader has already: then nothing is told, nor taken as exported. */
static enum rpc_error is_other(struct call *call, bool *is_other_out)
{
    const struct text hash = params_text(call->params, "hash");
    bool has = true;

    if (hash.size > 0) {
        const enum status status =
            audit_has_had(call->ground->store,
                          params_integer(call->params, "taken", 0), hash, &has);

        if (status != STATUS_OK)
            return method_error(status);
    }
    *is_other_out = !has;
    return has ? take_acknowledged(call) : RPC_DONE;
}

/* Whoever follows reads again and again: one record a session says so. */
enum rpc_error run_audit_follow(struct call *call, struct json_writer *result)
{
    SCOPED(buf_free) struct buf user = buf_make(IDENTITY_MAX_BYTES);
    struct store *store = call->ground->store;
    struct audit_query query;
    enum rpc_error error = prepare_query(call, &query, &user);
    bool other = false;

    if (error == RPC_DONE)
        error = is_other(call, &other);
    if (error != RPC_DONE)
        return error;
    query.after = params_integer(call->params, "newer", -1);
    return method_error(other ? audit_follow_other(store, &query, result)
                              : audit_follow(store, &query, result));
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
