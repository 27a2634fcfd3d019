#include "auth/signer/ssh_authority.h"

#include <string.h>

#include <openssl/rand.h>

#include "auth/certificate/private_key.h"
#include "auth/signer/distant_key.h"
#include "auth/why.h"
#include "provider/base/base64.h"
#include "provider/base/ssh_key.h"

enum { POINT_BYTES = 32, SIGNATURE_BYTES = 64, BLOB_BYTES = 4 + 11 + 4 + 32 };

#define TYPE "ssh-ed25519"

struct ssh_authority {
    struct distant_key *key; /* owned; NULL: signs nothing */
    char blob[BLOB_BYTES];
};

/* ---- Opening ---- */

static enum status take_public(struct ssh_authority *authority,
                               const EVP_PKEY *key)
{
    SCOPED(buf_free) struct buf blob = buf_make(BLOB_BYTES);
    unsigned char point[POINT_BYTES];
    size_t size = sizeof(point);

    if (!EVP_PKEY_is_a(key, "ED25519") ||
        EVP_PKEY_get_raw_public_key(key, point, &size) != 1 ||
        size != sizeof(point))
        return STATUS_INVALID;
    ssh_put_string(&blob, TEXT(TYPE));
    ssh_put_string(&blob, (struct text){(const char *)point, size});
    TRY(buf_status(&blob));
    memcpy(authority->blob, blob.data, sizeof(authority->blob));
    return STATUS_OK;
}

static enum status read_here(struct ssh_authority *authority, const char *path,
                             const char **why_out)
{
    SCOPED(private_key_drop) EVP_PKEY *key = NULL;

    TRY(private_key_read(path, NULL, &key, why_out));
    *why_out = why_format("%s: it is no Ed25519 key", path);
    return take_public(authority, key);
}

static enum status read_there(struct ssh_authority *authority,
                              struct signer *signer, const char *path,
                              const char **why_out)
{
    TRY(distant_key_read(signer, SIGNER_FOR_SSH, path, NULL, &authority->key,
                         why_out));
    *why_out = why_format("%s: it is no Ed25519 key", path);
    return take_public(authority, authority->key->public);
}

enum status ssh_authority_open(struct signer *signer, const char *path,
                               struct ssh_authority **authority_out,
                               const char **why_out)
{
    OWNED(ssh_authority) authority = calloc(1, sizeof(*authority));

    *why_out = "no memory";
    if (!authority)
        return STATUS_NO_MEMORY;
    TRY(signer ? read_there(authority, signer, path, why_out)
               : read_here(authority, path, why_out));
    *authority_out = TAKE(authority);
    return STATUS_OK;
}

void ssh_authority_free(struct ssh_authority *authority)
{
    if (authority)
        distant_key_free(authority->key);
    free(authority);
}

/* ---- Using ---- */

struct text ssh_authority_blob(const struct ssh_authority *authority)
{
    return (struct text){authority->blob, sizeof(authority->blob)};
}

void ssh_authority_write(const struct ssh_authority *authority, struct buf *out)
{
    buf_append_string(out, TYPE " ");
    base64_append(out, BASE64_PLAIN, ssh_authority_blob(authority));
}

static enum status put_signature(struct buf *out, struct text signature)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_CERTIFICATE_BYTES);

    ssh_put_string(&blob, TEXT(TYPE));
    ssh_put_string(&blob, signature);
    TRY(buf_status(&blob));
    ssh_put_string(out, buf_text(&blob));
    return STATUS_OK;
}

/* The certificate, in the words of a file -cert.pub. */
static enum status put_line(struct text whole, struct buf *out)
{
    struct text rest = whole, type;

    if (!ssh_string_read(&rest, &type))
        return STATUS_INVALID;
    buf_append_text(out, type);
    buf_append_char(out, ' ');
    base64_append(out, BASE64_PLAIN, whole);
    return buf_status(out);
}

enum status ssh_authority_certify(const struct ssh_authority *authority,
                                  const struct ssh_certificate *certificate,
                                  struct buf *out)
{
    SCOPED(buf_free) struct buf whole = buf_make(2 * SSH_CERTIFICATE_BYTES);
    unsigned char nonce[SSH_CERTIFICATE_NONCE_BYTES];
    unsigned char signature[SIGNATURE_BYTES];
    size_t size;

    if (!authority->key || RAND_bytes(nonce, sizeof(nonce)) != 1)
        return STATUS_UNAVAILABLE;
    TRY(ssh_certificate_write(certificate, nonce, ssh_authority_blob(authority),
                              &whole));
    TRY(distant_key_sign(authority->key, SIGNER_DIGEST_NONE, buf_text(&whole),
                         signature, sizeof(signature), &size));
    TRY(put_signature(&whole, (struct text){(const char *)signature, size}));
    return put_line(buf_text(&whole), out);
}
