#include "provider/smsctl/verb_refresh.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "provider/client/answer.h"

enum {
    LOOK_EVERY_NS = 200 * 1000 * 1000,
    BAR_WIDTH = 30,
    STATUS_READY = 1,
};

static json_t *collection_params(struct console *console)
{
    return json_pack("{s:s, s:s}", "class", "SMS_Collection", "key",
                     console->arguments.words[0]);
}

static const char *sentence_of(json_int_t status)
{
    switch (status) {
    case STATUS_READY:
        return "done";
    case 4:
        return "evaluating members";
    case 6:
        return "deleting members";
    case 8:
        return "running queries";
    default:
        return "waiting";
    }
}

/* At a terminal only: for a program the result is what counts. */
static void show_bar(struct console *console, const json_t *collection)
{
    const json_int_t status =
        json_integer_value(json_object_get(collection, "CurrentStatus"));
    const json_int_t given =
        json_integer_value(json_object_get(collection, "RefreshProgress"));
    const json_int_t percent = status == STATUS_READY       ? 100
                               : given >= 0 && given <= 100 ? given
                                                            : 0;
    char bar[BAR_WIDTH + 1] = "";

    if (!isatty(fileno(console->errors)))
        return;
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)(percent * BAR_WIDTH / 100));
    fprintf(console->errors, "\r\033[K[%s] %3d %%  %s", bar, (int)percent,
            sentence_of(status));
    if (status == STATUS_READY)
        fputc('\n', console->errors);
    fflush(console->errors);
}

static enum smsclient_result look(struct console *console, bool *is_done_out)
{
    SCOPED(answer_drop) json_t *collection = NULL;
    json_t *params = collection_params(console);
    enum smsclient_result called;

    json_object_set_new(
        params, "properties",
        json_pack("[s, s]", "CurrentStatus", "RefreshProgress"));
    called = console_call(console, "object.get", params, &collection);
    if (called != SMSCLIENT_OK)
        return called;
    show_bar(console, collection);
    *is_done_out =
        json_integer_value(json_object_get(collection, "CurrentStatus")) ==
        STATUS_READY;
    return SMSCLIENT_OK;
}

static enum smsclient_result wait_for_it(struct console *console)
{
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_NS};
    bool is_done = false;

    for (;;) {
        const enum smsclient_result looked = look(console, &is_done);

        if (looked != SMSCLIENT_OK || is_done)
            return looked;
        nanosleep(&pause, NULL);
    }
}

static enum smsclient_result request(struct console *console)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    json_t *params = collection_params(console);

    json_object_set_new(params, "method", json_string("RequestRefresh"));
    return console_call(console, "object.invoke", params, &answer);
}

static enum smsclient_result show(struct console *console)
{
    json_t *params = collection_params(console);

    json_object_set_new(params, "properties",
                        json_pack("[s, s, s, s]", "CollectionID", "Name",
                                  "CurrentStatus", "MemberCount"));
    return console_show(console, "object.get", params);
}

enum smsclient_result verb_refresh(struct console *console)
{
    enum smsclient_result result = request(console);

    if (result == SMSCLIENT_OK && !console_value(console, OPTION_NO_WAIT))
        result = wait_for_it(console);
    return result == SMSCLIENT_OK ? show(console) : result;
}
