#include "auth/token/key_set.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/token/json_strict.h"
#include "auth/token/rsa_weak.h"
#include "auth/why.h"
#include "provider/base/base64.h"
#include "provider/base/mutant.h"
#include "provider/base/whole.h"

enum {
    RSA_MODULUS_MAX_BYTES = 1024,
    RSA_EXPONENT_MAX_BYTES = 8,
    EC_POINT_MAX_BYTES = 1 + 2 * 66,
    SKIPPED_MAX_BYTES = 16 * 1024,
};

struct key {
    char *kid;
    const struct jws_algorithm *algorithm; /* NULL: any that fits its type */
    EVP_PKEY *pkey;
    unsigned char fingerprint[KEY_FINGERPRINT_BYTES];
    size_t place;   /* in the list it came from */
    bool is_shared; /* another key has the same kid */
};

struct key_set {
    atomic_int n_holders;
    struct key
        keys[KEY_SET_MAX_KEYS + 1]; /* [n_keys], and the one being read */
    size_t n_keys;
    size_t n_skipped;
    struct buf skipped; /* "KID: WHY; ..", unusable keys */
};

static void param_build_drop(OSSL_PARAM_BLD **build)
{
    OSSL_PARAM_BLD_free(*build);
}

static void params_drop(OSSL_PARAM **params)
{
    OSSL_PARAM_free(*params);
}

static void key_context_drop(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

static void bignum_drop(BIGNUM **number)
{
    BN_free(*number);
}

static void fd_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

bool key_id_is_valid(struct text kid)
{
    static const char marks[] = "-._~+/=:";

    if (kid.size == 0 || kid.size > KEY_ID_MAX_BYTES)
        return false;
    for (size_t i = 0; i < kid.size; i++) {
        const char c = kid.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || (c && strchr(marks, c))))
            return false;
    }
    return true;
}

/* A base64url member of the key, at most out->max_bytes long. */
static enum status read_bytes(const json_t *jwk, const char *member,
                              struct buf *out)
{
    const struct text encoded = json_member_text(jwk, member);

    if (!encoded.data || encoded.size == 0)
        return STATUS_INVALID;
    return base64_read(BASE64_URL, encoded, out);
}

static EVP_PKEY *key_of_params(const char *type, OSSL_PARAM_BLD *build)
{
    SCOPED(params_drop) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    SCOPED(key_context_drop)
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *pkey = NULL;

    if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        ERR_clear_error();
    return pkey;
}

static EVP_PKEY *read_rsa(const json_t *jwk)
{
    SCOPED(buf_free) struct buf n = buf_make(RSA_MODULUS_MAX_BYTES);
    SCOPED(buf_free) struct buf e = buf_make(RSA_EXPONENT_MAX_BYTES);
    SCOPED(bignum_drop) BIGNUM *modulus = NULL;
    SCOPED(bignum_drop) BIGNUM *exponent = NULL;
    SCOPED(param_build_drop) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();

    if (!build || read_bytes(jwk, "n", &n) != STATUS_OK ||
        read_bytes(jwk, "e", &e) != STATUS_OK)
        return NULL;
    modulus =
        BN_bin2bn((const unsigned char *)buf_text(&n).data, (int)n.size, NULL);
    exponent =
        BN_bin2bn((const unsigned char *)buf_text(&e).data, (int)e.size, NULL);
    if (!modulus || !exponent || !BN_is_odd(exponent) || BN_is_one(exponent) ||
        !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) ||
        !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent))
        return NULL;
    return key_of_params("RSA", build);
}

static const char *curve_of(struct text crv, size_t *coordinate_size_out)
{
    static const struct {
        const char *jose;
        const char *openssl;
        size_t coordinate_size;
    } curves[] = {
        {"P-256", "prime256v1", 32},
        {"P-384", "secp384r1", 48},
        {"P-521", "secp521r1", 66},
    };

    for (size_t i = 0; i < ARRAY_SIZE(curves); i++)
        if (text_equal(crv, text_of(curves[i].jose))) {
            *coordinate_size_out = curves[i].coordinate_size;
            return curves[i].openssl;
        }
    return NULL;
}

