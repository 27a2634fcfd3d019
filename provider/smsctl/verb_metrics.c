#include "provider/smsctl/verb_metrics.h"

#include <inttypes.h>

#include "provider/base/datetime.h"
#include "provider/client/answer.h"
#include "provider/wire/metric.h"

enum { TEXT_MAX_BYTES = 1024 * 1024 };

/* ---- For a collector ---- */

static void put_head(struct buf *out, const struct metric_row *row)
{
    buf_append_format(out,
                      "# HELP smsprovider_%s %s\n# TYPE smsprovider_%s %s\n",
                      row->collected, row->help, row->collected, row->type);
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

static void put_value(struct buf *out, int64_t value)
{
    buf_append_format(out, " %" PRId64 "\n", value);
}

static void put_one(struct buf *out, const struct metric_row *row,
                    int64_t value)
{
    put_head(out, row);
    buf_append_format(out, "smsprovider_%s", row->collected);
    put_value(out, value);
}

static void put_time(struct buf *out, const struct metric_row *row,
                     const char *text)
{
    int64_t time_s;

    if (text && datetime_read(text_of(text), &time_s) == STATUS_OK)
        put_one(out, row, time_s);
}

static void put_by_name(struct buf *out, const struct metric_row *row,
                        json_t *values)
{
    const char *name;
    json_t *value;

    put_head(out, row);
    json_object_foreach (values, name, value) {
        buf_append_format(out, "smsprovider_%s{", row->collected);
        put_label(out, row->label, name);
        buf_append_char(out, '}');
        put_value(out, json_integer_value(value));
    }
}

static void put_sign_in(struct buf *out, const struct metric_row *row,
                        const json_t *from, const char *outcome)
{
    buf_append_format(out, "smsprovider_%s{", row->collected);
    put_label(out, METRIC_MECHANISM,
              json_string_value(json_object_get(from, METRIC_MECHANISM)));
    buf_append_char(out, ',');
    put_label(out, row->label, outcome);
    buf_append_char(out, '}');
    put_value(out, json_integer_value(json_object_get(from, outcome)));
}

static void put_sign_ins(struct buf *out, const struct metric_row *row,
                         const json_t *all)
{
    put_head(out, row);
    for (size_t i = 0; i < json_array_size(all); i++) {
        put_sign_in(out, row, json_array_get(all, i), METRIC_ACCEPTED);
        put_sign_in(out, row, json_array_get(all, i), METRIC_REFUSED);
    }
}

static void put_metric(struct buf *out, const struct metric_row *row,
                       json_t *value)
{
    switch (row->shape) {
    case METRIC_SHAPE_NUMBER:
    case METRIC_SHAPE_TERM:
        if (json_is_integer(value))
            put_one(out, row, json_integer_value(value));
        break;
    case METRIC_SHAPE_TIME:
        put_time(out, row, json_string_value(value));
        break;
    case METRIC_SHAPE_BY_NAME:
        put_by_name(out, row, value);
        break;
    case METRIC_SHAPE_SIGN_INS:
        put_sign_ins(out, row, value);
        break;
    }
}

void metrics_write_prometheus(const json_t *metrics, struct buf *out)
{
    for (size_t i = 0; i < N_METRICS; i++) {
        json_t *value = json_object_get(metrics, metric_rows[i].name);

        if (metric_rows[i].collected && value)
            put_metric(out, &metric_rows[i], value);
    }
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
                            "Only root of the provider's host and its own user "
                            "can read the status, at the Unix socket. Others: "
                            "sign in and run smsctl metrics.");
    if (result != SMSCLIENT_OK)
        return console_fail_client(console);
    status = json_loads(text, 0, NULL);
    return console_printed(console, output_object(&console->output, status));
}
