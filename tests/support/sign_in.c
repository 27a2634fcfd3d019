#include "tests/support/sign_in.h"

#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/base/clock.h"

struct auth_channel sign_in_channel(unsigned char fill)
{
    struct auth_channel channel = {.kind = AUTH_CHANNEL_TLS,
                                   .binding_required = true};

    memset(channel.exporter, fill, sizeof(channel.exporter));
    return channel;
}

void sign_in_clear(struct sign_in *result)
{
    auth_evidence_clear(&result->evidence);
    buf_free(&result->first_message);
}

static void note(struct sign_in *result, const char *why)
{
    snprintf(result->why, sizeof(result->why), "%s", why);
}

static void talk(struct auth_client *client, struct auth_exchange *exchange,
                 struct sign_in *result)
{
    SCOPED(buf_free) struct buf answer = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(buf_free) struct buf message = buf_make(AUTH_MESSAGE_MAX_BYTES);
    bool has_data = false;

    if (auth_client_start(client, &message, &has_data) != STATUS_OK) {
        note(result, auth_client_why(client));
        return;
    }
    buf_append_text(&result->first_message, buf_text(&message));
    for (;;) {
        result->progress = auth_exchange_step(
            exchange, has_data, buf_text(&message), clock_wall_s(), &answer);
        if (result->progress != AUTH_CONTINUE)
            break;
        buf_clear(&message);
        has_data = true;
        if (auth_client_step(client, buf_text(&answer), &message) !=
            STATUS_OK) {
            note(result, auth_client_why(client));
            result->progress = AUTH_REFUSED;
            return;
        }
        buf_clear(&answer);
    }
    note(result, auth_exchange_why(exchange));
    if (result->progress == AUTH_DONE)
        auth_exchange_take(exchange, &result->evidence);
    /* Whatever the end was, it is the end. */
    assert_int_equal(
        auth_exchange_step(exchange, true, TEXT(""), clock_wall_s(), &answer),
        AUTH_REFUSED);
}

struct sign_in sign_in_run(const struct auth *auth,
                           const struct auth_channel *channel,
                           const struct auth_client_config *config)
{
    struct sign_in result = {.first_message = buf_make(AUTH_MESSAGE_MAX_BYTES)};
    OWNED(auth_exchange) exchange = NULL;
    OWNED(auth_client) client = NULL;

    assert_int_equal(auth_client_new(config, &client), STATUS_OK);
    if (auth_exchange_new(auth, channel, config->mechanism, &exchange) !=
        STATUS_OK)
        note(&result, "not-usable");
    else
        talk(client, exchange, &result);
    return result;
}

enum auth_progress sign_in_send(const struct auth *auth,
                                const struct auth_channel *channel,
                                enum auth_mechanism mechanism,
                                struct text message, int64_t now_s,
                                const char **why_out)
{
    SCOPED(buf_free) struct buf answer = buf_make(AUTH_MESSAGE_MAX_BYTES);
    OWNED(auth_exchange) exchange = NULL;
    enum auth_progress progress;

    assert_int_equal(auth_exchange_new(auth, channel, mechanism, &exchange),
                     STATUS_OK);
    progress = auth_exchange_step(exchange, true, message, now_s, &answer);
    if (why_out)
        *why_out = auth_exchange_why(exchange);
    if (progress == AUTH_REFUSED)
        assert_int_equal(
            auth_exchange_step(exchange, true, message, now_s, &answer),
            AUTH_REFUSED);
    return progress;
}
