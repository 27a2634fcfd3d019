#include "provider/smsctl/inventory/verb_inventory.h"

#include <inttypes.h>

#include "provider/client/answer.h"
#include "provider/client/file.h"
#include "provider/client/show.h"
#include "provider/smsctl/report.h"

#define CLASS "SMS_InventoryClass"

enum { FILE_MAX_BYTES = 128 * 1024, LIST_MAX = 1000 };

/* ---- Loading ---- */

/* NULL: the file is not UTF-8. */
static json_t *load_params(struct console *console, const char *path,
                           struct text text)
{
    json_t *yaml = json_stringn(text.data ? text.data : "", text.size);

    if (!yaml)
        return NULL;
    return json_pack("{s:s, s:s, s:{s:o, s:s, s:b}}", "class", CLASS, "method",
                     "Load", "args", "Text", yaml, "FileName", path,
                     "CheckOnly", console_value(console, OPTION_DRY_RUN) != 0);
}

/* The classes of a file join those of the files before. */
static enum smsclient_result load_file(struct console *console,
                                       const char *path, json_t *rows)
{
    SCOPED(buf_free) struct buf text = buf_make(FILE_MAX_BYTES);
    SCOPED(answer_drop) json_t *answer = NULL;
    const enum status status = file_read(path, &text);
    enum smsclient_result called;
    json_t *params;

    if (status != STATUS_OK)
        return report_unreadable(console, path, status);
    params = load_params(console, path, buf_text(&text));
    if (!params)
        return console_fail(console, SMSCLIENT_INVALID,
                            "%s is not valid UTF-8.", path);
    called = console_call(console, "object.invoke", params, &answer);
    if (called == SMSCLIENT_OK)
        json_array_extend(rows, json_object_get(answer, "Classes"));
    return called;
}

enum smsclient_result verb_inventory_load(struct console *console)
{
    static const char *const columns[] = {"ClassName", "Outcome"};
    SCOPED(answer_drop) json_t *rows = json_array();
    enum smsclient_result loaded = SMSCLIENT_OK;

    for (size_t i = 0; i < console->arguments.n_words && loaded == SMSCLIENT_OK;
         i++)
        loaded = load_file(console, console->arguments.words[i], rows);
    if (loaded != SMSCLIENT_OK)
        return loaded;
    if (console_value(console, OPTION_DRY_RUN))
        console_note(console, "Nothing was changed.");
    return console_printed(console, output_rows(&console->output, rows, columns,
                                                ARRAY_SIZE(columns)));
}

/* ---- Listing ---- */

enum smsclient_result verb_inventory_list(struct console *console)
{
    static const char *const columns[] = {"ClassName", "Description",
                                          "IsDeletable"};
    SCOPED(answer_drop) json_t *page = NULL;
    const enum smsclient_result called = console_call(
        console, "object.list",
        json_pack("{s:s, s:[s, s, s], s:s, s:i}", "class", CLASS, "properties",
                  "ClassName", "Description", "IsDeletable", "order",
                  "ClassName", "limit", LIST_MAX),
        &page);

    if (called != SMSCLIENT_OK)
        return called;
    return console_printed(console, output_rows(&console->output,
                                                json_object_get(page, "items"),
                                                columns, ARRAY_SIZE(columns)));
}

/* ---- Removing ---- */

/* Rows go some thousand at a time, so that the provider serves others too. */
static enum smsclient_result delete_rows(struct console *console,
                                         const char *class)
{
    enum smsclient_result called;
    int64_t n_all = 0;
    int64_t n;

    do {
        SCOPED(answer_drop) json_t *answer = NULL;

        called = console_call(console, "object.invoke",
                              json_pack("{s:s, s:s, s:s}", "class", CLASS,
                                        "key", class, "method", "DeleteRows"),
                              &answer);
        n = json_integer_value(json_object_get(answer, "Deleted"));
        n_all += n;
        if (called == SMSCLIENT_OK && n)
            console_note(console, "%s: %" PRId64 " rows deleted", class, n_all);
    } while (called == SMSCLIENT_OK && n);
    return called;
}

enum smsclient_result verb_inventory_remove(struct console *console)
{
    const char *class = console->arguments.words[0];
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result called = SMSCLIENT_OK;

    if (console_value(console, OPTION_FORCE))
        called = delete_rows(console, class);
    if (called == SMSCLIENT_OK)
        called = console_call(
            console, "object.delete",
            json_pack("{s:s, s:s}", "class", CLASS, "key", class), &answer);
    return called;
}
