#include "provider/client/signin.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/client/exchange.h"
#include "provider/client/file.h"
#include "provider/client/mechanisms.h"

static void signin_clear(struct signin *signin)
{
    secret_wipe(&signin->token);
    secret_wipe(&signin->password);
}

/* ---- What there is to sign in with ---- */

static enum status token_unusable(struct failure *failure, const char *path,
                                  const char *why)
{
    return failure_set(failure, SMSCLIENT_USAGE, "file",
                       "The token file %s cannot be used: %s.", path, why);
}

/* One token, with or without a newline at its end. */
static enum status read_token(const char *path, struct failure *failure,
                              struct secret *token_out)
{
    SCOPED(buf_wipe) struct buf text = buf_make(AUTH_MESSAGE_MAX_BYTES);
    enum status read;
    struct stat info;
    struct text token;

    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & S_IRWXO))
        return token_unusable(failure, path, "every account may read it");
    read = file_read(path, &text);
    if (read != STATUS_OK)
        return token_unusable(failure, path,
                              read == STATUS_LIMIT ? "it is too long"
                                                   : strerror(errno));
    token = buf_text(&text);
    while (token.size && strchr("\r\n \t", token.data[token.size - 1]))
        token.size--;
    if (token.size == 0)
        return token_unusable(failure, path, "it is empty");
    return secret_set(token_out, token);
}

/* A Unix socket has no host in its address: the service is this machine's. */
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

/* ---- Which mechanism ---- */

static enum status look_around(struct signin *signin,
                               struct mechanisms_situation *situation_out)
{
    SCOPED(answer_drop) json_t *info = NULL;
    const json_t *names, *level;

    TRY(client_call(signin->client, "server.info", TEXT("{}"), &info));
    *situation_out = (struct mechanisms_situation){
        .channel = signin->client->address.kind,
        .has_certificate = signin->options->certificate != NULL,
        .has_token = signin->token.size > 0,
    };
    names = json_object_get(info, "mechanisms");
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        const enum auth_mechanism mechanism =
            auth_mechanism_read(text_of(name));

        if (mechanism < AUTH_N_MECHANISMS)
            situation_out->offered[mechanism] = true;
    }
    level = json_object_get(info, "minimum_level");
    situation_out->minimum_level =
        auth_level_read(text_of(json_string_value(level)));
    return STATUS_OK;
}

/* A server may close after a refusal: each further try dials anew. */
static enum status try_one(struct signin *signin, enum auth_mechanism mechanism)
{
    if (!signin->client->link)
        TRY(client_connect(signin->client, signin->options));
    return exchange_run(signin, mechanism);
}

/* Moves a failure; what was at the new place is freed. */
static void move_failure(struct failure *to, struct failure *from)
{
    failure_clear(to);
    *to = *from;
    *from = (struct failure){{SMSCLIENT_OK}};
}

/*
 * One mechanism after the other. The first refusal of the server is the
 * failure that counts; what could not even be tried here counts less.
 */
static enum status try_mechanisms(struct signin *signin,
                                  const enum auth_mechanism *order, size_t n)
{
    struct smsclient *client = signin->client;
    struct failure *failure = &client->failure;
    struct failure first = {{SMSCLIENT_OK}};
    enum status tried = STATUS_DENIED;

    for (size_t i = 0; i < n; i++) {
        tried = try_one(signin, order[i]);
        if (tried == STATUS_OK ||
            failure->view.result != SMSCLIENT_NOT_AUTHENTICATED)
            break;
        client_disconnect(client);
        if (first.view.code == 0)
            move_failure(&first, failure);
    }
    if (first.view.result != SMSCLIENT_OK && tried == STATUS_DENIED)
        move_failure(failure, &first);
    failure_clear(&first);
    return tried;
}

/* Unasked, with whatever there is. */
static enum status try_all(struct signin *signin,
                           const enum auth_mechanism *order, size_t n)
{
    struct failure *failure = &signin->client->failure;
    enum status tried;

    if (n == 0)
        tried =
            failure_set(failure, SMSCLIENT_NOT_AUTHENTICATED, "no_mechanism",
                        "There is nothing here to sign in with that the "
                        "server accepts.");
    else
        tried = try_mechanisms(signin, order, n);
    if (tried == STATUS_DENIED && failure->view.code == 0)
        failure_next(failure, "Give --cert and --key, or --token-file, or "
                              "get a Kerberos ticket with kinit.");
    return tried;
}

static enum status prepare(struct signin *signin)
{
    const struct smsclient_options *options = signin->options;

    choose_host(signin);
    if (options->token_file)
        TRY(read_token(options->token_file, &signin->client->failure,
                       &signin->token));
    return STATUS_OK;
}

static enum status run(struct signin *signin)
{
    const struct smsclient_options *options = signin->options;
    struct mechanisms_situation situation;
    enum auth_mechanism order[AUTH_N_MECHANISMS];
    enum auth_mechanism asked;

    TRY(prepare(signin));
    if (!options->mechanism) {
        TRY(look_around(signin, &situation));
        return try_all(signin, order, mechanisms_order(&situation, order));
    }
    asked = auth_mechanism_read(text_of(options->mechanism));
    if (asked == AUTH_N_MECHANISMS)
        return failure_set(&signin->client->failure, SMSCLIENT_USAGE, "usage",
                           "There is no mechanism %s.", options->mechanism);
    return try_mechanisms(signin, &asked, 1);
}

enum status signin_run(struct smsclient *client,
                       const struct smsclient_options *options)
{
    SCOPED(signin_clear)
    struct signin signin = {.client = client, .options = options};

    return run(&signin);
}
