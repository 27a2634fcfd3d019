/*
 * The tables by which the library calls us. A key manager holds the key, under
 * the name of its kind, so that the TLS library chooses schemes for it; a
 * signature, under a name that no other provider has, signs in one go: a text
 * as a whole is what the signer judges.
 */
#include "auth/signer/key_provider.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>

#define NAME      "sms-signer"
#define SIGNATURE "SMS-SIGNER"
#define REFERENCE "sms-key" /* address of the distant key */
#define PROPERTY  "provider=" NAME

typedef void call(void);

/* ---- Keys ---- */

/* What the library calls the data of a key; empty until it is imported. */
struct key_data {
    struct distant_key *key; /* held */
};

static void *data_new(void *provider)
{
    (void)provider;
    return calloc(1, sizeof(struct key_data));
}

static void data_free(void *memory)
{
    struct key_data *data = memory;

    if (data)
        distant_key_free(data->key);
    free(data);
}

/* As far as the library is concerned it has the private half too. */
static int data_has(const void *memory, int selection)
{
    const struct key_data *data = memory;

    (void)selection;
    return data && data->key;
}

static int data_match(const void *a, const void *b, int selection)
{
    const struct key_data *one = a, *other = b;

    (void)selection;
    return one->key && other->key &&
           EVP_PKEY_eq(one->key->public, other->key->public) == 1;
}

static int data_import(void *memory, int selection, const OSSL_PARAM params[])
{
    const OSSL_PARAM *at = OSSL_PARAM_locate_const(params, REFERENCE);
    struct key_data *data = memory;
    struct distant_key *key;

    (void)selection;
    if (!at || at->data_size != sizeof(key) || data->key)
        return 0;
    memcpy(&key, at->data, sizeof(key));
    data->key = distant_key_hold(key);
    return 1;
}

static const OSSL_PARAM *data_imported(int selection)
{
    static const OSSL_PARAM params[] = {
        OSSL_PARAM_octet_string(REFERENCE, NULL, 0), OSSL_PARAM_END};

    (void)selection;
    return params;
}

/* The public half, whatever is asked for: for comparing with a certificate. */
static int data_export(void *memory, int selection, OSSL_CALLBACK *take,
                       void *context)
{
    const struct key_data *data = memory;

    (void)selection;
    return data->key && EVP_PKEY_export(data->key->public, EVP_PKEY_PUBLIC_KEY,
                                        take, context) == 1;
}

static const OSSL_PARAM *data_exported(int selection)
{
    static const OSSL_PARAM params[] = {
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, NULL, 0),
        OSSL_PARAM_END};

    (void)selection;
    return params;
}

static int data_get(void *memory, OSSL_PARAM params[])
{
    const struct key_data *data = memory;

    return data->key && EVP_PKEY_get_params(data->key->public, params) == 1;
}

static const OSSL_PARAM *data_gettable(void *provider)
{
    static const OSSL_PARAM params[] = {
        OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, NULL),
        OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, NULL),
        OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, NULL),
        OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, NULL, 0),
        OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, NULL, 0),
        OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_MANDATORY_DIGEST, NULL, 0),
        OSSL_PARAM_END};

    (void)provider;
    return params;
}

static const char *data_operation(int operation)
{
    return operation == OSSL_OP_SIGNATURE ? SIGNATURE : NULL;
}

static const OSSL_DISPATCH keys[] = {
    {OSSL_FUNC_KEYMGMT_NEW, (call *)data_new},
    {OSSL_FUNC_KEYMGMT_FREE, (call *)data_free},
    {OSSL_FUNC_KEYMGMT_HAS, (call *)data_has},
    {OSSL_FUNC_KEYMGMT_MATCH, (call *)data_match},
    {OSSL_FUNC_KEYMGMT_IMPORT, (call *)data_import},
    {OSSL_FUNC_KEYMGMT_IMPORT_TYPES, (call *)data_imported},
    {OSSL_FUNC_KEYMGMT_EXPORT, (call *)data_export},
    {OSSL_FUNC_KEYMGMT_EXPORT_TYPES, (call *)data_exported},
    {OSSL_FUNC_KEYMGMT_GET_PARAMS, (call *)data_get},
    {OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, (call *)data_gettable},
    {OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, (call *)data_operation},
    {0, NULL},
};

/* ---- Signatures ---- */

struct signing {
    struct distant_key *key; /* held; NULL: not begun */
    enum signer_digest digest;
};

static void *signing_new(void *provider, const char *properties)
{
    (void)provider;
    (void)properties;
    return calloc(1, sizeof(struct signing));
}

static void signing_free(void *memory)
{
    struct signing *signing = memory;

    if (signing)
        distant_key_free(signing->key);
    free(signing);
}

static bool read_digest(const char *name, enum signer_digest *digest_out)
{
    static const int kinds[SIGNER_N_DIGESTS] = {
        [SIGNER_DIGEST_NONE] = NID_undef,
        [SIGNER_SHA256] = NID_sha256,
        [SIGNER_SHA384] = NID_sha384,
        [SIGNER_SHA512] = NID_sha512,
    };
    const EVP_MD *digest = name ? EVP_get_digestbyname(name) : NULL;

    for (int i = 0; i < SIGNER_N_DIGESTS; i++)
        if (kinds[i] == (digest ? EVP_MD_get_type(digest) : NID_undef)) {
            *digest_out = (enum signer_digest)i;
            return !name || digest;
        }
    return false;
}

