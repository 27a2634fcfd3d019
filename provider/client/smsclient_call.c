#include "provider/client/smsclient.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/base/clock.h"
#include "provider/base/json_writer.h"
#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/client/signin.h"
#include "provider/wire/frame.h"

enum {
    REQUEST_MAX_BYTES = 32 * 1024 * 1024,
    LEVEL_NAME_BYTES = 16,
};

struct smsclient *smsclient_new(void)
{
    struct smsclient *client = calloc(1, sizeof(*client));

    if (!client)
        return NULL;
    client->mechanism = "";
    client->timeout_ms = CLIENT_TIMEOUT_MS;
    failure_clear(&client->failure);
    return client;
}

void client_disconnect(struct smsclient *client)
{
    link_free(client->link);
    client->link = NULL;
    free(client->session);
    client->session = NULL;
    client->mechanism = "";
}

void smsclient_free(struct smsclient *client)
{
    if (!client)
        return;
    client_disconnect(client);
    attempts_clear(&client->attempts);
    failure_clear(&client->failure);
    free(client);
}

const char *smsclient_mechanism(const struct smsclient *client)
{
    return client->mechanism;
}

const char *smsclient_session(const struct smsclient *client)
{
    return client->session ? client->session : "";
}

size_t smsclient_attempts(const struct smsclient *client,
                          const struct smsclient_attempt **attempts_out)
{
    *attempts_out = client->attempts.items;
    return client->attempts.n;
}

const struct smsclient_failure *smsclient_failure(
    const struct smsclient *client)
{
    return &client->failure.view;
}

const char *smsclient_version(void)
{
    return SMS_VERSION;
}

void smsclient_string_free(char *string)
{
    free(string);
}

enum smsclient_result smsclient_set_trace(struct smsclient *client,
                                          const char *traceparent)
{
    if (traceparent && !trace_is_valid(text_of(traceparent)))
        return SMSCLIENT_USAGE;
    snprintf(client->trace, sizeof(client->trace), "%s",
             traceparent ? traceparent : "");
    return SMSCLIENT_OK;
}

/* ---- One call ---- */

static enum status send_request(struct smsclient *client, const char *method,
                                struct text params, int64_t deadline_ms,
                                size_t *size_out)
{
    SCOPED(buf_wipe) struct buf line = buf_make(REQUEST_MAX_BYTES);
    struct json_writer w = json_writer_make(&line);

    request_begin(&w, ++client->last_id, method);
    writer_raw(&w, params);
    if (*client->trace)
        writer_put_string(&w, "traceparent", client->trace);
    request_end(&w);
    buf_append_char(&line, '\n');
    if (buf_status(&line) == STATUS_LIMIT)
        return failure_set(&client->failure, SMSCLIENT_INVALID, "limit",
                           "The request is longer than %d MiB.",
                           REQUEST_MAX_BYTES / 1024 / 1024);
    TRY(buf_status(&line));
    *size_out = line.size;
    return link_send(client->link, buf_text(&line), deadline_ms,
                     &client->failure);
}

/*
 * A server that refuses a line outright (too long, too many) says why and
 * closes; its answer may have arrived even if sending failed.
 */
static enum status receive_line(struct smsclient *client, enum status sent,
                                struct text *line_out)
{
    struct failure ignored = {{SMSCLIENT_OK}};
    enum status received;

    if (sent == STATUS_OK)
        return link_receive(client->link, clock_mono_ms() + client->timeout_ms,
                            &client->failure, line_out);
    received = link_try_receive(client->link, &ignored, line_out);
    failure_clear(&ignored);
    return received == STATUS_OK ? STATUS_OK : sent;
}

/* A server drops lines that it finds too long; what it says of them may be
 * lost with the connection. */
static enum status tell_size(struct smsclient *client, enum status failed,
                             size_t size)
{
    if (size <= FRAME_MAX_BYTES || client->failure.view.code != 0)
        return failed;
    return failure_set(&client->failure, SMSCLIENT_INVALID, "limit",
                       "The server closed the connection: the request has %zu "
                       "KiB. Servers take %d KiB, unless \"limits: frame\" in "
                       "their provider.yaml says otherwise.",
                       size / 1024, FRAME_MAX_BYTES / 1024);
}

static enum status tell_closed(struct smsclient *client)
{
    return failure_set(&client->failure, SMSCLIENT_UNAVAILABLE, "closed",
                       "There is no connection to a provider.");
}

struct client_sent client_send(struct smsclient *client, const char *method,
                               struct text params)
{
    struct client_sent sent = {0};

    sent.status =
        client->link
            ? send_request(client, method, params,
                           clock_mono_ms() + client->timeout_ms, &sent.size)
            : tell_closed(client);
    sent.id = client->last_id;
    return sent;
}

