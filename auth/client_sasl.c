#include "auth/client_sasl.h"

#include <pthread.h>
#include <sasl/saslplug.h>
#include <stdlib.h>

#include "auth/mechanism_table.h"
#include "auth/sasl_callback.h"
#include "auth/token/bearer.h"
#include "provider/base/log.h"
#include "provider/base/own.h"

enum { CALLBACK_SECRETS = 0x7B02, MESSAGE_MAX_BYTES = 64 * 1024 };

/* The one plugin file that is loaded. */
static int check_file(void *context, const char *file, sasl_verify_type_t type)
{
    const char *name = strrchr(file, '/');

    (void)context;
    if (type != SASL_VRFY_PLUGIN || !name ||
        strncmp(name + 1, "libgssapiv2.so", 14) != 0)
        return SASL_CONTINUE;
    return SASL_OK;
}

static int answer_path(void *context, const char **path_out)
{
    (void)context;
    *path_out = SMS_SASL_PLUGIN_DIR;
    return SASL_OK;
}

static int write_log(void *context, int level, const char *message)
{
    (void)context;
    (void)level;
    log_debug("sasl.message text=%s", message);
    return SASL_OK;
}

static int answer_name(void *context, int id, const char **name_out,
                       unsigned *size_out)
{
    const struct client_secrets *secrets = context;

    (void)id;
    *name_out = secrets->user;
    if (size_out)
        *size_out = (unsigned)strlen(secrets->user);
    return SASL_OK;
}

/* Never called: mechanisms find the secrets through its context. */
static int find_secrets(void)
{
    return SASL_FAIL;
}

/* ---- Our mechanisms: one message, then the server decides ---- */

struct message {
    struct client_secrets *secrets;
    struct buf bytes;
};

static int begin_message(void *global, sasl_client_params_t *params,
                         void **context_out)
{
    struct message *message;
    sasl_callback_ft found;
    void *secrets = NULL;

    (void)global;
    if (params->utils->getcallback(params->utils->conn, CALLBACK_SECRETS,
                                   &found, &secrets) != SASL_OK ||
        !secrets)
        return SASL_FAIL;
    message = calloc(1, sizeof(*message));
    if (!message)
        return SASL_NOMEM;
    message->secrets = secrets;
    message->bytes = buf_make(MESSAGE_MAX_BYTES);
    *context_out = message;
    return SASL_OK;
}

static void end_message(void *context, const sasl_utils_t *utils)
{
    struct message *message = context;

    (void)utils;
    if (message)
        buf_wipe(&message->bytes);
    free(message);
}

static struct text text_of_secret(const struct secret *secret)
{
    return (struct text){secret->data, secret->size};
}

static int finish(sasl_client_params_t *params, const char *user,
                  sasl_out_params_t *out)
{
    const char *name = *user ? user : "anonymous";

    out->doneflag = 1;
    return params->canon_user(params->utils->conn, name, 0,
                              SASL_CU_AUTHID | SASL_CU_AUTHZID, out);
}

static int send_message(struct message *message, sasl_client_params_t *params,
                        const char **out, unsigned *out_size,
                        sasl_out_params_t *result)
{
    if (buf_status(&message->bytes) != STATUS_OK)
        return SASL_BUFOVER;
    *out = buf_text(&message->bytes).data;
    *out_size = (unsigned)message->bytes.size;
    return finish(params, message->secrets->user, result);
}

static int step_bearer(void *context, sasl_client_params_t *params,
                       const char *in, unsigned in_size,
                       sasl_interact_t **prompts, const char **out,
                       unsigned *out_size, sasl_out_params_t *result)
{
    struct message *message = context;

    (void)in;
    (void)in_size;
    (void)prompts;
    if (message->bytes.size || message->secrets->token.size == 0)
        return SASL_BADPROT; /* the server only accepts or refuses */
    bearer_write(&message->bytes, text_of(message->secrets->user),
                 text_of_secret(&message->secrets->token));
    return send_message(message, params, out, out_size, result);
}

