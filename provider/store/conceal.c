#include "provider/store/conceal.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "provider/store/conceal_private.h"
#include "provider/store/conceal_sql.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

enum {
    KEY_BYTES = SEAL_SECRET_BYTES,
    NONCE_BYTES = 12,
    TAG_BYTES = 16,
    WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES,
    VALUE_MAX_BYTES = 64 * 1024,
};

_Static_assert((int)CONCEAL_MORE_BYTES == NONCE_BYTES + TAG_BYTES,
               "what is said of the size is so");

static const struct text key_place = {"key", 3};

struct key {
    unsigned char bytes[KEY_BYTES];
};

static void key_wipe(struct key *key)
{
    explicit_bzero(key, sizeof(*key));
}

static void cipher_drop(EVP_CIPHER_CTX **cipher)
{
    EVP_CIPHER_CTX_free(*cipher);
}

/* ---- AES-256-GCM: nonce, what it is now, tag ---- */

static const unsigned char *bytes_of(struct text text)
{
    return (const unsigned char *)text.data;
}

static bool put_plain(EVP_CIPHER_CTX *cipher, struct text place,
                      struct text value, unsigned char *out)
{
    int n = 0;

    return EVP_EncryptUpdate(cipher, NULL, &n, bytes_of(place),
                             (int)place.size) == 1 &&
           EVP_EncryptUpdate(cipher, out + NONCE_BYTES, &n, bytes_of(value),
                             (int)value.size) == 1 &&
           EVP_EncryptFinal_ex(cipher, out + NONCE_BYTES + n, &n) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES,
                               out + NONCE_BYTES + value.size) == 1;
}

/* out[value.size + CONCEAL_MORE_BYTES] */
static enum status encrypt(const struct key *key, struct text place,
                           struct text value, unsigned char *out)
{
    SCOPED(cipher_drop) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

    if (!cipher || RAND_bytes(out, NONCE_BYTES) != 1 ||
        EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key->bytes, out) !=
            1 ||
        !put_plain(cipher, place, value, out))
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

/* out[concealed.size - CONCEAL_MORE_BYTES] */
static bool take_plain(EVP_CIPHER_CTX *cipher, struct text place,
                       struct text concealed, unsigned char *out)
{
    const size_t size = concealed.size - CONCEAL_MORE_BYTES;
    unsigned char tag[TAG_BYTES];
    int n = 0;

    memcpy(tag, concealed.data + NONCE_BYTES + size, TAG_BYTES);
    return EVP_DecryptUpdate(cipher, NULL, &n, bytes_of(place),
                             (int)place.size) == 1 &&
           EVP_DecryptUpdate(cipher, out, &n, bytes_of(concealed) + NONCE_BYTES,
                             (int)size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) ==
               1 &&
           EVP_DecryptFinal_ex(cipher, out + n, &n) == 1;
}

static enum status decrypt(const struct key *key, struct text place,
                           struct text concealed, unsigned char *out)
{
    SCOPED(cipher_drop) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

    if (!cipher)
        return STATUS_NO_MEMORY;
    if (EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key->bytes,
                           bytes_of(concealed)) != 1 ||
        !take_plain(cipher, place, concealed, out))
        return STATUS_INVALID;
    return STATUS_OK;
}

/* ---- The key of values ---- */

static enum status wrapping(const struct seal_key *sealing, struct key *key_out)
{
    return seal_key_derive(sealing, "smsprovider conceal 1", key_out->bytes);
}

static enum status store_key(struct store *store, const struct key *wrap,
                             const struct key *key)
{
    const struct text plain = {(const char *)key->bytes, KEY_BYTES};
    unsigned char wrapped[WRAPPED_BYTES];

    TRY(encrypt(wrap, key_place, plain, wrapped));
    return store_run_with(store, SQL_CONCEAL_STORE_KEY,
                          STORE_ARGS(STORE_BLOB(((struct text){
                              (const char *)wrapped, WRAPPED_BYTES}))));
}

/* STATUS_END: there is none yet. */
static enum status read_key(struct store *store, const struct key *wrap,
                            struct key *key_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text wrapped;

    TRY(store_row_with(store, SQL_CONCEAL_READ_KEY, STORE_NO_ARGS, &stmt));
    wrapped = store_text(stmt, 0);
    if (wrapped.size != WRAPPED_BYTES)
        return STATUS_INVALID;
    return decrypt(wrap, key_place, wrapped, key_out->bytes);
}

static enum status make_key(struct store *store, const struct key *wrap,
                            struct key *key_out)
{
    if (RAND_priv_bytes(key_out->bytes, KEY_BYTES) != 1)
        return STATUS_UNAVAILABLE;
    return store_key(store, wrap, key_out);
}

static enum status find_key(struct store *store, bool makes_one,
                            struct key *key_out)
{
    SCOPED(key_wipe) struct key wrap = {{0}};
    enum status found;

    *key_out = (struct key){{0}};
    if (store->is_private) /* parts of a copy may be in a file */
        return RAND_priv_bytes(key_out->bytes, KEY_BYTES) == 1
                   ? STATUS_OK
                   : STATUS_UNAVAILABLE;
    if (!store->seal)
        return STATUS_UNAVAILABLE;
    TRY(wrapping(store->seal->key, &wrap));
    found = read_key(store, &wrap, key_out);
    if (found != STATUS_END)
        return found;
    return makes_one ? make_key(store, &wrap, key_out) : STATUS_INVALID;
}

enum status conceal_rotate(struct store *store, const struct seal_key *old,
                           const struct seal_key *new)
{
    SCOPED(key_wipe) struct key wrap = {{0}};
    SCOPED(key_wipe) struct key key = {{0}};
    enum status found;

    TRY(wrapping(old, &wrap));
    found = read_key(store, &wrap, &key);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    TRY(wrapping(new, &wrap));
    return store_key(store, &wrap, &key);
}

/* ---- Values ---- */

enum status conceal_value(struct store *store, struct text place,
                          struct text value, struct buf *concealed)
{
    SCOPED(key_wipe) struct key key;
    SCOPED(memory_drop) unsigned char *out = NULL;

    key = (struct key){{0}};
    if (value.size > VALUE_MAX_BYTES)
        return STATUS_LIMIT;
    out = malloc(value.size + CONCEAL_MORE_BYTES);
    if (!out)
        return STATUS_NO_MEMORY;
    TRY(find_key(store, true, &key));
    TRY(encrypt(&key, place, value, out));
    buf_append_text(concealed, (struct text){(const char *)out,
                                             value.size + CONCEAL_MORE_BYTES});
    return buf_status(concealed);
}

static void secret_from(unsigned char *plain, size_t size, enum status *status,
                        struct secret *value_out)
{
    if (*status == STATUS_OK)
        *status =
            secret_set(value_out, (struct text){(const char *)plain, size});
    explicit_bzero(plain, size);
}

enum status conceal_reveal(struct store *store, struct text place,
                           struct text concealed, struct secret *value_out)
{
    SCOPED(key_wipe) struct key key = {{0}};
    SCOPED(memory_drop) unsigned char *plain = NULL;
    enum status status;

    if (concealed.size < CONCEAL_MORE_BYTES ||
        concealed.size > VALUE_MAX_BYTES + CONCEAL_MORE_BYTES)
        return STATUS_INVALID;
    plain = calloc(1, concealed.size);
    if (!plain)
        return STATUS_NO_MEMORY;
    TRY(find_key(store, false, &key));
    status = decrypt(&key, place, concealed, plain);
    secret_from(plain, concealed.size - CONCEAL_MORE_BYTES, &status, value_out);
    return status;
}
