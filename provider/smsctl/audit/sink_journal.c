#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "provider/client/answer.h"
#include "provider/smsctl/audit/export_line.h"
#include "provider/smsctl/audit/sink.h"

enum { FIELDS_MAX = 40, FIELD_NAME_BYTES = 40 };

struct fields {
    struct buf texts[FIELDS_MAX]; /* owned: [n] */
    size_t n;
};

static void fields_clear(struct fields *fields)
{
    for (size_t i = 0; i < fields->n; i++)
        buf_free(&fields->texts[i]);
}

static struct buf *add(struct fields *fields, const char *name)
{
    struct buf *text = &fields->texts[fields->n];

    if (fields->n == FIELDS_MAX)
        return NULL;
    fields->n++;
    *text = buf_make(2 * EXPORT_LINE_MAX_BYTES);
    buf_append_format(text, "%s=", name);
    return text;
}

/* "SMS_USER=..": a column. */
static void add_column(struct fields *fields, const char *key,
                       const json_t *value)
{
    char name[FIELD_NAME_BYTES];
    struct buf *text;

    snprintf(name, sizeof(name), "SMS_%s",
             strcmp(key, "id") == 0 ? "POSITION" : key);
    for (char *at = name; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    text = add(fields, name);
    if (!text)
        return;
    if (json_is_string(value))
        buf_append(text, json_string_value(value), json_string_length(value));
    else
        buf_append_format(text, "%" JSON_INTEGER_FORMAT,
                          json_integer_value(value));
}

static void add_fixed(struct fields *fields, const char *name,
                      const char *value)
{
    struct buf *text = add(fields, name);

    if (text)
        buf_append_text(text, text_of(value));
}

static enum status send_item(const json_t *item)
{
    SCOPED(fields_clear) struct fields fields = {.n = 0};
    const char *outcome = answer_text(item, "outcome");
    struct iovec parts[FIELDS_MAX];
    struct buf *message = add(&fields, "MESSAGE");
    const char *key;
    json_t *value;

    export_line_json(item, message);
    add_fixed(&fields, "PRIORITY", strcmp(outcome, "done") == 0 ? "6" : "4");
    add_fixed(&fields, "SYSLOG_IDENTIFIER", "smsprovider-audit");
    json_object_foreach ((json_t *)(uintptr_t)item, key, value)
        add_column(&fields, key, value);
    for (size_t i = 0; i < fields.n; i++) {
        TRY(buf_status(&fields.texts[i]));
        parts[i] = (struct iovec){fields.texts[i].data, fields.texts[i].size};
    }
    return sd_journal_sendv(parts, (int)fields.n) == 0 ? STATUS_OK
                                                       : STATUS_UNAVAILABLE;
}

/* The library takes a journal that is not there for one that has it all. */
static bool is_there(void)
{
    return access("/run/systemd/journal/socket", W_OK) == 0;
}

static enum status give(struct sink *sink, const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        if (is_there() && send_item(json_array_get(items, i)) == STATUS_OK)
            continue;
        snprintf(sink->why, sizeof(sink->why), "The journal does not answer.");
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

static void close_journal(struct sink *sink)
{
    free(sink);
}

enum status sink_journal_open(struct sink **sink_out)
{
    struct sink *sink = calloc(1, sizeof(*sink));

    if (!sink)
        return STATUS_NO_MEMORY;
    *sink = (struct sink){
        .give = give, .close = close_journal, .is_connected = true};
    *sink_out = sink;
    return STATUS_OK;
}
