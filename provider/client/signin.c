#include "provider/client/signin.h"

#include <stdio.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/client/exchange.h"
#include "provider/client/mechanisms.h"
#include "provider/client/token_file.h"

static void signin_clear(struct signin *signin)
{
    secret_wipe(&signin->token);
    secret_wipe(&signin->password);
}

/* ---- Available evidence ---- */

/* A Unix socket's address has no host: the service is this host's. */
static void choose_host(struct signin *signin)
{
    const struct smsclient_options *options = signin->options;
    const struct address *address = &signin->client->address;

    if (options->host)
        snprintf(signin->host, sizeof(signin->host), "%s", options->host);
    else if (address->kind == ADDRESS_TLS)
        snprintf(signin->host, sizeof(signin->host), "%s", address->host);
    else if (gethostname(signin->host, sizeof(signin->host) - 1) != 0)
        signin->host[0] = '\0';
}

/* ---- Choice of mechanism ---- */

static enum auth_level read_level(const json_t *level)
{
    return auth_level_read(text_of(json_string_value(level)));
}

static enum auth_mechanism read_mechanism(const char *name)
{
    return auth_mechanism_read(text_of(name));
}

static void read_info(const json_t *info,
                      struct mechanisms_situation *situation)
{
    const json_t *names = json_object_get(info, "mechanisms");
    const json_t *levels = json_object_get(info, "levels");

    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        const enum auth_mechanism mechanism = read_mechanism(name);

        if (mechanism == AUTH_N_MECHANISMS)
            continue;
        situation->offered[mechanism] = true;
        situation->levels[mechanism] =
            read_level(json_object_get(levels, name));
    }
    situation->minimum_level =
        read_level(json_object_get(info, "minimum_level"));
}

static enum status look_around(struct signin *signin,
                               struct mechanisms_situation *situation_out)
{
    const struct smsclient_options *options = signin->options;
    SCOPED(answer_drop) json_t *info = NULL;
    const enum auth_mechanism except = read_mechanism(options->except);

    TRY(client_call(signin->client, "server.info", TEXT("{}"), &info));
    *situation_out = (struct mechanisms_situation){
        .channel = signin->client->address.kind,
        .has_certificate = options->certificate != NULL,
        .has_token = signin->token.size > 0,
        .can_ask = options->is_interactive && options->prompt,
        .left_out = except < AUTH_N_MECHANISMS ? 1u << except : 0,
    };
    read_info(info, situation_out);
    return STATUS_OK;
}

static enum status read_asked(struct signin *signin,
                              enum auth_mechanism *asked_out)
{
    const char *name = signin->options->mechanism;

    *asked_out = read_mechanism(name);
    if (*asked_out == AUTH_N_MECHANISMS)
        return failure_set(&signin->client->failure, SMSCLIENT_USAGE, "usage",
                           "Unknown mechanism %s.", name);
    return STATUS_OK;
}

/* ---- Trying ---- */

/* A server may close after a refusal: each further attempt opens a new
 * connection, except one that adds to this connection's session. */
static enum status try_one(struct signin *signin, enum auth_mechanism mechanism)
{
    struct smsclient *client = signin->client;
    enum status tried = STATUS_OK;

    if (!client->link && !signin->is_step_up)
        tried = client_connect(client, signin->options);
    if (tried == STATUS_OK)
        tried = exchange_run(signin, mechanism);
    if (tried == STATUS_OK)
        client->used |= 1u << mechanism;
    attempts_add(&client->attempts, auth_mechanism_name(mechanism),
                 tried == STATUS_OK ? NULL : &client->failure);
    return tried;
}

/*
 * Tries one mechanism after the other. The server's first refusal is the
 * failure that counts; what could not be tried here counts less. A user whose
 * evidence was refused is not prompted for a password instead.
 */
static enum status try_mechanisms(struct signin *signin,
                                  const enum auth_mechanism *order, size_t n)
{
    struct smsclient *client = signin->client;
    struct failure *failure = &client->failure;
    struct failure first = {{SMSCLIENT_OK}};
    enum status tried = STATUS_DENIED;

    for (size_t i = 0; i < n; i++) {
        if (i > 0 && order[i] == AUTH_PLAIN &&
            client->address.kind == ADDRESS_TLS &&
            attempts_has_refusal(&client->attempts))
            break;
        tried = try_one(signin, order[i]);
        if (tried == STATUS_OK ||
            failure->view.result != SMSCLIENT_NOT_AUTHENTICATED)
            break;
        client_disconnect(client);
        if (first.view.code == 0)
            failure_move(&first, failure);
    }
    if (first.view.result != SMSCLIENT_OK && tried == STATUS_DENIED)
        failure_move(failure, &first);
    failure_clear(&first);
    return tried;
}

/* Tries what is available, without --mech. */
static enum status try_all(struct signin *signin,
                           const enum auth_mechanism *order, size_t n)
{
    struct failure *failure = &signin->client->failure;
    enum status tried;

    if (n == 0)
        tried =
            failure_set(failure, SMSCLIENT_NOT_AUTHENTICATED, "no_mechanism",
                        "There is no evidence here that the server accepts.");
    else
        tried = try_mechanisms(signin, order, n);
    if (tried == STATUS_DENIED && failure->view.code == 0)
        failure_next(
            failure,
            "Give --cert and --key, or --token-file, or get a Kerberos ticket "
            "with kinit; smsctl diagnose shows what is missing.");
    else if (tried == STATUS_DENIED)
        failure_next(failure,
                     "Run smsctl diagnose to see what each mechanism lacks.");
    return tried;
}

