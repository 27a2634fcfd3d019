#include "provider/client/exchange.h"

#include <stdio.h>
#include <string.h>

#include "auth/client.h"
#include "provider/base/base64.h"
#include "provider/base/json_writer.h"
#include "provider/client/answer.h"
#include "provider/client/show.h"

enum {
    PASSWORD_MAX_BYTES = 1024,
    PROMPTS_MAX = 16,               /* in one answer of the server */
    PROMPT_MAX_BYTES = 8192,        /* of a question, escaped */
    STEPS_MAX = 2 * AUTH_STEPS_MAX, /* messages, and rounds of prompts */
    MESSAGE_MAX_BYTES = 4 * AUTH_MESSAGE_MAX_BYTES,
};

static enum status no_answer(struct failure *failure, const char *message)
{
    return failure_set(failure, SMSCLIENT_NOT_AUTHENTICATED, "no_answer", "%s",
                       message);
}

/* Escapes text from the server before it is shown. */
static bool ask_shown(const struct signin *signin, const char *text, bool echo,
                      char *answer, size_t size)
{
    const struct smsclient_options *options = signin->options;
    SCOPED(buf_free) struct buf shown = buf_make(PROMPT_MAX_BYTES);

    if (!options->prompt)
        return false;
    show_text(&shown, text_of(text));
    buf_append_char(&shown, '\0');
    return buf_status(&shown) == STATUS_OK &&
           options->prompt(options->prompt_context, buf_text(&shown).data, echo,
                           answer, size);
}

static enum status ask_user(struct signin *signin, struct failure *failure)
{
    const char *given = signin->options->user;

    if (given)
        snprintf(signin->user, sizeof(signin->user), "%s", given);
    else if (!ask_shown(signin, "User: ", true, signin->user,
                        sizeof(signin->user)))
        return failure_set(failure, SMSCLIENT_USAGE, "usage",
                           "PLAIN needs a user name.");
    return STATUS_OK;
}

static enum status ask_password(struct signin *signin, struct failure *failure)
{
    char answer[PASSWORD_MAX_BYTES];
    char text[512];
    enum status kept;

    TRY(ask_user(signin, failure));
    snprintf(text, sizeof(text), "Password of %s: ", signin->user);
    if (!ask_shown(signin, text, false, answer, sizeof(answer)))
        return no_answer(failure, "The password cannot be prompted for.");
    kept = secret_set(&signin->password, text_of(answer));
    explicit_bzero(answer, sizeof(answer));
    return kept;
}

static enum status send_message(struct signin *signin, const char *method,
                                const char *mechanism, const struct buf *data,
                                json_t **answer_out)
{
    SCOPED(buf_wipe) struct buf params = buf_make(MESSAGE_MAX_BYTES);
    SCOPED(buf_wipe) struct buf encoded = buf_make(MESSAGE_MAX_BYTES);
    struct json_writer w = json_writer_make(&params);

    writer_object_begin(&w);
    if (mechanism)
        writer_put_string(&w, "mechanism", mechanism);
    if (data) {
        base64_append(&encoded, BASE64_PLAIN, buf_text(data));
        writer_put_text(&w, "data", buf_text(&encoded));
    }
    writer_object_end(&w);
    TRY(buf_status(&encoded));
    TRY(buf_status(&params));
    return client_call(signin->client, method, buf_text(&params), answer_out);
}

static enum status read_data(const json_t *answer, struct failure *failure,
                             struct buf *data_out)
{
    const json_t *data = json_object_get(answer, "data");

    if (!data || json_is_null(data))
        return STATUS_OK;
    if (json_is_string(data) &&
        base64_read(
            BASE64_PLAIN,
            (struct text){json_string_value(data), json_string_length(data)},
            data_out) == STATUS_OK)
        return STATUS_OK;
    return failure_set(failure, SMSCLIENT_FAILED, "bad_answer",
                       "The server's sign-in message is malformed.");
}

/* The mechanism's message, without a final full stop. */
static enum status cannot_go_on(struct failure *failure, const char *mechanism,
                                const struct auth_client *mechanic)
{
    const char *why = mechanic ? auth_client_why(mechanic) : "";
    size_t size = strlen(why);

    while (size && strchr(".: ", why[size - 1]))
        size--;
    return failure_set(failure, SMSCLIENT_NOT_AUTHENTICATED, "mechanism",
                       "%s cannot sign in from here: %.*s.", mechanism,
                       size ? (int)size : 16,
                       size ? why : "no cause was given");
}

/* Puts one prompt; text that is only shown gets an empty answer. */
static enum status answer_prompt(struct signin *signin, const json_t *prompt,
                                 struct json_writer *w)
{
    const char *text = json_string_value(json_object_get(prompt, "text"));
    const bool echo = json_is_true(json_object_get(prompt, "echo"));
    const bool is_question = !json_is_true(json_object_get(prompt, "info"));
    char answer[PASSWORD_MAX_BYTES] = "";

