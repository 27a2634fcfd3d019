#include "provider/smsctl/terminal/status_page.h"

#include <inttypes.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/base/datetime.h"

enum { PAGE_MAX_BYTES = 64 * 1024, DAY_S = 24 * 3600, HOUR_S = 3600 };

static const char *text_at(const json_t *from, const char *member)
{
    const char *text = json_string_value(json_object_get(from, member));

    return text ? text : "";
}

static bool is_state(const json_t *condition, const char *state)
{
    return strcmp(text_at(condition, "state"), state) == 0;
}

/* ---- Conditions ---- */

static const char *verdict_of(const json_t *conditions)
{
    const char *verdict = "all is well";

    for (size_t i = 0; i < json_array_size(conditions); i++) {
        const json_t *condition = json_array_get(conditions, i);

        if (is_state(condition, "failed"))
            return "something has failed";
        if (is_state(condition, "warning"))
            verdict = "something needs attention";
    }
    return verdict;
}

static void put_conditions(struct buf *page, const json_t *conditions)
{
    for (size_t i = 0; i < json_array_size(conditions); i++) {
        const json_t *condition = json_array_get(conditions, i);

        if (is_state(condition, "good"))
            buf_append_format(page, "  ok       %s\n",
                              text_at(condition, "name"));
        else
            buf_append_format(
                page, "  %-8s %s: %s\n           %s\n",
                text_at(condition, "state"), text_at(condition, "name"),
                text_at(condition, "message"), text_at(condition, "next"));
    }
}

/* ---- Numbers ---- */

static void put_number(struct buf *page, const char *what, const json_t *status,
                       const char *member)
{
    const json_t *value = json_object_get(status, member);

    if (json_is_integer(value))
        buf_append_format(page, "  %-20s %" PRId64 "\n", what,
                          (int64_t)json_integer_value(value));
    else if (json_is_string(value))
        buf_append_format(page, "  %-20s %s\n", what, json_string_value(value));
}

static void put_free(struct buf *page, const json_t *status)
{
    const json_t *value = json_object_get(status, "store_free_bytes");

    if (json_is_integer(value))
        buf_append_format(page, "  %-20s %" PRId64 " MiB\n", "free on its disk",
                          (int64_t)json_integer_value(value) / (1024 * 1024));
}

/* What ends first of what has not ended. */
static void put_first_end(struct buf *page, const json_t *ends, int64_t now_s)
{
    const json_t *first = NULL;
    int64_t first_s = INT64_MAX;

    for (size_t i = 0; i < json_array_size(ends); i++) {
        const json_t *end = json_array_get(ends, i);
        int64_t end_s;

        if (datetime_read(text_of(text_at(end, "end")), &end_s) != STATUS_OK ||
            end_s <= now_s || end_s >= first_s)
            continue;
        first = end;
        first_s = end_s;
    }
    if (!first)
        return;
    buf_append_format(page, "  %-20s %s %s, ", "ends first",
                      text_at(first, "kind"), text_at(first, "name"));
    if (first_s - now_s >= 2 * DAY_S)
        buf_append_format(page, "in %" PRId64 " days\n",
                          (first_s - now_s) / DAY_S);
    else
        buf_append_format(page, "in %" PRId64 " hours\n",
                          (first_s - now_s) / HOUR_S);
}

static void put_numbers(struct buf *page, const json_t *status, int64_t now_s)
{
    put_number(page, "running since", status, "since");
    put_number(page, "connections", status, "connections");
    put_number(page, "sessions", status, "sessions");
    put_number(page, "waiting changes", status, "queued_changes");
    put_number(page, "last commit", status, "store_seen");
    put_free(page, status);
    put_number(page, "audit records", status, "audit_records");
    put_first_end(page, json_object_get(status, "ends"), now_s);
}

enum status status_page_print(const struct output *output, const json_t *status,
                              int64_t now_s)
{
    SCOPED(buf_free) struct buf page = buf_make(PAGE_MAX_BYTES);
    const json_t *conditions = json_object_get(status, "conditions");

    buf_append_format(&page, "SMS Provider %s, site %s: %s\n\n",
                      text_at(status, "version"), text_at(status, "site"),
                      verdict_of(conditions));
    put_conditions(&page, conditions);
    buf_append_char(&page, '\n');
    put_numbers(&page, status, now_s);
    TRY(buf_status(&page));
    output_text(output, buf_text(&page));
    return STATUS_OK;
}