static enum status prepare(struct signin *signin)
{
    const struct smsclient_options *options = signin->options;

    attempts_clear(&signin->client->attempts);
    choose_host(signin);
    if (options->token_file)
        TRY(token_file_read(options->token_file, &signin->client->failure,
                            &signin->token));
    else if (options->token)
        TRY(secret_set(&signin->token, text_of(options->token)));
    return STATUS_OK;
}

/* A password is prompted for only where it could be used. */
static enum status check_offered(struct signin *signin,
                                 enum auth_mechanism asked)
{
    struct mechanisms_situation situation;

    if (asked != AUTH_PLAIN)
        return STATUS_OK;
    TRY(look_around(signin, &situation));
    if (situation.offered[asked])
        return STATUS_OK;
    failure_set(&signin->client->failure, SMSCLIENT_NOT_AUTHENTICATED,
                "not_offered", "The provider does not offer %s here.",
                auth_mechanism_name(asked));
    failure_next(&signin->client->failure,
                 "Run smsctl diagnose to see what it offers.");
    return STATUS_DENIED;
}

static enum status run(struct signin *signin)
{
    struct mechanisms_situation situation;
    enum auth_mechanism order[AUTH_N_MECHANISMS];
    enum auth_mechanism asked;

    TRY(prepare(signin));
    signin->client->used = 0;
    if (!signin->options->mechanism) {
        TRY(look_around(signin, &situation));
        return try_all(signin, order, mechanisms_order(&situation, order));
    }
    TRY(read_asked(signin, &asked));
    TRY(check_offered(signin, asked));
    return try_mechanisms(signin, &asked, 1);
}

enum status signin_run(struct smsclient *client,
                       const struct smsclient_options *options)
{
    SCOPED(signin_clear)
    struct signin signin = {.client = client, .options = options};

    return run(&signin);
}

/* ---- Stepping up ---- */

static enum status read_session_level(struct smsclient *client,
                                      enum auth_level *level_out)
{
    SCOPED(answer_drop) json_t *who = NULL;

    TRY(client_call(client, "session.whoami", TEXT("{}"), &who));
    *level_out = read_level(json_object_get(who, "level"));
    return STATUS_OK;
}

/* Evidence that is available, reaches the level, and is unused. */
static enum status choose_stronger(struct signin *signin,
                                   enum auth_level wanted,
                                   enum auth_mechanism *order, size_t *n_out)
{
    struct mechanisms_situation situation;

    *n_out = 1;
    if (signin->options->mechanism) {
        TRY(read_asked(signin, order));
        return check_offered(signin, *order);
    }
    TRY(look_around(signin, &situation));
    situation.left_out |= signin->client->used;
    *n_out = mechanisms_reaching(&situation, wanted, order);
    return STATUS_OK;
}

static enum status not_reached(struct signin *signin, enum auth_level level,
                               enum auth_level wanted)
{
    struct smsclient *client = signin->client;

    failure_set(
        &client->failure, SMSCLIENT_LEVEL_TOO_LOW, "level_too_low",
        client->attempts.n == 0
            ? "There is no evidence here that could raise the level to %s."
            : "The evidence here does not raise the level to %s.",
        auth_level_name(wanted));
    failure_next(&client->failure,
                 "smsctl whoami shows what raises it above %s.",
                 auth_level_name(level));
    return STATUS_DENIED;
}

/* A refused step-up leaves the session as it was; a lost connection ends it. */
static enum status add_proofs(struct signin *signin, enum auth_level wanted,
                              const enum auth_mechanism *order, size_t n,
                              enum auth_level *level)
{
    struct smsclient *client = signin->client;

    for (size_t i = 0; i < n && *level < wanted; i++) {
        const enum status tried = try_one(signin, order[i]);

        if (!client->link)
            return tried == STATUS_OK ? STATUS_UNAVAILABLE : tried;
        if (tried == STATUS_OK)
            TRY(read_session_level(client, level));
        else if (client->failure.view.result != SMSCLIENT_NOT_AUTHENTICATED)
            return tried;
    }
    return STATUS_OK;
}

static enum status step_up(struct signin *signin)
{
    const struct smsclient_options *options = signin->options;
    enum auth_mechanism order[AUTH_N_MECHANISMS];
    enum auth_level level, wanted;
    size_t n;

    TRY(prepare(signin));
    TRY(read_session_level(signin->client, &level));
    wanted = options->level ? auth_level_read(text_of(options->level))
                            : (enum auth_level)((int)level + 1);
    if (wanted == AUTH_LEVEL_NONE)
        return failure_set(&signin->client->failure, SMSCLIENT_USAGE, "usage",
                           "Unknown level %s.", options->level);
    if (wanted > AUTH_LEVEL_MFA || level >= wanted)
        return STATUS_OK; /* there is no higher one */
    TRY(choose_stronger(signin, wanted, order, &n));
    TRY(add_proofs(signin, wanted, order, n, &level));
    return level >= wanted ? STATUS_OK : not_reached(signin, level, wanted);
}

enum status signin_step_up(struct smsclient *client,
                           const struct smsclient_options *options)
{
    SCOPED(signin_clear)
    struct signin signin = {
        .client = client, .options = options, .is_step_up = true};

    return step_up(&signin);
}
