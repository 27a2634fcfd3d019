#include "provider/agent/agent_client.h"

#include "provider/base/clock.h"
#include "provider/client/answer.h"

enum {
    SEND_MS = 5 * 1000,
    ASK_MS = 10 * 1000,
    OPEN_LEAST_MS = 2 * 60 * 1000, /* a sign-in has several steps */
};

static enum status unavailable(struct buf *why, const struct agent_place *place,
                               const char *what)
{
    buf_append_format(why, "%s: %s", place->path, what);
    return STATUS_UNAVAILABLE;
}

/* Connects and sends the request. */
static enum status begin(const struct agent_place *place, enum agent_act act,
                         const struct agent_wish *wish, struct link **link_out,
                         struct buf *why)
{
    SCOPED(buf_free) struct buf line = buf_make(AGENT_REQUEST_MAX_BYTES);
    struct failure ignored = {{SMSCLIENT_OK}};
    OWNED(link) link = NULL;
    enum status done = agent_request_write(act, wish, &line);
    int fd = -1;

    if (done != STATUS_OK)
        return done == STATUS_END ? STATUS_NOT_FOUND : done;
    TRY(agent_place_connect(place, &fd, why));
    TRY(link_wrap(fd, &link));
    done =
        link_send(link, buf_text(&line), clock_mono_ms() + SEND_MS, &ignored);
    failure_clear(&ignored);
    if (done != STATUS_OK)
        return unavailable(why, place, "the agent does not take requests");
    *link_out = TAKE(link);
    return STATUS_OK;
}

static enum status receive(struct link *link, int64_t deadline_ms,
                           json_t **answer_out)
{
    struct failure ignored = {{SMSCLIENT_OK}};
    struct text line;
    const enum status got = link_receive(link, deadline_ms, &ignored, &line);

    failure_clear(&ignored);
    if (got != STATUS_OK)
        return STATUS_UNAVAILABLE;
    *answer_out = agent_answer_read(line);
    return *answer_out ? STATUS_OK : STATUS_UNAVAILABLE;
}

static enum status answer_prompt(struct link *link, const json_t *question,
                                 const struct smsclient_options *options)
{
    SCOPED(buf_wipe) struct buf line = buf_make(AGENT_REQUEST_MAX_BYTES);
    struct failure ignored = {{SMSCLIENT_OK}};
    enum status sent;

    TRY(agent_answer_ask(question, options, &line));
    sent =
        link_send(link, buf_text(&line), clock_mono_ms() + SEND_MS, &ignored);
    failure_clear(&ignored);
    return sent;
}

/* Until it is open: STATUS_END, there may be more. */
static enum status take_answer(struct link **link, const json_t *answer,
                               const struct agent_wish *wish,
                               struct smsclient *client,
                               struct agent_opened *opened_out)
{
    const json_t *question = json_object_get(answer, "prompt");
    const json_t *opened = json_object_get(answer, "opened");
    const json_t *failed = json_object_get(answer, "failure");

    if (question) {
        TRY(answer_prompt(*link, question, wish->options));
        return STATUS_END;
    }
    if (failed) {
        (void)!agent_answer_take_failure(failed, client);
        return STATUS_INVALID;
    }
    if (!opened || agent_answer_take_opened(opened, client, *link,
                                            opened_out) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    *link = NULL; /* the client's now */
    return STATUS_OK;
}

enum status agent_client_open(const struct agent_place *place,
                              const struct agent_wish *wish,
                              struct smsclient *client,
                              struct agent_opened *opened_out, struct buf *why)
{
    const int64_t wait_ms = wish->options->timeout_ms > OPEN_LEAST_MS
                                ? wish->options->timeout_ms
                                : OPEN_LEAST_MS;
    OWNED(link) link = NULL;
    enum status taken;

    TRY(begin(place, AGENT_OPEN, wish, &link, why));
    do {
        SCOPED(answer_drop) json_t *answer = NULL;

        taken = receive(link, clock_mono_ms() + wait_ms, &answer);
        if (taken == STATUS_OK)
            taken = take_answer(&link, answer, wish, client, opened_out);
    } while (taken == STATUS_END);
    if (taken != STATUS_OK && taken != STATUS_INVALID)
        return unavailable(why, place, "the agent does not answer");
    if (taken == STATUS_OK)
        client->timeout_ms = wish->options->timeout_ms
                                 ? wish->options->timeout_ms
                                 : CLIENT_TIMEOUT_MS;
    return taken;
}

enum status agent_client_ask(const struct agent_place *place,
                             enum agent_act act, const struct agent_wish *wish,
                             const char *name, json_t **value_out,
                             struct buf *why)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    OWNED(link) link = NULL;

    TRY(begin(place, act, wish, &link, why));
    if (receive(link, clock_mono_ms() + ASK_MS, &answer) != STATUS_OK ||
        !json_object_get(answer, name))
        return unavailable(why, place, "the agent does not answer");
    *value_out = json_incref(json_object_get(answer, name));
    return STATUS_OK;
}