static int step_plain(void *context, sasl_client_params_t *params,
                      const char *in, unsigned in_size,
                      sasl_interact_t **prompts, const char **out,
                      unsigned *out_size, sasl_out_params_t *result)
{
    struct message *message = context;

    (void)in;
    (void)in_size;
    (void)prompts;
    if (message->bytes.size || !*message->secrets->user)
        return SASL_BADPROT;
    buf_append_char(&message->bytes, '\0');
    buf_append_string(&message->bytes, message->secrets->user);
    buf_append_char(&message->bytes, '\0');
    buf_append_text(&message->bytes,
                    text_of_secret(&message->secrets->password));
    return send_message(message, params, out, out_size, result);
}

/* NULL would mean "asks for name and password" and skip the mechanism. */
static const unsigned long no_prompts[] = {SASL_CB_LIST_END};

#define PLUGIN_MESSAGE(name, side)                                             \
    {                                                                          \
        .mech_name = (name),                                                   \
        .security_flags = SASL_SEC_NOANONYMOUS | SASL_SEC_PASS_CREDENTIALS,    \
        .features = SASL_FEAT_WANT_CLIENT_FIRST | SASL_FEAT_ALLOWS_PROXY,      \
        .required_prompts = no_prompts,                                        \
        .mech_new = begin_message,                                             \
        .mech_step = step_##side,                                              \
        .mech_dispose = end_message,                                           \
    },
#define PLUGIN_TICKET(name, side)  /* libgssapiv2 */
#define PLUGIN_CHANNEL(name, side) /* the library's own */
#define PLUGIN_OF(id, name, side, form, methods, identity, on_tls, on_unix)    \
    PLUGIN_##form(name, side)

static sasl_client_plug_t plugins[] = {AUTH_MECHANISM_ROWS(PLUGIN_OF)};

static int give_plugins(const sasl_utils_t *utils, int max_version,
                        int *version_out, sasl_client_plug_t **plugins_out,
                        int *n_plugins_out)
{
    (void)utils;
    if (max_version < SASL_CLIENT_PLUG_VERSION)
        return SASL_BADVERS;
    *version_out = SASL_CLIENT_PLUG_VERSION;
    *plugins_out = plugins;
    *n_plugins_out = (int)ARRAY_SIZE(plugins);
    return SASL_OK;
}

static const sasl_callback_t global_callbacks[] = {
    {SASL_CB_VERIFYFILE, AUTH_CALLBACK(check_file), NULL},
    {SASL_CB_GETPATH, AUTH_CALLBACK(answer_path), NULL},
    {SASL_CB_GETCONFPATH, AUTH_CALLBACK(answer_path), NULL},
    {SASL_CB_LOG, AUTH_CALLBACK(write_log), NULL},
    {SASL_CB_LIST_END, NULL, NULL},
};

static enum status open_status = STATUS_UNAVAILABLE;

static void open_once(void)
{
    if (sasl_client_init(global_callbacks) == SASL_OK &&
        sasl_client_add_plugin("smsprovider", give_plugins) == SASL_OK)
        open_status = STATUS_OK;
}

enum status client_sasl_open(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, open_once);
    return open_status;
}

void client_sasl_callbacks(struct client_secrets *secrets,
                           sasl_callback_t callbacks[])
{
    callbacks[0] = (sasl_callback_t){CALLBACK_SECRETS, find_secrets, secrets};
    callbacks[1] =
        (sasl_callback_t){SASL_CB_USER, AUTH_CALLBACK(answer_name), secrets};
    callbacks[2] = (sasl_callback_t){SASL_CB_AUTHNAME,
                                     AUTH_CALLBACK(answer_name), secrets};
    callbacks[3] = (sasl_callback_t){SASL_CB_LIST_END, NULL, NULL};
}