    if (!ask_shown(signin, text, echo, answer,
                   is_question ? sizeof(answer) : 0))
        return no_answer(&signin->client->failure,
                         "A prompt was not answered.");
    writer_string(w, answer);
    explicit_bzero(answer, sizeof(answer));
    return STATUS_OK;
}

/* Puts the prompts of a PAM conversation to the user. */
static enum status answer_prompts(struct signin *signin, const json_t *prompts,
                                  json_t **answer_out)
{
    SCOPED(buf_wipe) struct buf params = buf_make(MESSAGE_MAX_BYTES);
    struct json_writer w = json_writer_make(&params);

    if (json_array_size(prompts) > PROMPTS_MAX || !signin->options->prompt)
        return no_answer(&signin->client->failure,
                         "Nobody can answer the server's prompts.");
    writer_object_begin(&w);
    writer_key(&w, "answers");
    writer_array_begin(&w);
    for (size_t i = 0; i < json_array_size(prompts); i++)
        TRY(answer_prompt(signin, json_array_get(prompts, i), &w));
    writer_array_end(&w);
    writer_object_end(&w);
    TRY(buf_status(&params));
    return client_call(signin->client, "auth.prompt", buf_text(&params),
                       answer_out);
}

/* The next message, after an answer that was not the last. */
static enum status answer_step(struct signin *signin,
                               struct auth_client *mechanic,
                               const char *mechanism, json_t **answer)
{
    SCOPED(buf_wipe) struct buf heard = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(buf_wipe) struct buf said = buf_make(AUTH_MESSAGE_MAX_BYTES);
    const json_t *prompts = json_object_get(*answer, "prompts");
    json_t *next = NULL;

    if (json_is_array(prompts)) {
        TRY(answer_prompts(signin, prompts, &next));
    } else {
        TRY(read_data(*answer, &signin->client->failure, &heard));
        if (auth_client_step(mechanic, buf_text(&heard), &said) != STATUS_OK)
            return cannot_go_on(&signin->client->failure, mechanism, mechanic);
        TRY(buf_status(&said));
        TRY(send_message(signin, "auth.step", NULL, &said, &next));
    }
    json_decref(*answer);
    *answer = next;
    return STATUS_OK;
}

/* Data sent with success: for mutual authentication, the server's last
 * message. */
static enum status finish(struct signin *signin, struct auth_client *mechanic,
                          const char *mechanism, const json_t *answer)
{
    SCOPED(buf_wipe) struct buf heard = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(buf_wipe) struct buf said = buf_make(AUTH_MESSAGE_MAX_BYTES);
    struct smsclient *client = signin->client;
    const json_t *session = json_object_get(answer, "session");

    TRY(read_data(answer, &client->failure, &heard));
    if (heard.size &&
        auth_client_step(mechanic, buf_text(&heard), &said) != STATUS_OK)
        return cannot_go_on(&client->failure, mechanism, mechanic);
    free(client->session);
    client->session = session
                          ? json_dumps(session, JSON_COMPACT | JSON_ENCODE_ANY |
                                                    JSON_ENSURE_ASCII)
                          : strdup("{}");
    if (!client->session)
        return STATUS_NO_MEMORY;
    client->mechanism = mechanism;
    return STATUS_OK;
}

static enum status exchange(struct signin *signin, struct auth_client *mechanic,
                            const char *mechanism)
{
    SCOPED(buf_wipe) struct buf said = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(answer_drop) json_t *answer = NULL;
    bool has_data = false;

    if (auth_client_start(mechanic, &said, &has_data) != STATUS_OK)
        return cannot_go_on(&signin->client->failure, mechanism, mechanic);
    TRY(buf_status(&said));
    TRY(send_message(signin, signin->is_step_up ? "auth.step_up" : "auth.start",
                     mechanism, has_data ? &said : NULL, &answer));
    for (int i = 0; i < STEPS_MAX; i++) {
        if (json_is_true(json_object_get(answer, "done")))
            return finish(signin, mechanic, mechanism, answer);
        TRY(answer_step(signin, mechanic, mechanism, &answer));
    }
    return failure_set(&signin->client->failure, SMSCLIENT_FAILED, "bad_answer",
                       "The server does not finish the sign-in.");
}

enum status exchange_run(struct signin *signin, enum auth_mechanism mechanism)
{
    const struct smsclient_options *options = signin->options;
    struct smsclient *client = signin->client;
    OWNED(auth_client) mechanic = NULL;
    const char *name = auth_mechanism_name(mechanism);
    struct auth_client_config config = {
        .mechanism = mechanism,
        .service = options->service ? options->service : "smsprovider",
        .host = signin->host,
        .exporter = link_exporter(client->link),
        .user = mechanism == AUTH_PLAIN ? signin->user : NULL,
    };

    if (mechanism == AUTH_PLAIN)
        TRY(ask_password(signin, &client->failure));
    config.token = (struct text){signin->token.data, signin->token.size};
    config.password =
        (struct text){signin->password.data, signin->password.size};
    if (auth_client_new(&config, &mechanic) != STATUS_OK)
        return cannot_go_on(&client->failure, name, NULL);
    return exchange(signin, mechanic, name);
}