static EVP_PKEY *read_ec(const json_t *jwk)
{
    SCOPED(buf_free) struct buf point = buf_make(EC_POINT_MAX_BYTES);
    SCOPED(param_build_drop) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    size_t size = 0;
    const char *curve = curve_of(json_member_text(jwk, "crv"), &size);

    buf_append_char(&point, 4); /* uncompressed */
    if (!build || !curve || read_bytes(jwk, "x", &point) != STATUS_OK ||
        point.size != 1 + size || read_bytes(jwk, "y", &point) != STATUS_OK ||
        point.size != 1 + 2 * size)
        return NULL;
    if (!OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                         curve, 0) ||
        !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
                                          buf_text(&point).data, point.size))
        return NULL;
    return key_of_params("EC", build);
}

static EVP_PKEY *read_okp(const json_t *jwk)
{
    SCOPED(buf_free) struct buf x = buf_make(32);

    if (!text_equal(json_member_text(jwk, "crv"), TEXT("Ed25519")) ||
        read_bytes(jwk, "x", &x) != STATUS_OK || x.size != 32)
        return NULL;
    return EVP_PKEY_new_raw_public_key_ex(
        NULL, "ED25519", NULL, (const unsigned char *)buf_text(&x).data, 32);
}

/* ---- The use of a key ---- */

/* Absent, or the word; false also for anything but text. */
static bool is_absent_or(const json_t *jwk, const char *member,
                         const char *word)
{
    return !json_object_get(jwk, member) ||
           text_equal(json_member_text(jwk, member), text_of(word));
}

/* Source: RFC 7517, section 4.3. */
static bool allows_verifying(const json_t *jwk)
{
    const json_t *operations = json_object_get(jwk, "key_ops");
    bool found = false;

    if (!operations || MUTANT("c6-key-ops"))
        return true;
    for (size_t i = 0; i < json_array_size(operations); i++) {
        const char *name = json_string_value(json_array_get(operations, i));

        if (!name)
            return false;
        found = found || strcmp(name, "verify") == 0;
    }
    return found;
}

/* Clearly for another use, or of an unknown kind: others share the set, so that
 * is not reported. */
static bool is_for_others(const json_t *jwk)
{
    const struct text type = json_member_text(jwk, "kty");
    const struct text alg = json_member_text(jwk, "alg");

    if (json_is_string(json_object_get(jwk, "use")) &&
        !is_absent_or(jwk, "use", "sig"))
        return true;
    if (alg.data && !jws_algorithm_read(alg))
        return true; /* for encryption, or a later invention */
    return type.data && !text_equal(type, TEXT("RSA")) &&
           !text_equal(type, TEXT("EC")) && !text_equal(type, TEXT("OKP"));
}

static EVP_PKEY *read_public_key(const json_t *jwk)
{
    const struct text type = json_member_text(jwk, "kty");

    if (text_equal(type, TEXT("RSA")))
        return read_rsa(jwk);
    if (text_equal(type, TEXT("EC")))
        return read_ec(jwk);
    return read_okp(jwk);
}

/* Its place; n_keys: none. */
static size_t find_key(const struct key_set *set, struct text kid)
{
    size_t i = 0;

    while (i < set->n_keys && !text_equal(kid, text_of(set->keys[i].kid)))
        i++;
    return i;
}