enum status client_receive(struct smsclient *client,
                           const struct client_sent *sent, json_t **result_out)
{
    struct text line;
    enum status answered;

    if (!client->link)
        return sent->status == STATUS_OK ? tell_closed(client) : sent->status;
    answered = receive_line(client, sent->status, &line);
    if (answered == STATUS_OK)
        answered = answer_read(line, sent->id, &client->failure, result_out);
    else
        answered = tell_size(client, answered, sent->size);
    /* Without an error code of the server, the two ends may be out of step. */
    if (answered != STATUS_OK && client->failure.view.code == 0)
        client_disconnect(client);
    return answered;
}

enum status client_call(struct smsclient *client, const char *method,
                        struct text params, json_t **result_out)
{
    const struct client_sent sent = client_send(client, method, params);

    return client_receive(client, &sent, result_out);
}

/* ---- Signing in ---- */

enum smsclient_result client_result(struct smsclient *client,
                                    enum status status)
{
    if (status == STATUS_OK)
        return SMSCLIENT_OK;
    if (client->failure.view.result == SMSCLIENT_OK)
        failure_set(&client->failure, failure_result_of(status),
                    status_name(status), "The call failed: %s.",
                    status_name(status));
    return client->failure.view.result;
}

enum smsclient_result smsclient_connect(struct smsclient *client,
                                        const struct smsclient_options *options)
{
    failure_clear(&client->failure);
    return client_result(client, client_connect(client, options));
}

enum smsclient_result smsclient_sign_in(struct smsclient *client,
                                        const struct smsclient_options *options)
{
    enum status status;

    failure_clear(&client->failure);
    status = client_connect(client, options);
    if (status == STATUS_OK)
        status = signin_run(client, options);
    if (status != STATUS_OK)
        client_disconnect(client);
    return client_result(client, status);
}

static enum status step_up(struct smsclient *client,
                           const struct smsclient_options *options)
{
    if (!client->session)
        return failure_set(&client->failure, SMSCLIENT_NOT_AUTHENTICATED,
                           "not_authenticated",
                           "No session is open whose level could be raised.");
    return signin_step_up(client, options);
}

enum smsclient_result smsclient_step_up(struct smsclient *client,
                                        const struct smsclient_options *options)
{
    failure_clear(&client->failure);
    return client_result(client, step_up(client, options));
}

/* The caller's JSON, checked and on one line. */
static enum status read_params(struct smsclient *client, const char *params,
                               char **line_out)
{
    SCOPED(answer_drop) json_t *value = NULL;
    json_error_t error;

    value = json_loads(params ? params : "{}", JSON_REJECT_DUPLICATES, &error);
    if (!value)
        return failure_set(&client->failure, SMSCLIENT_USAGE, "usage",
                           "The parameters are not valid JSON: %s.",
                           error.text);
    *line_out = json_dumps(value, JSON_COMPACT);
    return *line_out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status call(struct smsclient *client, const char *method,
                        const char *params, char **result_out)
{
    SCOPED(answer_drop) json_t *result = NULL;
    SCOPED(memory_drop) char *line = NULL;

    TRY(read_params(client, params, &line));
    TRY(client_call(client, method, text_of(line), &result));
    if (!result_out)
        return STATUS_OK;
    *result_out = json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);
    return *result_out ? STATUS_OK : STATUS_NO_MEMORY;
}

enum smsclient_result smsclient_call(struct smsclient *client,
                                     const char *method, const char *params,
                                     char **result_out)
{
    failure_clear(&client->failure);
    return client_result(client, call(client, method, params, result_out));
}

/* The level that a "too low" answer requires; NULL: it does not say. */
static const char *required_level(const struct failure *failure,
                                  char name[LEVEL_NAME_BYTES])
{
    SCOPED(answer_drop) json_t *data = json_loads(failure->view.data, 0, NULL);
    const char *said =
        json_string_value(json_object_get(data, "level_required"));

    snprintf(name, LEVEL_NAME_BYTES, "%s", said ? said : "");
    return said ? name : NULL;
}

/* The first answer is kept unless the second is better. */
static enum status call_stepping_up(struct smsclient *client,
                                    const struct smsclient_options *options,
                                    const char *method, const char *params,
                                    char **result_out)
{
    struct smsclient_options stronger = *options;
    struct failure first = {{SMSCLIENT_OK}};
    char level[LEVEL_NAME_BYTES];
    enum status called = call(client, method, params, result_out);

    if (called == STATUS_OK || options->mechanism ||
        client->failure.view.result != SMSCLIENT_LEVEL_TOO_LOW)
        return called;
    /* No password is prompted for in the middle of a call. */
    stronger.is_interactive = options->is_interactive && options->user;
    stronger.level = required_level(&client->failure, level);
    failure_move(&first, &client->failure);
    if (step_up(client, &stronger) == STATUS_OK) {
        failure_clear(&first);
        return call(client, method, params, result_out);
    }
    failure_move(&client->failure, &first);
    return called;
}

enum smsclient_result smsclient_call_stepping_up(
    struct smsclient *client, const struct smsclient_options *options,
    const char *method, const char *params, char **result_out)
{
    failure_clear(&client->failure);
    return client_result(
        client, call_stepping_up(client, options, method, params, result_out));
}
