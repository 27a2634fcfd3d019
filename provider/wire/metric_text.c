#include "provider/wire/metric_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/wire/metric.h"

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

static const char *text_at(const json_t *from, const char *member)
{
    return json_string_value(json_object_get(from, member));
}

/* level "": there is none, the sign-in was refused. */
static void put_sign_in(struct buf *out, const struct metric_row *row,
                        const json_t *from, const char *outcome,
                        const char *level, const json_t *value)
{
    buf_append_format(out, "smsprovider_%s{", row->collected);
    put_label(out, METRIC_MECHANISM, text_at(from, METRIC_MECHANISM));
    buf_append_char(out, ',');
    put_label(out, row->label, outcome);
    buf_append_char(out, ',');
    put_label(out, METRIC_LEVEL, level);
    buf_append_char(out, '}');
    put_value(out, json_integer_value(value));
}

static void put_mechanism(struct buf *out, const struct metric_row *row,
                          const json_t *from)
{
    json_t *levels = json_object_get(from, METRIC_LEVELS);
    const char *level;
    json_t *value;

    json_object_foreach (levels, level, value)
        put_sign_in(out, row, from, METRIC_ACCEPTED, level, value);
    put_sign_in(out, row, from, METRIC_REFUSED, "",
                json_object_get(from, METRIC_REFUSED));
}

static void put_condition(struct buf *out, const struct metric_row *row,
                          const json_t *from)
{
    const char *state = text_at(from, METRIC_STATE);
    int64_t value = METRIC_STATE_FAILED;

    for (int i = 0; state && i < METRIC_N_STATES; i++)
        if (strcmp(state, metric_state_name((enum metric_state)i)) == 0)
            value = i;
    buf_append_format(out, "smsprovider_%s{", row->collected);
    put_label(out, row->label, text_at(from, METRIC_NAME));
    buf_append_char(out, '}');
    put_value(out, value);
}

static void put_end(struct buf *out, const struct metric_row *row,
                    const json_t *from)
{
    const char *end = text_at(from, METRIC_END);
    int64_t time_s;

    if (!end || datetime_read(text_of(end), &time_s) != STATUS_OK)
        return;
    buf_append_format(out, "smsprovider_%s{", row->collected);
    put_label(out, METRIC_KIND, text_at(from, METRIC_KIND));
    buf_append_char(out, ',');
    put_label(out, row->label, text_at(from, METRIC_NAME));
    buf_append_char(out, '}');
    put_value(out, time_s);
}

/* A line of a histogram, up to its value. */
static void put_part(struct buf *out, const struct metric_row *row,
                     const json_t *from, const char *suffix, const char *limit)
{
    buf_append_format(out, "smsprovider_%s_%s{", row->collected, suffix);
    put_label(out, row->label, text_at(from, METRIC_METHOD));
    if (limit) {
        buf_append_char(out, ',');
        put_label(out, "le", limit);
    }
    buf_append_char(out, '}');
}

static void put_seconds(char text[32], int64_t us)
{
    snprintf(text, 32, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

static void put_latency(struct buf *out, const struct metric_row *row,
                        const json_t *from)
{
    const json_t *buckets = json_object_get(from, METRIC_BUCKETS);
    const json_t *count = json_object_get(from, METRIC_COUNT);
    char seconds[32];

    for (size_t i = 0; i < METRIC_N_BUCKETS; i++) {
        put_seconds(seconds, metric_bucket_us[i]);
        put_part(out, row, from, "bucket", seconds);
        put_value(out, json_integer_value(json_array_get(buckets, i)));
    }
    put_part(out, row, from, "bucket", "+Inf");
    put_value(out, json_integer_value(count));
    put_seconds(seconds,
                json_integer_value(json_object_get(from, METRIC_SUM_US)));
    put_part(out, row, from, "sum", NULL);
    buf_append_format(out, " %s\n", seconds);
    put_part(out, row, from, "count", NULL);
    put_value(out, json_integer_value(count));
}

/* One of an array. */
typedef void put_item(struct buf *out, const struct metric_row *row,
                      const json_t *from);

static void put_items(struct buf *out, const struct metric_row *row,
                      const json_t *all, put_item *put)
{
    put_head(out, row);
    for (size_t i = 0; i < json_array_size(all); i++)
        put(out, row, json_array_get(all, i));
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
        put_items(out, row, value, put_mechanism);
        break;
    case METRIC_SHAPE_CONDITIONS:
        put_items(out, row, value, put_condition);
        break;
    case METRIC_SHAPE_ENDS:
        put_items(out, row, value, put_end);
        break;
    case METRIC_SHAPE_HISTOGRAM:
        put_items(out, row, value, put_latency);
        break;
    }
}

void metric_write_text(const json_t *metrics, struct buf *out)
{
    for (size_t i = 0; i < N_METRICS; i++) {
        json_t *value = json_object_get(metrics, metric_rows[i].name);

        if (metric_rows[i].collected && value)
            put_metric(out, &metric_rows[i], value);
    }
}
