#include "provider/agent/agent_answer.h"

#include <string.h>

#include "auth/mechanism_table.h"
#include "provider/base/json_writer.h"
#include "provider/client/answer.h"
#include "provider/client/show.h"

enum { ANSWER_BYTES = 1024, PROMPT_MAX_BYTES = 8192 };

/* ---- Writing ---- */

void agent_answer_value(const char *name, json_t *value, struct buf *out)
{
    SCOPED(answer_drop) json_t *root = json_pack("{s:o}", name, value);
    SCOPED(memory_drop)
    char *line = root ? json_dumps(root, JSON_COMPACT) : NULL;

    if (line)
        buf_append_format(out, "%s\n", line);
}

void agent_answer_opened(const struct agent_session *session, struct buf *out)
{
    agent_answer_value("opened",
                       json_pack("{s:s, s:s, s:s, s:I, s:I}", "mechanism",
                                 smsclient_mechanism(session->client),
                                 "session", smsclient_session(session->client),
                                 "level", auth_level_name(session->level),
                                 "since", (json_int_t)session->since_s,
                                 "expires", (json_int_t)session->expires_s),
                       out);
}

static json_t *tried_by(const struct smsclient *client)
{
    const struct smsclient_attempt *attempts;
    const size_t n = smsclient_attempts(client, &attempts);
    json_t *rows = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(rows,
                              json_pack("{s:s, s:i, s:b, s:s}", "mechanism",
                                        attempts[i].mechanism, "result",
                                        (int)attempts[i].result, "refused",
                                        attempts[i].was_refused, "message",
                                        attempts[i].message));
    return rows;
}

void agent_answer_failure(const struct smsclient *client, struct buf *out)
{
    const struct smsclient_failure none = {SMSCLIENT_FAILED, 0,  "failed",
                                           "Out of memory.", "", ""};
    const struct smsclient_failure *failure =
        client ? smsclient_failure(client) : &none;

    if (failure->result == SMSCLIENT_OK)
        failure = &none;
    agent_answer_value("failure",
                       json_pack("{s:i, s:i, s:s, s:s, s:s, s:s, s:o}",
                                 "result", (int)failure->result, "code",
                                 failure->code, "reason", failure->reason,
                                 "message", failure->message, "next",
                                 failure->next, "data", failure->data, "tried",
                                 client ? tried_by(client) : json_array()),
                       out);
}

void agent_answer_prompt(const char *text, bool echo, size_t size,
                         struct buf *out)
{
    agent_answer_value("prompt",
                       json_pack("{s:s, s:b, s:I}", "text", text, "echo", echo,
                                 "size", (json_int_t)size),
                       out);
}

bool agent_answer_read_prompt(struct text line, char *answer, size_t size)
{
    if (line.size == 0 || line.data[0] != '+' || line.size > size ||
        memchr(line.data, '\0', line.size))
        return size == 0 && text_equal(line, TEXT("+"));
    memcpy(answer, line.data + 1, line.size - 1);
    answer[line.size - 1] = '\0';
    return true;
}

void agent_answer_error(const json_t *id, enum rpc_error error,
                        const char *text, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    reply_error_begin(&w, id, error, text);
    writer_put_string(&w, "by", "agent");
    reply_error_end(&w);
    buf_append_char(out, '\n');
}

/* ---- Reading ---- */

json_t *agent_answer_read(struct text line)
{
    if (line.size > AGENT_ANSWER_MAX_BYTES ||
        answer_is_deep(line, AGENT_DEPTH_MAX))
        return NULL;
    return json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL);
}

enum status agent_answer_take_opened(const json_t *opened,
                                     struct smsclient *client,
                                     struct link *link,
                                     struct agent_opened *opened_out)
{
    const enum auth_mechanism mechanism =
        auth_mechanism_read(text_of(answer_text(opened, "mechanism")));
    const json_t *since = json_object_get(opened, "since");
    const json_t *expires = json_object_get(opened, "expires");

    if (mechanism == AUTH_N_MECHANISMS || !json_is_integer(since) ||
        !json_is_integer(expires))
        return STATUS_INVALID;
    *opened_out = (struct agent_opened){json_integer_value(since),
                                        json_integer_value(expires)};
    return client_attach(client, link, auth_mechanism_name(mechanism),
                         answer_text(opened, "session"));
}

static void take_tried(const json_t *tried, struct attempts *attempts)
{
    for (size_t i = 0; i < json_array_size(tried); i++) {
        const json_t *row = json_array_get(tried, i);
        const enum auth_mechanism mechanism =
            auth_mechanism_read(text_of(answer_text(row, "mechanism")));
        const struct failure failure = {
            .view = {
                .result = (enum smsclient_result)json_integer_value(
                    json_object_get(row, "result")),
                .code = json_is_true(json_object_get(row, "refused")),
                .message = answer_text(row, "message"),
            }};

        if (mechanism != AUTH_N_MECHANISMS)
            attempts_add(attempts, auth_mechanism_name(mechanism),
                         failure.view.result == SMSCLIENT_OK ? NULL : &failure);
    }
}

static enum smsclient_result read_result(const json_t *failure)
{
    const json_int_t said =
        json_integer_value(json_object_get(failure, "result"));

    return said > SMSCLIENT_OK && said <= SMSCLIENT_UNAVAILABLE
               ? (enum smsclient_result)said
               : SMSCLIENT_FAILED;
}

enum status agent_answer_take_failure(const json_t *failure,
                                      struct smsclient *client)
{
    struct failure *own = &client->failure;
    const enum status status =
        failure_set(own, read_result(failure), answer_text(failure, "reason"),
                    "%s", answer_text(failure, "message"));

    failure_take(own, (int)json_integer_value(json_object_get(failure, "code")),
                 answer_text(failure, "data"));
    if (*answer_text(failure, "next"))
        failure_next(own, "%s", answer_text(failure, "next"));
    attempts_clear(&client->attempts);
    take_tried(json_object_get(failure, "tried"), &client->attempts);
    return status;
}

/* The text is shown escaped, whoever wrote it. */
static bool ask(const json_t *question, const struct smsclient_options *options,
                char *answer, size_t size)
{
    SCOPED(buf_free) struct buf shown = buf_make(PROMPT_MAX_BYTES);

    if (!options->prompt)
        return false;
    show_text(&shown, text_of(answer_text(question, "text")));
    buf_append_char(&shown, '\0');
    return buf_status(&shown) == STATUS_OK &&
           options->prompt(options->prompt_context, buf_text(&shown).data,
                           json_is_true(json_object_get(question, "echo")),
                           answer, size);
}

enum status agent_answer_ask(const json_t *question,
                             const struct smsclient_options *options,
                             struct buf *out)
{
    const json_int_t wanted =
        json_integer_value(json_object_get(question, "size"));
    char answer[ANSWER_BYTES] = "";
    const size_t size = wanted < 0 || wanted > (json_int_t)sizeof(answer)
                            ? sizeof(answer)
                            : (size_t)wanted;
    const bool is_given = ask(question, options, answer, size);

    buf_append_char(out, is_given ? '+' : '-');
    buf_append_string(out, is_given ? answer : "");
    buf_append_char(out, '\n');
    explicit_bzero(answer, sizeof(answer));
    return buf_status(out);
}
