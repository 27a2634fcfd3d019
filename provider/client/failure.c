#include "provider/client/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/base/own.h"
#include "provider/client/show.h"

enum {
    WORDS_MAX_BYTES = 4096,
    FOREIGN_MAX_BYTES = 1024, /* of a text that a server sent */
};

void failure_clear(struct failure *failure)
{
    free(failure->reason);
    free(failure->message);
    free(failure->next);
    free(failure->data);
    *failure = (struct failure){{SMSCLIENT_OK}};
    failure->view.reason = failure->view.message = "";
    failure->view.next = failure->view.data = "";
}

void failure_move(struct failure *to, struct failure *from)
{
    failure_clear(to);
    *to = *from;
    *from = (struct failure){{SMSCLIENT_OK}};
    failure_clear(from);
}

static void take_view(struct failure *failure)
{
    struct smsclient_failure *view = &failure->view;

    view->reason = failure->reason ? failure->reason : "";
    view->message = failure->message ? failure->message : "Out of memory.";
    view->next = failure->next ? failure->next : "";
    view->data = failure->data ? failure->data : "";
}

__attribute__((format(printf, 1, 0))) static char *print_string(
    const char *format, va_list args)
{
    char *string = NULL;

    return vasprintf(&string, format, args) < 0 ? NULL : string;
}

static enum status status_of(enum smsclient_result result)
{
    switch (result) {
    case SMSCLIENT_NOT_AUTHENTICATED:
    case SMSCLIENT_LEVEL_TOO_LOW:
    case SMSCLIENT_DENIED:
        return STATUS_DENIED;
    case SMSCLIENT_NOT_FOUND:
        return STATUS_NOT_FOUND;
    case SMSCLIENT_CONFLICT:
        return STATUS_CONFLICT;
    case SMSCLIENT_OK:
    case SMSCLIENT_FAILED:
    case SMSCLIENT_UNAVAILABLE:
        return STATUS_UNAVAILABLE;
    case SMSCLIENT_USAGE:
    case SMSCLIENT_INVALID:
        return STATUS_INVALID;
    }
    return STATUS_UNAVAILABLE;
}

enum smsclient_result failure_result_of(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return SMSCLIENT_OK;
    case STATUS_INVALID:
        return SMSCLIENT_INVALID;
    case STATUS_NOT_FOUND:
        return SMSCLIENT_NOT_FOUND;
    case STATUS_DENIED:
        return SMSCLIENT_DENIED;
    case STATUS_CONFLICT:
        return SMSCLIENT_CONFLICT;
    case STATUS_UNAVAILABLE:
        return SMSCLIENT_UNAVAILABLE;
    case STATUS_NO_MEMORY:
    case STATUS_LIMIT:
    case STATUS_END:
        return SMSCLIENT_FAILED;
    }
    return SMSCLIENT_FAILED;
}

enum smsclient_result failure_result_of_error(enum rpc_error error)
{
    switch (error) {
    case RPC_DONE:
        return SMSCLIENT_OK;
    case RPC_PARSE:
    case RPC_INVALID_REQUEST:
    case RPC_UNKNOWN_METHOD:
    case RPC_LIMIT:
    case RPC_N_ERRORS:
        return SMSCLIENT_FAILED;
    case RPC_NOT_AUTHENTICATED:
        return SMSCLIENT_NOT_AUTHENTICATED;
    case RPC_LEVEL_TOO_LOW:
        return SMSCLIENT_LEVEL_TOO_LOW;
    case RPC_DENIED:
        return SMSCLIENT_DENIED;
    case RPC_NOT_FOUND:
        return SMSCLIENT_NOT_FOUND;
    case RPC_CONFLICT:
        return SMSCLIENT_CONFLICT;
    case RPC_INVALID_PARAMS:
    case RPC_INVALID:
        return SMSCLIENT_INVALID;
    case RPC_UNAVAILABLE:
        return SMSCLIENT_UNAVAILABLE;
    }
    return SMSCLIENT_FAILED;
}

enum smsclient_result failure_result_of_code(int code)
{
    return failure_result_of_error(rpc_error_read(code));
}

enum status failure_set(struct failure *failure, enum smsclient_result result,
                        const char *reason, const char *message, ...)
{
    char *text;
    va_list args;

    va_start(args, message);
    text = print_string(message, args);
    va_end(args);

    failure_clear(failure);
    failure->view.result = result;
    failure->message = text;
    failure->reason = strdup(reason);
    take_view(failure);
    return status_of(result);
}

