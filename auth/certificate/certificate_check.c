#include "auth/certificate/certificate_check.h"

#include <openssl/x509v3.h>

#include "auth/certificate/certificate_anchor.h"
#include "auth/certificate/certificate_memory.h"
#include "auth/certificate/certificate_name.h"
#include "auth/certificate/digest.h"
#include "auth/certificate/revocation_list.h"
#include "auth/token/rsa_weak.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/own.h"

enum {
    RSA_MIN_BITS = 2048,
    EC_MIN_BITS = 256,
    SERIAL_MAX_BITS = 160, /* RFC 5280 section 4.1.2.2 */
    CHAIN_MAX_DEPTH = 5,   /* intermediates between leaf and anchor (T102) */
    SECURITY_LEVEL = 2,    /* 112 bits: no SHA-1, no RSA under 2048 */
};

static void extensions_drop(EXTENDED_KEY_USAGE **usage)
{
    EXTENDED_KEY_USAGE_free(*usage);
}

/* A certificate without usages would be accepted for every one. */
static bool is_for_clients(X509 *leaf)
{
    SCOPED(extensions_drop)
    EXTENDED_KEY_USAGE *usages =
        X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);

    for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages); i++)
        if (OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i)) == NID_client_auth)
            return true;
    return false;
}

bool certificate_has_strong_key(X509 *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);

    if (!key)
        return false;
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return EVP_PKEY_get_bits(key) >= RSA_MIN_BITS && !rsa_is_weak(key);
    case EVP_PKEY_EC:
        return EVP_PKEY_get_bits(key) >= EC_MIN_BITS;
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
        return true;
    default:
        return false;
    }
}

static bool has_sound_signature(X509 *certificate)
{
    int digest = NID_undef;

    return X509_get_signature_info(certificate, &digest, NULL, NULL, NULL) ==
               1 &&
           digest_may_sign(digest);
}

static bool has_sound_serial(X509 *leaf)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(leaf);

    return serial && ASN1_STRING_type(serial) == V_ASN1_INTEGER &&
           ASN1_STRING_length(serial) <= SERIAL_MAX_BITS / 8 + 1;
}

static const char *fault_of_leaf(X509 *leaf)
{
    if (X509_get_version(leaf) != X509_VERSION_3)
        return "version";
    if (!is_for_clients(leaf))
        return "not-for-clients";
    if (!has_sound_serial(leaf))
        return "serial";
    if (!certificate_name_is_plain(X509_get_subject_name(leaf)) ||
        !certificate_name_is_plain(X509_get_issuer_name(leaf)))
        return "name";
    return NULL;
}

static const char *fault_of_chain(X509_STORE_CTX *context)
{
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    const int n = sk_X509_num(chain);

    if (n < 1)
        return "no-chain";
    for (int i = 0; i < n; i++) {
        X509 *certificate = sk_X509_value(chain, i);

        if (!certificate_has_strong_key(certificate))
            return "weak-key";
        /* The anchor's own signature is not checked. */
        if (i < n - 1 && !has_sound_signature(certificate))
            return "weak-signature";
        /* One CA could issue another's identities. */
        if (i > 0 && certificate_anchor_has_twin(
                         X509_STORE_CTX_get0_store(context), certificate))
            return "twin-issuer";
        if (i < n - 1 && revocation_list_names(
                             X509_STORE_CTX_get0_store(context), certificate))
            return "revoked";
    }
    return fault_of_leaf(sk_X509_value(chain, 0));
}

void certificate_check_limit(X509_VERIFY_PARAM *param)
{
    X509_VERIFY_PARAM_set_depth(param, CHAIN_MAX_DEPTH);
    X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
}

/* The host's clock may have been set back; the caller may know the time. */
static void set_time(X509_VERIFY_PARAM *param)
{
    const unsigned long known =
        X509_V_FLAG_USE_CHECK_TIME | X509_V_FLAG_NO_CHECK_TIME;

    if (!(X509_VERIFY_PARAM_get_flags(param) & known))
        X509_VERIFY_PARAM_set_time(param, clock_wall_s());
}

int certificate_check_chain(X509_STORE_CTX *context, void *memory)
{
    const char *fault;

    if (certificate_memory_find(memory, context))
        return 1;
    set_time(X509_STORE_CTX_get0_param(context));
    if (X509_verify_cert(context) != 1) {
        log_info(
            "certificate.refused why=%s",
            X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
        return 0;
    }
    fault = fault_of_chain(context);
    if (!fault) {
        certificate_memory_keep(memory, context);
        return 1;
    }
    log_info("certificate.refused why=%s", fault);
    X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}
