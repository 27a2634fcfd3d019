#include "auth/client.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <sasl/sasl.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/client_sasl.h"
#include "auth/gss_oid.h"

enum { WHY_MAX_BYTES = 256, N_CALLBACKS = 4 };

struct auth_client {
    struct client_secrets secrets;
    enum auth_mechanism mechanism;
    sasl_conn_t *sasl; /* NULL once an exchange has failed */
    sasl_callback_t callbacks[N_CALLBACKS];
    sasl_channel_binding_t binding;
    char binding_data[64];
    gss_cred_id_t credential;
    char why[WHY_MAX_BYTES];
};

const char *auth_client_why(const struct auth_client *client)
{
    return client->why;
}

void auth_client_free(struct auth_client *client)
{
    OM_uint32 minor;

    if (!client)
        return;
    if (client->sasl)
        sasl_dispose(&client->sasl);
    gss_release_cred(&minor, &client->credential);
    secret_wipe(&client->secrets.token);
    secret_wipe(&client->secrets.password);
    free(client->secrets.user);
    explicit_bzero(client->binding_data, sizeof(client->binding_data));
    free(client);
}

static enum status fail(struct auth_client *client, const char *why)
{
    snprintf(client->why, sizeof(client->why), "%s", why);
    if (client->sasl)
        sasl_dispose(&client->sasl);
    client->sasl = NULL;
    return STATUS_DENIED;
}

/* GSSAPI's message, in the words of the Kerberos library. */
static enum status fail_gss(struct auth_client *client, OM_uint32 minor)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 ignored, more = 0;

    gss_display_status(&ignored, minor, GSS_C_MECH_CODE, (gss_OID)gss_mech_krb5,
                       &more, &text);
    (void)fail(client, text.length ? (const char *)text.value
                                   : "no Kerberos credential");
    gss_release_buffer(&ignored, &text);
    return STATUS_DENIED;
}

/* Our own credential: the stock mechanism forgets the one it acquires. */
static enum status acquire(struct auth_client *client)
{
    gss_OID_desc krb5 = *gss_mech_krb5;
    gss_OID_set_desc only_krb5 = {1, &krb5};
    gss_OID_set_desc wanted = {
        1, client->mechanism == AUTH_GSS_SPNEGO ? gss_oid_spnego() : &krb5};
    OM_uint32 major, minor;

    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &wanted,
                             GSS_C_INITIATE, &client->credential, NULL, NULL);
    if (major == GSS_S_COMPLETE && client->mechanism == AUTH_GSS_SPNEGO)
        major = gss_set_neg_mechs(&minor, client->credential, &only_krb5);
    if (major != GSS_S_COMPLETE)
        return fail_gss(client, minor);
    return sasl_setprop(client->sasl, SASL_GSS_CREDS, client->credential) ==
                   SASL_OK
               ? STATUS_OK
               : fail(client, "the SASL library refuses the credential");
}

/* "tls-exporter:" and the bytes, as the server compares them. */
static enum status bind_channel(struct auth_client *client,
                                struct text exporter)
{
    static const char prefix[] = "tls-exporter:";
    const size_t prefix_size = sizeof(prefix) - 1;

    if (exporter.size == 0)
        return STATUS_OK;
    if (exporter.size > sizeof(client->binding_data) - prefix_size)
        return STATUS_INVALID;
    memcpy(client->binding_data, prefix, prefix_size);
    memcpy(client->binding_data + prefix_size, exporter.data, exporter.size);
    client->binding = (sasl_channel_binding_t){
        .name = "tls-exporter",
        .critical = 0,
        .len = prefix_size + exporter.size,
        .data = (const unsigned char *)client->binding_data,
    };
    return sasl_setprop(client->sasl, SASL_CHANNEL_BINDING, &client->binding) ==
                   SASL_OK
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

/* The library offers EXTERNAL only if a name is set; it is not sent. */
static enum status set_properties(struct auth_client *client)
{
    const sasl_ssf_t strength = 256;
    sasl_security_properties_t security = {.max_ssf = 0};

#ifdef SASL_SEC_NONSTD_CBIND
    /* Later versions bind GSSAPI only if told to. */
    security.security_flags |= SASL_SEC_NONSTD_CBIND;
#endif
    if (sasl_setprop(client->sasl, SASL_SEC_PROPS, &security) != SASL_OK ||
        sasl_setprop(client->sasl, SASL_SSF_EXTERNAL, &strength) != SASL_OK ||
        sasl_setprop(client->sasl, SASL_AUTH_EXTERNAL, "channel") != SASL_OK)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

static enum status copy_secrets(const struct auth_client_config *config,
                                struct client_secrets *out)
{
    TRY(secret_set(&out->token, config->token));
    TRY(secret_set(&out->password, config->password));
    out->user = text_dup(text_of(config->user));
    return out->user ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status auth_client_new(const struct auth_client_config *config,
                            struct auth_client **client_out)
{
    OWNED(auth_client) client = calloc(1, sizeof(*client));

    if (!client)
        return STATUS_NO_MEMORY;
    client->mechanism = config->mechanism;
    TRY(copy_secrets(config, &client->secrets));
    TRY(client_sasl_open());
    client_sasl_callbacks(&client->secrets, client->callbacks);
    if (sasl_client_new(config->service ? config->service : "smsprovider",
                        config->host ? config->host : "localhost", NULL, NULL,
                        client->callbacks, SASL_SUCCESS_DATA,
                        &client->sasl) != SASL_OK)
        return STATUS_NO_MEMORY;
    TRY(set_properties(client));
    if (auth_mechanism_is_ticket(config->mechanism))
        TRY(bind_channel(client, config->exporter));
    *client_out = TAKE(client);
    return STATUS_OK;
}

static enum status take(struct auth_client *client, int result,
                        const char *data, unsigned size, struct buf *out)
{
    if (result != SASL_OK && result != SASL_CONTINUE)
        return fail(client, client->sasl ? sasl_errdetail(client->sasl)
                                         : "cannot continue");
    if (data)
        buf_append(out, data, size);
    return buf_status(out);
}

enum status auth_client_start(struct auth_client *client, struct buf *out,
                              bool *has_data_out)
{
    const char *data = NULL;
    const char *chosen = NULL;
    unsigned size = 0;
    int result;

    *has_data_out = false;
    if (!client->sasl)
        return STATUS_DENIED;
    if (auth_mechanism_is_ticket(client->mechanism))
        TRY(acquire(client));
    result =
        sasl_client_start(client->sasl, auth_mechanism_name(client->mechanism),
                          NULL, &data, &size, &chosen);
    TRY(take(client, result, data, size, out));
    *has_data_out = data != NULL;
    return STATUS_OK;
}

enum status auth_client_step(struct auth_client *client, struct text answer,
                             struct buf *out)
{
    const char *data = NULL;
    unsigned size = 0;
    int result;

    if (!client->sasl)
        return STATUS_DENIED;
    result = sasl_client_step(client->sasl, answer.data ? answer.data : "",
                              (unsigned)answer.size, NULL, &data, &size);
    return take(client, result, data, size, out);
}
