#include "provider/client/smsclient.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/base/clock.h"
#include "provider/base/json_writer.h"
#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/wire/frame.h"

enum {
    REQUEST_MAX_BYTES = 32 * 1024 * 1024,
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

/* ---- For programs ---- */

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

enum status client_call_text(struct smsclient *client, const char *method,
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
    return client_result(client,
                         client_call_text(client, method, params, result_out));
}