/* Why the key cannot be used; NULL: it can. */
static const char *fault_of(const json_t *jwk,
                            const struct jws_algorithm *algorithm,
                            EVP_PKEY *pkey)
{
    if (!json_is_object(jwk))
        return "no key";
    if (!key_id_is_valid(json_member_text(jwk, "kid")))
        return "no kid, or not of letters, digits and -._~+/=:";
    if (!is_absent_or(jwk, "use", "sig") || !allows_verifying(jwk))
        return "not for verification";
    if (json_object_get(jwk, "alg") && !algorithm)
        return "its alg is not text";
    if (!pkey)
        return "malformed, too large, or on an unknown curve";
    if (algorithm && !jws_algorithm_fits(algorithm, pkey))
        return "its alg is for keys of another kind or size";
    return rsa_is_weak(pkey) ? "weak" : NULL;
}

/* Named by its place and, if printable, by its kid. */
static void skip(struct key_set *set, size_t place, const json_t *jwk,
                 const char *fault)
{
    const struct text kid = json_member_text(jwk, "kid");
    const bool is_shown = text_is_name(kid, KEY_ID_MAX_BYTES);

    set->n_skipped++;
    buf_append_format(&set->skipped, "%skey %zu", set->skipped.size ? "; " : "",
                      place + 1);
    if (is_shown)
        buf_append_format(&set->skipped, " (%.*s)", (int)kid.size, kid.data);
    buf_append_format(&set->skipped, ": %s", fault);
}

/* SHA-256 of its SubjectPublicKeyInfo. Encoding a key costs as much as a check
 * of a signature. */
static enum status read_fingerprint(EVP_PKEY *key,
                                    unsigned char out[KEY_FINGERPRINT_BYTES])
{
    unsigned char *encoded = NULL;
    const int size = i2d_PUBKEY(key, &encoded);
    const bool is_made = size > 0 && EVP_Digest(encoded, (size_t)size, out,
                                                NULL, EVP_sha256(), NULL) == 1;

    OPENSSL_free(encoded);
    if (is_made)
        return STATUS_OK;
    ERR_clear_error();
    return STATUS_NO_MEMORY;
}

static const char shared[] = "another key has the same kid";

static enum status add_key(struct key_set *set, size_t place, const json_t *jwk,
                           const char **why_out)
{
    const struct text kid = json_member_text(jwk, "kid");
    struct key *key = &set->keys[set->n_keys];
    const size_t twin = find_key(set, kid);
    const char *fault;

    key->algorithm = jws_algorithm_read(json_member_text(jwk, "alg"));
    key->pkey = read_public_key(jwk);
    key->place = place;
    fault = fault_of(jwk, key->algorithm, key->pkey);
    if (!fault && twin < set->n_keys) {
        set->keys[twin].is_shared = true;
        fault = shared;
    }
    if (fault) {
        skip(set, place, jwk, fault);
        EVP_PKEY_free(key->pkey);
        *key = (struct key){0};
        return STATUS_OK;
    }
    *why_out = "no memory";
    key->kid = text_dup(kid);
    set->n_keys++; /* from here on freed with the set */
    return key->kid ? read_fingerprint(key->pkey, key->fingerprint)
                    : STATUS_NO_MEMORY;
}

/* Which of two keys with one kid a token means is unknown: neither is used. */
static void drop_shared(struct key_set *set, const json_t *keys)
{
    size_t n_kept = 0;

    for (size_t i = 0; i < set->n_keys; i++) {
        struct key key = set->keys[i];

        set->keys[i] = (struct key){0};
        if (!key.is_shared) {
            set->keys[n_kept++] = key;
            continue;
        }
        skip(set, key.place, json_array_get(keys, key.place), shared);
        EVP_PKEY_free(key.pkey);
        free(key.kid);
    }
    set->n_keys = n_kept;
}

