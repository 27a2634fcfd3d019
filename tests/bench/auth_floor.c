#include "tests/bench/auth_floor.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/token/key_set.h"
#include "provider/base/base64.h"
#include "tests/support/realm_fixture.h"

/* ---- GSSAPI ---- */

struct floor {
    gss_cred_id_t credential;
    gss_name_t target;
};

struct floor *floor_open(const char *keytab, const char *replay_cache)
{
    struct floor *floor = calloc(1, sizeof(*floor));
    char name[] = "smsprovider@localhost";
    gss_buffer_desc text = {sizeof(name) - 1, name};
    char *cache = NULL;
    OM_uint32 minor;

    if (!floor || asprintf(&cache, "file2:%s", replay_cache) < 0)
        return NULL;
    gss_key_value_element_desc elements[] = {{"keytab", keytab},
                                             {"rcache", cache}};
    const gss_key_value_set_desc store = {2, elements};

    gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &floor->target);
    if (gss_acquire_cred_from(&minor, floor->target, GSS_C_INDEFINITE, NULL,
                              GSS_C_ACCEPT, &store, &floor->credential, NULL,
                              NULL) != GSS_S_COMPLETE)
        return NULL;
    free(cache);
    return floor;
}

void floor_close(struct floor *floor)
{
    OM_uint32 minor;

    gss_release_cred(&minor, &floor->credential);
    gss_release_name(&minor, &floor->target);
    free(floor);
}

void floor_ticket(struct floor *floor, struct buf *out)
{
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_OID_desc krb5 = *gss_mech_krb5;
    OM_uint32 minor;

    gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context, floor->target,
                         &krb5, GSS_C_MUTUAL_FLAG, 0, NULL, NULL, NULL, &token,
                         NULL, NULL);
    buf_append(out, token.value, token.length);
    gss_release_buffer(&minor, &token);
    gss_delete_sec_context(&minor, &context, NULL);
}

bool floor_accept(struct floor *floor, struct text token)
{
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc input = {token.size, (void *)(uintptr_t)token.data};
    gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 major, minor;

    major =
        gss_accept_sec_context(&minor, &context, floor->credential, &input,
                               NULL, &name, NULL, &output, NULL, NULL, NULL);
    gss_release_buffer(&minor, &output);
    gss_release_name(&minor, &name);
    gss_delete_sec_context(&minor, &context, NULL);
    return major == GSS_S_COMPLETE;
}

/* ---- Signatures ---- */

struct floor_signature {
    struct key_set *keys;
    const struct jws_algorithm *algorithm;
    EVP_PKEY *key; /* of keys */
    struct text signed_bytes;
    struct buf raw;
};

static const char *kid_of(const char *alg)
{
    return strcmp(alg, "ES256") == 0   ? "ec-1"
           : strcmp(alg, "EdDSA") == 0 ? "ed-1"
                                       : "rsa-1";
}

struct floor_signature *floor_signature_new(const char *jwks_path,
                                            const char *alg, const char *token)
{
    struct floor_signature *signature = calloc(1, sizeof(*signature));
    const char *dot = strrchr(token, '.');
    bool is_known;
    const char *why;

    if (!signature || !dot ||
        key_set_load(jwks_path, &signature->keys, &why) != STATUS_OK)
        return NULL;
    signature->algorithm = jws_algorithm_read(text_of(alg));
    signature->key = key_set_find(signature->keys, text_of(kid_of(alg)),
                                  signature->algorithm, &is_known);
    signature->signed_bytes = (struct text){token, (size_t)(dot - token)};
    signature->raw = buf_make(1024);
    if (!signature->key ||
        base64_read(BASE64_URL, text_of(dot + 1), &signature->raw) != STATUS_OK)
        return NULL;
    return signature;
}

bool floor_verify(const struct floor_signature *signature)
{
    return jws_verify(signature->algorithm, signature->key,
                      signature->signed_bytes,
                      buf_text(&signature->raw)) == STATUS_OK;
}

void floor_signature_free(struct floor_signature *signature)
{
    key_set_free(signature->keys);
    buf_free(&signature->raw);
    free(signature);
}

/* ---- Handshakes ---- */

SSL_CTX *floor_listener(const char *anchor)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_use_certificate_file(context, realm_path("certs/server.pem"),
                                 SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context, realm_path("certs/server.key"),
                                SSL_FILETYPE_PEM);
    SSL_CTX_set_num_tickets(context, 0);
    if (anchor) {
        SSL_CTX_load_verify_locations(context, anchor, NULL);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    }
    return context;
}

/* One client context for all: strings of the realm are kept, not counted. */
static SSL_CTX *client_context(void)
{
    static SSL_CTX *context;

    if (!context) {
        context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_use_certificate_file(context, realm_path("certs/alice.pem"),
                                     SSL_FILETYPE_PEM);
        SSL_CTX_use_PrivateKey_file(context, realm_path("certs/alice.key"),
                                    SSL_FILETYPE_PEM);
    }
    return context;
}

void floor_pair_open(SSL_CTX *listener, struct floor_pair *out)
{
    BIO *server_end, *client_end;

    *out = (struct floor_pair){SSL_new(listener), SSL_new(client_context()),
                               false};
    BIO_new_bio_pair(&server_end, 65536, &client_end, 65536);
    SSL_set_bio(out->server, server_end, server_end);
    SSL_set_bio(out->client, client_end, client_end);
    SSL_set_accept_state(out->server);
    SSL_set_connect_state(out->client);
}

void floor_pair_close(struct floor_pair *pair)
{
    SSL_free(pair->server);
    SSL_free(pair->client);
}
