/* Numbers for whoever watches the provider. */
#include "provider/base/datetime.h"
#include "provider/call/metrics.h"
#include "provider/method/methods.h"
#include "provider/store/retention.h"
#include "provider/store/seal.h"

static void put_calls(const struct metrics *metrics, struct json_writer *w)
{
    writer_key(w, "calls");
    writer_object_begin(w);
    for (int i = 0; i < RPC_N_ERRORS; i++)
        writer_put_int(w, rpc_error_reason((enum rpc_error)i),
                       metrics->calls[i]);
    writer_object_end(w);
}

static void put_sign_ins(const struct metrics *metrics, struct json_writer *w)
{
    writer_key(w, "sign_ins");
    writer_array_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++) {
        writer_object_begin(w);
        writer_put_string(w, "mechanism",
                          auth_mechanism_name((enum auth_mechanism)i));
        writer_put_int(w, "accepted", metrics->accepted[i]);
        writer_put_int(w, "refused", metrics->refused[i]);
        writer_object_end(w);
    }
    writer_array_end(w);
}

static void put_turned_away(const struct metrics *metrics,
                            struct json_writer *w)
{
    writer_key(w, "turned_away");
    writer_object_begin(w);
    for (int i = 0; i < METRICS_N_TURNED_AWAY; i++)
        writer_put_int(w, metrics_turned_away_name((enum metrics_turned_away)i),
                       metrics->turned_away[i]);
    writer_object_end(w);
}

static void put_time(struct json_writer *w, const char *key, int64_t time_s)
{
    char text[DATETIME_BYTES];

    datetime_write(time_s, text);
    writer_put_string(w, key, time_s ? text : NULL);
}

/* From where on the audit is there, and how long it is kept. */
static void put_audit(const struct call *call, struct json_writer *w)
{
    int64_t first = 0, wall_ms = 0;
    int64_t keep_ms = 0;

    if (call->peer && call->peer->settings)
        keep_ms = call->peer->settings->config->audit_keep_ms;
    if (audit_first(call->ground->store, &first, &wall_ms) == STATUS_OK)
        writer_put_int(w, "audit_start", first);
    put_time(w, "audit_since", wall_ms / 1000);
    if (keep_ms)
        writer_put_int(w, "audit_keep_days", keep_ms / RETENTION_DAY_MS);
    else
        writer_put_string(w, "audit_keep_days", NULL);
    writer_put_int(w, "audit_removed", call->ground->metrics->n_removed);
}

static void put_all(const struct call *call, struct json_writer *result)
{
    const struct metrics *metrics = call->ground->metrics;
    const struct auth_pam_counts pam = auth_pam_counts();

    put_time(result, "since", metrics->began_at_s);
    writer_put_int(result, "sessions", session_n_open());
    if (metrics->n_conns)
        writer_put_int(result, "connections", *metrics->n_conns);
    put_turned_away(metrics, result);
    writer_put_int(result, "generation",
                   (int64_t)call->ground->generation->number);
    writer_put_int(result, "changes_failed", metrics->n_failed);
    writer_put_int(result, "changes_tried", metrics->n_tried);
    writer_put_int(result, "longest_change_ms", metrics->longest_ms);
    put_time(result, "change_failed", metrics->failed_at_s);
    put_audit(call, result);
    writer_put_int(result, "reloads", metrics->n_reloads);
    writer_put_int(result, "reloads_failed", metrics->n_reloads_failed);
    put_time(result, "reloaded", metrics->reloaded_at_s);
    if (call->peer && call->peer->settings)
        writer_put_int(result, "keys_skipped",
                       (int64_t)auth_keys_skipped(call->peer->settings->auth));
    writer_put_int(result, "password_checks_late", pam.n_late);
    writer_put_int(result, "password_workers_replaced", pam.n_replaced);
    put_calls(metrics, result);
    put_sign_ins(metrics, result);
}

enum rpc_error run_server_metrics(struct call *call, struct json_writer *result)
{
    if (!call->ground->metrics)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    put_all(call, result);
    writer_object_end(result);
    return RPC_DONE;
}

/* Nothing is written for it, and nobody needs to sign in: it works when the
 * disk is full. */
enum rpc_error run_server_status(struct call *call, struct json_writer *result)
{
    char line[SEAL_LINE_BYTES];

    if (!call->ground->metrics)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    writer_put_string(result, "site", call->peer->settings->config->site_code);
    writer_put_string(result, "version", SMS_VERSION);
    writer_put_string(
        result, "checkpoint",
        seal_read_text(call->ground->store, line) == STATUS_OK ? line : NULL);
    put_all(call, result);
    writer_object_end(result);
    return RPC_DONE;
}
