/*
 * host.settings: what a host writes down when it is enrolled, beside how to
 * reach the site: the key of answers that it may go by offline, if it is one of
 * those that may, and where people get a code to sign in with.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509.h>

#include "provider/base/base64.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/object/site.h"

enum { KEY_BYTES = 24, ENCODED_BYTES = 256 };

/* May this host let somebody in while it cannot ask? */
static bool is_offline_host(const struct call *call)
{
    const struct config_offline *said = &call->peer->settings->config->offline;
    char key[KEY_BYTES];

    snprintf(key, sizeof(key), "%" PRId64,
             site_user_host(call->ground->generation->site,
                            call->peer->session->user));
    for (size_t i = 0; i < said->n_hosts; i++)
        if (strcmp(said->hosts[i], key) == 0)
            return true;
    return false;
}

/* As host.conf has it: DER, in Base64. */
static enum status put_key(EVP_PKEY *key, struct json_writer *w)
{
    SCOPED(buf_free) struct buf encoded = buf_make(ENCODED_BYTES);
    unsigned char *der = NULL;
    const int size = i2d_PUBKEY(key, &der);

    if (size > 0)
        base64_append(&encoded, BASE64_PLAIN,
                      (struct text){(const char *)der, (size_t)size});
    OPENSSL_free(der);
    TRY(buf_status(&encoded));
    if (size <= 0)
        return STATUS_NO_MEMORY;
    writer_put_text(w, "offline_key", buf_text(&encoded));
    return STATUS_OK;
}

static void put_issuer(const struct config *config, struct json_writer *w)
{
    const struct config_host_grant *hosts = &config->host_issuer->hosts;

    writer_put_string(w, "issuer", config->host_issuer->issuer);
    writer_put_string(w, "issuer_ca", config->host_authorities);
    writer_put_string(w, "client_id", hosts->client_id);
    if (hosts->scopes)
        writer_put_string(w, "scopes", hosts->scopes);
    if (hosts->resource)
        writer_put_string(w, "resource", hosts->resource);
}

enum rpc_error run_host_settings(struct call *call, struct json_writer *result)
{
    const struct settings *settings = call->peer->settings;

    writer_object_begin(result);
    if (settings->offline && is_offline_host(call) &&
        put_key(settings->offline->public, result) != STATUS_OK)
        return RPC_UNAVAILABLE;
    if (settings->config->host_issuer)
        put_issuer(settings->config, result);
    writer_object_end(result);
    return RPC_DONE;
}