void failure_next(struct failure *failure, const char *next, ...)
{
    va_list args;

    free(failure->next);
    va_start(args, next);
    failure->next = print_string(next, args);
    va_end(args);
    take_view(failure);
}

void failure_take(struct failure *failure, int code, const char *data)
{
    failure->view.code = code;
    free(failure->data);
    failure->data = strdup(data);
    take_view(failure);
}

/* Text from a server, escaped and bounded; NULL: out of memory. */
static char *shown_string(struct text text)
{
    SCOPED(buf_free) struct buf shown = buf_make(8 * FOREIGN_MAX_BYTES);

    if (text.size > FOREIGN_MAX_BYTES)
        text.size = FOREIGN_MAX_BYTES;
    show_text(&shown, text);
    return buf_status(&shown) == STATUS_OK ? text_dup(buf_text(&shown)) : NULL;
}

/* NULL unless it is a string. */
static char *foreign_string(const json_t *value)
{
    return json_is_string(value)
               ? shown_string((struct text){json_string_value(value),
                                            json_string_length(value)})
               : NULL;
}

static void append_words(struct buf *out, const json_t *words)
{
    const size_t n = json_array_size(words) < 16 ? json_array_size(words) : 16;

    for (size_t i = 0; i < n; i++) {
        SCOPED(memory_drop)
        char *word = foreign_string(json_array_get(words, i));

        if (!word)
            continue;
        if (out->size)
            buf_append_string(out, i + 1 == n ? " or " : ", ");
        buf_append_string(out, word);
    }
}

/* {mechanism, sentence} of each mechanism that raises the level; a few of
 * them. */
static void append_ways(struct buf *out, const json_t *ways)
{
    const size_t n = json_array_size(ways) < 4 ? json_array_size(ways) : 4;

    for (size_t i = 0; i < n; i++) {
        const json_t *way = json_array_get(ways, i);
        SCOPED(memory_drop)
        char *name = foreign_string(json_object_get(way, "mechanism"));
        SCOPED(memory_drop)
        char *sentence = foreign_string(json_object_get(way, "sentence"));

        if (name && sentence)
            buf_append_format(out, "%s%s: %s", out->size ? " Or " : "", name,
                              sentence);
    }
}

/* The server's next step: a sentence, sentences by mechanism, or mechanisms. */
static void read_next(struct failure *failure, const json_t *data)
{
    const json_t *raise = json_array_get(json_object_get(data, "raise"), 0);
    const json_t *how = json_object_get(data, "how");
    const json_t *retry = json_object_get(data, "retry_after_ms");
    SCOPED(buf_free) struct buf words = buf_make(WORDS_MAX_BYTES);
    SCOPED(buf_free) struct buf ways = buf_make(WORDS_MAX_BYTES);

    append_ways(&ways, json_object_get(raise, "how"));
    if (ways.size && buf_status(&ways) == STATUS_OK) {
        buf_append_char(&ways, '\0');
        failure_next(failure, "%s", buf_text(&ways).data);
        return;
    }
    if (!how)
        how = json_object_get(data, "mechanisms");
    append_words(&words, how);
    if (json_is_string(how)) {
        free(failure->next);
        failure->next = foreign_string(how);
    } else if (words.size && buf_status(&words) == STATUS_OK) {
        buf_append_char(&words, '\0');
        failure_next(failure, "Sign in with %s.", buf_text(&words).data);
    } else if (json_is_integer(retry)) {
        failure->view.result = SMSCLIENT_UNAVAILABLE;
        failure_next(failure, "Try again in %lld ms.",
                     (long long)json_integer_value(retry));
    }
}

enum status failure_read(struct failure *failure, const struct rpc_reply *reply)
{
    failure_clear(failure);
    failure->view.result = failure_result_of_error(reply->error);
    failure->view.code = rpc_error_code(reply->error);
    failure->reason = strdup(rpc_error_reason(reply->error));
    failure->message = shown_string(text_of(reply->message));
    if (reply->data) {
        failure->data =
            json_dumps(reply->data, JSON_COMPACT | JSON_ENSURE_ASCII);
        read_next(failure, reply->data);
    }
    take_view(failure);
    return status_of(failure->view.result);
}