/* RSA pads as TLS 1.3 wants it, which the signer does unasked. */
static int signing_set(void *memory, const OSSL_PARAM params[])
{
    const OSSL_PARAM *pad =
        OSSL_PARAM_locate_const(params, OSSL_SIGNATURE_PARAM_PAD_MODE);
    int mode = RSA_PKCS1_PSS_PADDING;

    (void)memory;
    if (pad && pad->data_type == OSSL_PARAM_UTF8_STRING)
        return strcmp(pad->data, OSSL_PKEY_RSA_PAD_MODE_PSS) == 0;
    return (!pad || OSSL_PARAM_get_int(pad, &mode) == 1) &&
           mode == RSA_PKCS1_PSS_PADDING;
}

static const OSSL_PARAM *signing_settable(void *memory, void *provider)
{
    static const OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, NULL, 0),
        OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, NULL, 0),
        OSSL_PARAM_END};

    (void)memory;
    (void)provider;
    return params;
}

static int signing_begin(void *memory, const char *digest, void *key,
                         const OSSL_PARAM params[])
{
    struct signing *signing = memory;
    const struct key_data *data = key;

    if (!data || !data->key || signing->key ||
        !read_digest(digest, &signing->digest) ||
        (params && !signing_set(signing, params)))
        return 0;
    signing->key = distant_key_hold(data->key);
    return 1;
}

/* Without a place for it: how long it may become. */
static int signing_make(void *memory, unsigned char *signature, size_t *size,
                        size_t room, const unsigned char *text,
                        size_t text_size)
{
    const struct signing *signing = memory;

    if (!signing->key)
        return 0;
    if (!signature) {
        *size = (size_t)EVP_PKEY_get_size(signing->key->public);
        return 1;
    }
    return distant_key_sign(signing->key, signing->digest,
                            (struct text){(const char *)text, text_size},
                            signature, room, size) == STATUS_OK;
}

static const OSSL_DISPATCH signatures[] = {
    {OSSL_FUNC_SIGNATURE_NEWCTX, (call *)signing_new},
    {OSSL_FUNC_SIGNATURE_FREECTX, (call *)signing_free},
    {OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, (call *)signing_set},
    {OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, (call *)signing_settable},
    {OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, (call *)signing_begin},
    {OSSL_FUNC_SIGNATURE_DIGEST_SIGN, (call *)signing_make},
    {0, NULL},
};

/* ---- The provider ---- */

static const OSSL_ALGORITHM *query(void *provider, int operation, int *may_keep)
{
    static const OSSL_ALGORITHM managers[] = {
        {"RSA:rsaEncryption", PROPERTY, keys, NULL},
        {"RSA-PSS:RSASSA-PSS", PROPERTY, keys, NULL},
        {"EC:id-ecPublicKey", PROPERTY, keys, NULL},
        {"ED25519", PROPERTY, keys, NULL},
        {"ED448", PROPERTY, keys, NULL},
        {NULL, NULL, NULL, NULL},
    };
    static const OSSL_ALGORITHM signers[] = {
        {SIGNATURE, PROPERTY, signatures, NULL},
        {NULL, NULL, NULL, NULL},
    };

    (void)provider;
    *may_keep = 0;
    if (operation == OSSL_OP_KEYMGMT)
        return managers;
    return operation == OSSL_OP_SIGNATURE ? signers : NULL;
}

static int begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                 const OSSL_DISPATCH **out, void **provider_out)
{
    static const OSSL_DISPATCH functions[] = {
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (call *)query}, {0, NULL}};
    static int nothing;

    (void)handle;
    (void)in;
    *out = functions;
    *provider_out = &nothing;
    return 1;
}

static OSSL_LIB_CTX *library; /* NULL: it could not be made */

static void make_library(void)
{
    OSSL_LIB_CTX *made = OSSL_LIB_CTX_new();

    if (made && OSSL_PROVIDER_add_builtin(made, NAME, begin) == 1 &&
        OSSL_PROVIDER_load(made, NAME))
        library = made;
    else
        OSSL_LIB_CTX_free(made);
}

static void maker_drop(EVP_PKEY_CTX **maker)
{
    EVP_PKEY_CTX_free(*maker);
}

static enum status wrap(struct distant_key *key, EVP_PKEY **key_out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *kind = EVP_PKEY_get0_type_name(key->public);
    OSSL_PARAM params[] = {
        OSSL_PARAM_octet_string(REFERENCE, &key, sizeof(key)), OSSL_PARAM_END};
    SCOPED(maker_drop) EVP_PKEY_CTX *maker = NULL;

    pthread_once(&once, make_library);
    if (library && kind)
        maker = EVP_PKEY_CTX_new_from_name(library, kind, NULL);
    return maker && EVP_PKEY_fromdata_init(maker) == 1 &&
                   EVP_PKEY_fromdata(maker, key_out, EVP_PKEY_KEYPAIR,
                                     params) == 1
               ? STATUS_OK
               : STATUS_INVALID;
}

enum status key_provider_load(struct signer *signer, const char *path,
                              EVP_PKEY *wanted, EVP_PKEY **key_out,
                              const char **why_out)
{
    OWNED(distant_key) key = NULL;
    enum status status;

    TRY(distant_key_read(signer, SIGNER_FOR_TLS, path, wanted, &key, why_out));
    *why_out = "a key of no known kind";
    status = wrap(key, key_out);
    ERR_clear_error();
    return status;
}
