#include "auth/certificate/certificate_authority.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "auth/certificate/certificate_check.h"
#include "auth/certificate/certificate_name.h"
#include "provider/base/own.h"

static bool may(X509 *authority, uint32_t usage)
{
    return (X509_get_extension_flags(authority) & EXFLAG_KUSAGE) &&
           (X509_get_key_usage(authority) & usage);
}

/* What the checks of a whole store depend on. */
struct trusting {
    bool has_lists;
    bool has_root; /* where every chain ends */
};

/* RFC 5280, sections 4.2.1.2, 4.2.1.3 and 4.2.1.9, as X509_V_FLAG_X509_STRICT
 * asks for it. */
static const char *lacks(X509 *authority, const struct trusting *in)
{
    const uint32_t flags = X509_get_extension_flags(authority);

    if (!(flags & EXFLAG_BCONS) || !(flags & EXFLAG_CA))
        return "basicConstraints with CA:TRUE";
    if (!(flags & EXFLAG_BCONS_CRITICAL))
        return "basicConstraints that are critical";
    if (!may(authority, KU_KEY_CERT_SIGN))
        return "keyUsage with keyCertSign";
    if (in->has_lists && !may(authority, KU_CRL_SIGN))
        return "keyUsage with cRLSign, which its revocation lists need";
    if (!X509_get0_subject_key_id(authority))
        return "a subjectKeyIdentifier";
    if (!in->has_root)
        return "the self-signed authority above it, beside it in client_ca";
    if (!certificate_has_strong_key(authority))
        return "a strong key (RSA from 2048 bits, EC from 256 or Ed25519)";
    return NULL;
}

static void note_one(X509 *anchor, const struct trusting *in,
                     certificate_note_authority *note, void *context)
{
    SCOPED(buf_free) struct buf name = buf_make(CERTIFICATE_NAME_MAX_BYTES + 1);
    struct certificate_authority authority = {.lacks = lacks(anchor, in)};

    if (certificate_name_write_issuer(X509_get_subject_name(anchor), &name) !=
        STATUS_OK)
        buf_clear(&name);
    buf_append_char(&name, '\0');
    authority.name = buf_status(&name) == STATUS_OK ? buf_text(&name).data : "";
    note(context, &authority);
}

static struct trusting look(X509_STORE *store)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    struct trusting in = {
        .has_lists = X509_VERIFY_PARAM_get_flags(X509_STORE_get0_param(store)) &
                     X509_V_FLAG_CRL_CHECK};

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (anchor && (X509_get_extension_flags(anchor) & EXFLAG_SS))
            in.has_root = true;
    }
    return in;
}

static void note_all(X509_STORE *store, certificate_note_authority *note,
                     void *context)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    const struct trusting in = look(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (anchor)
            note_one(anchor, &in, note, context);
    }
}

/* The store is locked: a handshake in another thread puts it in order. */
void certificate_authorities_note(struct ssl_ctx_st *tls,
                                  certificate_note_authority *note,
                                  void *context)
{
    X509_STORE *store = NULL;

    if (!tls || SSL_CTX_get0_verify_cert_store(tls, &store) != 1 || !store ||
        X509_STORE_lock(store) != 1)
        return;
    note_all(store, note, context);
    X509_STORE_unlock(store);
}
