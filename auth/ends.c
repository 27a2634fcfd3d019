#include "auth/ends.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "auth/certificate/certificate_name.h"
#include "auth/certificate/certificate_time.h"
#include "auth/exchange.h"
#include "auth/token/token.h"

const char *auth_end_kind_name(enum auth_end_kind kind)
{
    static const char *const names[AUTH_N_END_KINDS] = {
        [AUTH_END_SERVER] = "certificate",
        [AUTH_END_AUTHORITY] = "authority",
        [AUTH_END_LIST] = "revocation_list",
        [AUTH_END_KEYS] = "key_set",
    };

    return kind < AUTH_N_END_KINDS ? names[kind] : "";
}

/* One that ends, with its holder's name. */
static void note_one(struct auth_end end, const X509_NAME *holder,
                     auth_note_end *note, void *context)
{
    SCOPED(buf_free) struct buf name = buf_make(CERTIFICATE_NAME_MAX_BYTES + 1);

    if (certificate_name_write(holder, &name) != STATUS_OK)
        buf_clear(&name);
    buf_append_char(&name, '\0');
    end.name = buf_status(&name) == STATUS_OK ? buf_text(&name).data : "";
    note(context, &end);
}

static void note_certificate(enum auth_end_kind kind, const X509 *certificate,
                             auth_note_end *note, void *context)
{
    const struct auth_end end = {
        .kind = kind,
        .begins_s =
            certificate_time_s(X509_get0_notBefore(certificate), INT64_MIN),
        .ends_s =
            certificate_time_s(X509_get0_notAfter(certificate), INT64_MIN),
    };

    note_one(end, X509_get_subject_name(certificate), note, context);
}

static void note_list(const X509_CRL *list, auth_note_end *note, void *context)
{
    const struct auth_end end = {
        .kind = AUTH_END_LIST,
        .begins_s =
            certificate_time_s(X509_CRL_get0_lastUpdate(list), INT64_MIN),
        .ends_s = certificate_time_s(X509_CRL_get0_nextUpdate(list), INT64_MIN),
    };

    note_one(end, X509_CRL_get_issuer(list), note, context);
}

/* The store is locked: a handshake in another thread puts it in order. */
static void note_store(X509_STORE *store, auth_note_end *note, void *context)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509_OBJECT *object = sk_X509_OBJECT_value(objects, i);
        const X509 *anchor = X509_OBJECT_get0_X509(object);
        const X509_CRL *list = X509_OBJECT_get0_X509_CRL(object);

        if (anchor)
            note_certificate(AUTH_END_AUTHORITY, anchor, note, context);
        if (list)
            note_list(list, note, context);
    }
}

void auth_ends_of_listener(struct ssl_ctx_st *tls, auth_note_end *note,
                           void *context)
{
    const X509 *own = tls ? SSL_CTX_get0_certificate(tls) : NULL;
    X509_STORE *store = NULL;

    if (own)
        note_certificate(AUTH_END_SERVER, own, note, context);
    if (!tls || SSL_CTX_get0_verify_cert_store(tls, &store) != 1 || !store ||
        X509_STORE_lock(store) != 1)
        return;
    note_store(store, note, context);
    X509_STORE_unlock(store);
}

void auth_ends_of_keys(const struct auth *auth, int64_t now_s,
                       auth_note_end *note, void *context)
{
    for (size_t i = 0; i < auth->config.n_issuers; i++) {
        int64_t left_ms = 0;
        struct auth_end end = {.kind = AUTH_END_KEYS,
                               .name = auth->config.issuers[i].issuer,
                               .begins_s = INT64_MIN,
                               .ends_s = INT64_MIN};

        if (!key_source_is_remote(auth->issuers[i].keys, &left_ms))
            continue;
        if (left_ms > 0)
            end.ends_s = now_s + left_ms / 1000;
        note(context, &end);
    }
}
