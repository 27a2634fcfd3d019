#include "provider/smsctl/pages.h"

#include "provider/client/answer.h"

enum { PAGE_MAX = 1000 };

/* How many rows the next page may have; limit 0: unlimited. */
static json_int_t page_size(json_int_t limit, size_t have)
{
    const json_int_t left = limit - (json_int_t)have;

    return limit == 0 || left > PAGE_MAX ? PAGE_MAX : left;
}

/* The query reaches back to audit records that are no longer kept. */
static void note_start(struct console *console, const json_t *starts)
{
    const char *time = json_string_value(json_object_get(starts, "time"));

    if (time)
        console_note(console,
                     "The audit starts at record %" JSON_INTEGER_FORMAT
                     " of %s; what was before is no longer kept.",
                     json_integer_value(json_object_get(starts, "record")),
                     time);
}

/* Likewise for the history of the policy. */
static void note_gone(struct console *console, const json_t *gone)
{
    if (json_integer_value(gone) > 0)
        console_note(console,
                     "%" JSON_INTEGER_FORMAT
                     " earlier versions are no longer kept.",
                     json_integer_value(gone));
}

/* Moves the rows into all; next_out is given, NULL after the last page. */
static enum smsclient_result read_page(struct console *console,
                                       const char *method, json_t *params,
                                       json_t *all, json_t **next_out)
{
    SCOPED(answer_drop) json_t *page = NULL;
    const enum smsclient_result called =
        console_call(console, method, json_deep_copy(params), &page);
    json_t *items, *next;

    if (called != SMSCLIENT_OK)
        return called;
    items = json_object_get(page, "items");
    next = json_object_get(page, "next");
    if (!json_is_array(items) || json_array_extend(all, items) != 0)
        return console_fail(console, SMSCLIENT_FAILED,
                            "The server's list cannot be understood.");
    note_start(console, json_object_get(page, "starts"));
    note_gone(console, json_object_get(page, "gone"));
    /* Stops at a server that returns the same page for ever. */
    if (next && !json_is_null(next) && json_array_size(items) > 0 &&
        !json_equal(next, json_object_get(params, "after")))
        *next_out = json_incref(next);
    return SMSCLIENT_OK;
}

static enum smsclient_result read_pages(struct console *console,
                                        const char *method, json_t *params,
                                        json_int_t limit, json_t *all,
                                        bool *is_cut_out)
{
    for (;;) {
        json_t *next = NULL;
        enum smsclient_result read;

        json_object_set_new(
            params, "limit",
            json_integer(page_size(limit, json_array_size(all))));
        read = read_page(console, method, params, all, &next);
        if (read != SMSCLIENT_OK || !next)
            return read;
        json_object_set_new(params, "after", next);
        if (limit && (json_int_t)json_array_size(all) >= limit) {
            *is_cut_out = true;
            return SMSCLIENT_OK;
        }
    }
}

enum smsclient_result pages_show(struct console *console, const char *method,
                                 json_t *params, json_int_t default_limit,
                                 const char *const columns[], size_t n_columns)
{
    SCOPED(answer_drop) json_t *owned = params;
    SCOPED(answer_drop) json_t *all = json_array();
    json_int_t limit = default_limit;
    bool is_cut = false;
    enum smsclient_result read;

    read = console_number(console, OPTION_LIMIT, 1, &limit);
    if (read != SMSCLIENT_OK)
        return read;
    if (!owned || !all)
        return console_printed(console, STATUS_NO_MEMORY);
    read = read_pages(console, method, owned, limit, all, &is_cut);
    if (read != SMSCLIENT_OK)
        return read;
    if (is_cut)
        console_note(console,
                     "There are more; use a larger --limit to see them.");
    if (json_array_size(all) == 0 && console->output.format == OUTPUT_TABLE)
        console_line(console, "No objects.");
    return console_printed(
        console, output_rows(&console->output, all, columns, n_columns));
}
