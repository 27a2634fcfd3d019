#include "auth/sasl_server.h"

#include <pthread.h>
#include <sasl/saslplug.h>
#include <stdlib.h>

#include "auth/mechanisms.h"
#include "auth/sasl_callback.h"
#include "provider/base/log.h"

#define MECHANISM_LIST "GSSAPI GSS-SPNEGO EXTERNAL OAUTHBEARER PLAIN"

/* Callback ids above this are the application's own. */
enum { CALLBACK_EXCHANGE = 0x7B01, TLS_STRENGTH = 256 };

/* ---- What the library asks the application ---- */

static int refuse_file(void *context, const char *file, sasl_verify_type_t type)
{
    (void)context;
    (void)file;
    (void)type;
    return SASL_CONTINUE; /* skip it quietly */
}

static int answer_no_path(void *context, const char **path_out)
{
    (void)context;
    *path_out = "/nonexistent";
    return SASL_OK;
}

static int answer_option(void *context, const char *plugin, const char *option,
                         const char **result_out, unsigned *length_out)
{
    static const struct {
        const char *name;
        const char *value;
    } options[] = {
        {"log_level", "1"},
        {"mech_list", MECHANISM_LIST},
        {"auto_transition", "no"},
        {"auxprop_plugin", "none"},
        {"canon_user_plugin", "INTERNAL"},
        {"pwcheck_method", "none"},
        {"keytab", ""},
        {"reauth_timeout", "0"},
    };

    (void)context;
    (void)plugin;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++)
        if (strcmp(option, options[i].name) == 0) {
            *result_out = options[i].value;
            if (length_out)
                *length_out = (unsigned)strlen(options[i].value);
            return SASL_OK;
        }
    return SASL_FAIL;
}

static int write_log(void *context, int level, const char *message)
{
    (void)context;
    (void)level;
    log_debug("sasl.message text=%s", message);
    return SASL_OK;
}

/* The library is told one name only: acting as another user is judged at the
 * end of the exchange (T15). */
static int check_names(sasl_conn_t *connection, void *context,
                       const char *wanted, unsigned wanted_size,
                       const char *proved, unsigned proved_size,
                       const char *realm, unsigned realm_size,
                       struct propctx *properties)
{
    struct auth_exchange *exchange = context;

    (void)connection;
    (void)realm;
    (void)realm_size;
    (void)properties;
    if (text_equal((struct text){wanted, wanted_size},
                   (struct text){proved, proved_size}))
        return SASL_OK;
    exchange->why = "acting-as-another";
    return SASL_NOAUTHZ;
}

/* Never called: mechanisms find their exchange through its context. */
static int find_exchange(void)
{
    return SASL_FAIL;
}

/* ---- The glue between the library and the mechanisms ---- */