/* An unusable key does not affect the others. */
static enum status add_keys(struct key_set *set, const json_t *keys,
                            const char **why_out)
{
    *why_out = "not a JWK set, or too many keys";
    if (!json_is_array(keys) || json_array_size(keys) > KEY_SET_MAX_KEYS)
        return STATUS_INVALID;
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *jwk = json_array_get(keys, i);

        if (!is_for_others(jwk))
            TRY(add_key(set, i, jwk, why_out));
    }
    drop_shared(set, keys);
    if (set->n_keys)
        return STATUS_OK;
    *why_out = "no usable key";
    if (set->n_skipped && buf_status(&set->skipped) == STATUS_OK)
        *why_out = why_format("no usable key: %.*s", (int)set->skipped.size,
                              buf_text(&set->skipped).data);
    return STATUS_INVALID;
}

enum status key_set_read(struct text json, struct key_set **set_out,
                         const char **why_out)
{
    OWNED(key_set) set = calloc(1, sizeof(*set));
    SCOPED(json_drop) json_t *document = NULL;

    *why_out = "no memory";
    if (!set)
        return STATUS_NO_MEMORY;
    set->n_holders = 1;
    set->skipped = buf_make(SKIPPED_MAX_BYTES);
    *why_out = "not a JSON object";
    if (json.size > KEY_SET_MAX_BYTES)
        return STATUS_INVALID;
    TRY(json_read_object(json, &document));
    TRY(add_keys(set, json_object_get(document, "keys"), why_out));
    *set_out = TAKE(set);
    return STATUS_OK;
}

bool key_set_holds(const struct key_set *set,
                   const unsigned char fingerprint[KEY_FINGERPRINT_BYTES])
{
    for (size_t i = 0; i < set->n_keys; i++)
        if (memcmp(set->keys[i].fingerprint, fingerprint,
                   KEY_FINGERPRINT_BYTES) == 0)
            return true;
    return false;
}

enum status key_set_load(const char *path, struct key_set **set_out,
                         const char **why_out)
{
    SCOPED(buf_free) struct buf json = buf_make(KEY_SET_MAX_BYTES + 4096);
    SCOPED(fd_drop) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about;
    enum status status;

    *why_out = why_format("%s: cannot be read", path);
    if (fd < 0 || fstat(fd, &about) != 0)
        return STATUS_UNAVAILABLE;
    *why_out = why_format("%s: not a file, or writable by others", path);
    if (!S_ISREG(about.st_mode) || (about.st_mode & 022))
        return STATUS_INVALID;
    *why_out = why_format("%s: cannot be read, or too long", path);
    TRY(whole_read(fd, &json));
    status = key_set_read(buf_text(&json), set_out, why_out);
    if (status != STATUS_OK)
        *why_out = why_format("%s: %s", path,
                              strdupa(*why_out)); /* why_format's own memory */
    return status;
}

struct key_set *key_set_ref(struct key_set *set)
{
    atomic_fetch_add(&set->n_holders, 1);
    return set;
}

void key_set_free(struct key_set *set)
{
    if (!set || atomic_fetch_sub(&set->n_holders, 1) > 1)
        return;
    for (size_t i = 0; i < set->n_keys; i++) {
        EVP_PKEY_free(set->keys[i].pkey);
        free(set->keys[i].kid);
    }
    buf_free(&set->skipped);
    free(set);
}

size_t key_set_skipped(const struct key_set *set, struct text *names_out)
{
    *names_out = buf_text(&set->skipped);
    return set->n_skipped;
}

EVP_PKEY *key_set_find(const struct key_set *set, struct text kid,
                       const struct jws_algorithm *algorithm,
                       bool *is_known_out)
{
    const size_t at = find_key(set, kid);
    const struct key *key = &set->keys[at];

    *is_known_out = at < set->n_keys;
    if (at == set->n_keys || (key->algorithm && key->algorithm != algorithm) ||
        !jws_algorithm_fits(algorithm, key->pkey))
        return NULL;
    return key->pkey;
}

const unsigned char *key_set_fingerprint(const struct key_set *set,
                                         const EVP_PKEY *key)
{
    for (size_t i = 0; i < set->n_keys; i++)
        if (set->keys[i].pkey == key)
            return set->keys[i].fingerprint;
    return NULL;
}
