/* Connecting, signing in and stepping up, for programs. */
#include <stdio.h>

#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/client/signin.h"

enum { LEVEL_NAME_BYTES = 16 };

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
    enum status called = client_call_text(client, method, params, result_out);

    if (called == STATUS_OK || options->mechanism ||
        client->failure.view.result != SMSCLIENT_LEVEL_TOO_LOW)
        return called;
    /* No password is prompted for in the middle of a call. */
    stronger.is_interactive = options->is_interactive && options->user;
    stronger.level = required_level(&client->failure, level);
    failure_move(&first, &client->failure);
    if (step_up(client, &stronger) == STATUS_OK) {
        failure_clear(&first);
        return client_call_text(client, method, params, result_out);
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