static exchange_step step_of(const char *name)
{
#define STEP(id, name, side, form, methods, identity, on_tls, on_unix)         \
    [AUTH_##id] = mechanism_##side##_step,
    static const exchange_step steps[AUTH_N_MECHANISMS] = {
        AUTH_MECHANISM_ROWS(STEP)};
    const enum auth_mechanism mechanism = auth_mechanism_read(text_of(name));

    return mechanism < AUTH_N_MECHANISMS ? steps[mechanism] : NULL;
}

static int begin_mechanism(void *global, sasl_server_params_t *params,
                           const char *challenge, unsigned size,
                           void **context_out)
{
    sasl_callback_ft found;
    void *context = NULL;

    (void)global;
    (void)challenge;
    (void)size;
    if (params->utils->getcallback(params->utils->conn, CALLBACK_EXCHANGE,
                                   &found, &context) != SASL_OK ||
        !context)
        return SASL_FAIL;
    *context_out = context;
    return SASL_OK;
}

/* Tells the library the user. */
static int finish(struct auth_exchange *exchange, sasl_server_params_t *params,
                  sasl_out_params_t *out)
{
    const struct text name = exchange_name(exchange);
    int result;

    if (name.size == 0 || name.size > EXCHANGE_NAME_MAX_BYTES)
        return SASL_BADAUTH;
    result = params->canon_user(
        params->utils->conn, name.data, (unsigned)name.size,
        SASL_CU_AUTHID | SASL_CU_AUTHZID | SASL_CU_EXTERNALLY_VERIFIED, out);
    if (result != SASL_OK)
        return result;
    out->doneflag = 1;
    out->mech_ssf = 0;
    out->maxoutbuf = 0;
    out->encode = NULL;
    out->decode = NULL;
    return SASL_OK;
}

static int step_mechanism(void *context, sasl_server_params_t *params,
                          const char *in, unsigned in_size, const char **out,
                          unsigned *out_size, sasl_out_params_t *result)
{
    struct auth_exchange *exchange = context;
    const exchange_step step =
        step_of(auth_mechanism_name(exchange->mechanism));
    enum auth_progress progress = AUTH_REFUSED;

    buf_clear(&exchange->answer);
    if (step)
        progress = step(exchange, (struct text){in, in ? in_size : 0},
                        &exchange->answer);
    exchange->progress = progress;
    if (progress == AUTH_WAITING || progress == AUTH_PROMPT)
        return SASL_INTERACT; /* the library keeps all and is asked again */
    if (progress == AUTH_REFUSED || buf_status(&exchange->answer) != STATUS_OK)
        return SASL_BADAUTH;
    *out = buf_text(&exchange->answer).data;
    *out_size = (unsigned)exchange->answer.size;
    if (progress == AUTH_CONTINUE)
        return SASL_CONTINUE;
    return finish(exchange, params, result);
}

/* The library calls it unasked after an error; the exchange owns its state and
 * ends it itself. */
static void end_mechanism(void *context, const sasl_utils_t *utils)
{
    (void)context;
    (void)utils;
}

/* ---- Registration ---- */

#define PLUGIN(name, flags)                                                    \
    {                                                                          \
        .mech_name = (name),                                                   \
        .security_flags = SASL_SEC_NOANONYMOUS | (flags),                      \
        .features = SASL_FEAT_WANT_CLIENT_FIRST | SASL_FEAT_ALLOWS_PROXY,      \
        .mech_new = begin_mechanism,                                           \
        .mech_step = step_mechanism,                                           \
        .mech_dispose = end_mechanism,                                         \
    },
#define PLUGIN_TICKET(name)                                                    \
    PLUGIN(name,                                                               \
           SASL_SEC_NOPLAINTEXT | SASL_SEC_NOACTIVE | SASL_SEC_MUTUAL_AUTH)
#define PLUGIN_MESSAGE(name) PLUGIN(name, SASL_SEC_PASS_CREDENTIALS)
#define PLUGIN_CHANNEL(name) /* the library's own */
#define PLUGIN_OF(id, name, side, form, methods, identity, on_tls, on_unix)    \
    PLUGIN_##form(name)

static sasl_server_plug_t plugins[] = {AUTH_MECHANISM_ROWS(PLUGIN_OF)};

static int give_plugins(const sasl_utils_t *utils, int max_version,
                        int *version_out, sasl_server_plug_t **plugins_out,
                        int *n_plugins_out)
{
    (void)utils;
    if (max_version < SASL_SERVER_PLUG_VERSION)
        return SASL_BADVERS;
    *version_out = SASL_SERVER_PLUG_VERSION;
    *plugins_out = plugins;
    *n_plugins_out = (int)ARRAY_SIZE(plugins);
    return SASL_OK;
}

static const sasl_callback_t global_callbacks[] = {
    {SASL_CB_VERIFYFILE, AUTH_CALLBACK(refuse_file), NULL},
    {SASL_CB_GETPATH, AUTH_CALLBACK(answer_no_path), NULL},
    {SASL_CB_GETCONFPATH, AUTH_CALLBACK(answer_no_path), NULL},
    {SASL_CB_GETOPT, AUTH_CALLBACK(answer_option), NULL},
    {SASL_CB_LOG, AUTH_CALLBACK(write_log), NULL},
    {SASL_CB_LIST_END, NULL, NULL},
};

/* The library's default mutexes do nothing. */
static void *mutex_new(void)
{
    pthread_mutex_t *mutex = malloc(sizeof(*mutex));

    if (mutex)
        pthread_mutex_init(mutex, NULL);
    return mutex;
}

static int mutex_lock(void *mutex)
{
    return pthread_mutex_lock(mutex) == 0 ? SASL_OK : SASL_FAIL;
}

static int mutex_unlock(void *mutex)
{
    return pthread_mutex_unlock(mutex) == 0 ? SASL_OK : SASL_FAIL;
}

static void mutex_free(void *mutex)
{
    if (mutex)
        pthread_mutex_destroy(mutex);
    free(mutex);
}

enum status sasl_server_open(void)
{
    static enum status open_status = STATUS_UNAVAILABLE;
    static bool is_open;

    if (is_open)
        return open_status;
    is_open = true;
    sasl_set_mutex(mutex_new, mutex_lock, mutex_unlock, mutex_free);
    if (sasl_server_init(global_callbacks, "smsprovider") == SASL_OK &&
        sasl_server_add_plugin("smsprovider", give_plugins) == SASL_OK)
        open_status = STATUS_OK;
    return open_status;
}

/* ---- One connection ---- */

/* TLS is the security layer, so none is requested from SASL; and passwords are
 * allowed inside TLS. A Unix socket does not leave the host either. */
static bool set_properties(struct auth_exchange *exchange)
{
    const sasl_security_properties_t security = {.max_ssf = 0};
    const sasl_ssf_t strength = TLS_STRENGTH;
    const struct text name = exchange_name(exchange);

    if (sasl_setprop(exchange->sasl, SASL_SEC_PROPS, &security) != SASL_OK ||
        sasl_setprop(exchange->sasl, SASL_SSF_EXTERNAL, &strength) != SASL_OK)
        return false;
    return exchange->mechanism != AUTH_EXTERNAL ||
           sasl_setprop(exchange->sasl, SASL_AUTH_EXTERNAL, name.data) ==
               SASL_OK;
}

enum status sasl_server_connect(struct auth_exchange *exchange)
{
    const struct auth_kerberos_config *kerberos =
        &exchange->auth->config.kerberos;

    exchange->callbacks[0] =
        (sasl_callback_t){CALLBACK_EXCHANGE, find_exchange, exchange};
    exchange->callbacks[1] = (sasl_callback_t){
        SASL_CB_PROXY_POLICY, AUTH_CALLBACK(check_names), exchange};
    exchange->callbacks[2] = (sasl_callback_t){SASL_CB_LIST_END, NULL, NULL};
    if (sasl_server_new(kerberos->service ? kerberos->service : "smsprovider",
                        kerberos->host ? kerberos->host : "localhost", NULL,
                        NULL, NULL, exchange->callbacks, SASL_SUCCESS_DATA,
                        &exchange->sasl) != SASL_OK)
        return STATUS_NO_MEMORY;
    if (!set_properties(exchange)) {
        sasl_dispose(&exchange->sasl);
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}
