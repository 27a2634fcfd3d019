#include "provider/smsctl/verb_metrics.h"

#include <inttypes.h>

#include "provider/base/datetime.h"
#include "provider/client/answer.h"

enum { TEXT_MAX_BYTES = 1024 * 1024 };

/* ---- For a collector ---- */

static void put_head(struct buf *out, const char *name, const char *type,
                     const char *help)
{
    buf_append_format(out,
                      "# HELP smsprovider_%s %s\n# TYPE smsprovider_%s %s\n",
                      name, help, name, type);
}

static void put_label(struct buf *out, const char *key, const char *value)
{
    buf_append_format(out, "%s=\"", key);
    for (const char *at = value ? value : ""; *at; at++) {
        if (*at == '\\' || *at == '"')
            buf_append_char(out, '\\');
        if (*at == '\n')
            buf_append_string(out, "\\n");
        else
            buf_append_char(out, *at);
    }
    buf_append_char(out, '"');
}

static void put_value(struct buf *out, const json_t *value)
{
    buf_append_format(out, " %" JSON_INTEGER_FORMAT "\n",
                      json_integer_value(value));
}

static void put_number(struct buf *out, const json_t *metrics,
                       const char *member, const char *name, const char *type,
                       const char *help)
{
    const json_t *value = json_object_get(metrics, member);

    if (!json_is_integer(value))
        return;
    put_head(out, name, type, help);
    buf_append_format(out, "smsprovider_%s", name);
    put_value(out, value);
}

static void put_time(struct buf *out, const json_t *metrics, const char *member,
                     const char *name, const char *help)
{
    const char *text = json_string_value(json_object_get(metrics, member));
    int64_t time_s;

    if (!text || datetime_read(text_of(text), &time_s) != STATUS_OK)
        return;
    put_head(out, name, "gauge", help);
    buf_append_format(out, "smsprovider_%s %" PRId64 "\n", name, time_s);
}

static void put_calls(struct buf *out, json_t *calls)
{
    const char *outcome;
    json_t *value;

    put_head(out, "calls_total", "counter", "Calls answered, by outcome.");
    json_object_foreach (calls, outcome, value) {
        buf_append_string(out, "smsprovider_calls_total{");
        put_label(out, "outcome", outcome);
        buf_append_char(out, '}');
        put_value(out, value);
    }
}

static void put_sign_in(struct buf *out, const json_t *row, const char *outcome)
{
    buf_append_string(out, "smsprovider_sign_ins_total{");
    put_label(out, "mechanism",
              json_string_value(json_object_get(row, "mechanism")));
    buf_append_char(out, ',');
    put_label(out, "outcome", outcome);
    buf_append_char(out, '}');
    put_value(out, json_object_get(row, outcome));
}

static void put_sign_ins(struct buf *out, const json_t *rows)
{
    put_head(out, "sign_ins_total", "counter",
             "Sign-ins ended, by mechanism and outcome.");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        put_sign_in(out, json_array_get(rows, i), "accepted");
        put_sign_in(out, json_array_get(rows, i), "refused");
    }
}

static void put_turned_away(struct buf *out, json_t *causes)
{
    const char *cause;
    json_t *value;

    if (!causes)
        return;
    put_head(out, "turned_away_total", "counter",
             "Connections and sign-ins turned away, by what was missing.");
    json_object_foreach (causes, cause, value) {
        buf_append_string(out, "smsprovider_turned_away_total{");
        put_label(out, "cause", cause);
        buf_append_char(out, '}');
        put_value(out, value);
    }
}

void metrics_write_prometheus(const json_t *metrics, struct buf *out)
{
    put_calls(out, json_object_get(metrics, "calls"));
    put_sign_ins(out, json_object_get(metrics, "sign_ins"));
    put_number(out, metrics, "sessions", "sessions", "gauge",
               "Sessions that are open.");
    put_number(out, metrics, "connections", "connections", "gauge",
               "Connections that are open.");
    put_turned_away(out, json_object_get(metrics, "turned_away"));
    put_number(out, metrics, "generation", "generation", "gauge",
               "Number of the site's state that decides.");
    put_number(out, metrics, "changes_failed", "changes_failed_total",
               "counter", "Changes that could not be committed.");
    put_number(out, metrics, "audit_start", "audit_start_record", "gauge",
               "Number of the first audit record that is kept.");
    put_time(out, metrics, "audit_since", "audit_start_timestamp_seconds",
             "When it was written.");
    put_number(out, metrics, "audit_removed", "audit_removed_total", "counter",
               "Audit records removed after their term.");
    put_number(out, metrics, "changes_tried", "changes_tried_total", "counter",
               "Changes that were tried out before others waited for them.");
    put_number(out, metrics, "longest_change_ms", "longest_change_ms", "gauge",
               "The longest that others waited for one change.");
    put_number(out, metrics, "reloads", "reloads_total", "counter",
               "Times configuration and policy were read again.");
    put_number(out, metrics, "reloads_failed", "reloads_failed_total",
               "counter", "Of these, refused: what was before stays.");
    put_number(
        out, metrics, "keys_skipped", "keys_skipped", "gauge",
        "Keys of token issuers that cannot be used; the log names them.");
    put_number(out, metrics, "password_checks_late",
               "password_checks_late_total", "counter",
               "Checks of passwords that did not end in time.");
    put_number(out, metrics, "password_workers_replaced",
               "password_workers_replaced_total", "counter",
               "PAM workers that hung or were stopped.");
    put_time(out, metrics, "reloaded", "last_reload_timestamp_seconds",
             "When they were read last.");
    put_time(out, metrics, "since", "start_time_seconds",
             "When the provider began.");
}

/* ---- The verb ---- */

static enum status print_prometheus(struct console *console,
                                    const json_t *metrics)
{
    SCOPED(buf_free) struct buf text = buf_make(TEXT_MAX_BYTES);

    metrics_write_prometheus(metrics, &text);
    TRY(buf_status(&text));
    fwrite(buf_text(&text).data, 1, buf_text(&text).size, console->output.file);
    return STATUS_OK;
}

enum smsclient_result verb_metrics(struct console *console)
{
    SCOPED(answer_drop) json_t *metrics = NULL;
    const enum smsclient_result called =
        console_call(console, "server.metrics", json_object(), &metrics);

    if (called != SMSCLIENT_OK)
        return called;
    return console_printed(console,
                           console->output.format == OUTPUT_PROMETHEUS
                               ? print_prometheus(console, metrics)
                               : output_object(&console->output, metrics));
}

enum smsclient_result verb_status(struct console *console)
{
    SCOPED(memory_drop) char *text = NULL;
    SCOPED(answer_drop) json_t *status = NULL;
    struct smsclient_options options;
    enum smsclient_result result = console_options(console, &options);

    if (result != SMSCLIENT_OK)
        return result;
    if (!console->client)
        console->client = smsclient_new();
    if (!console->client)
        return console_printed(console, STATUS_NO_MEMORY);
    result = smsclient_connect(console->client, &options);
    if (result == SMSCLIENT_OK)
        result = smsclient_call(console->client, "server.status", NULL, &text);
    if (result == SMSCLIENT_NOT_AUTHENTICATED)
        return console_fail(console, result,
                            "The status is told to root of the provider's "
                            "host and to its own user, at the Unix socket; "
                            "others sign in and ask for metrics.");
    if (result != SMSCLIENT_OK)
        return console_fail_client(console);
    status = json_loads(text, 0, NULL);
    return console_printed(console, output_object(&console->output, status));
}
