#include "provider/daemon/envelope.h"

#include <openssl/pem.h>

#include <openssl/cms.h> /* has PEM if that is known before */

#include "provider/base/own.h"

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

static void pkey_drop(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void certificate_drop(X509 **certificate)
{
    X509_free(*certificate);
}

/* Frees the certificates too. */
static void chain_drop(struct stack_st_X509 **chain)
{
    sk_X509_pop_free(*chain, X509_free);
}

static void cms_drop(CMS_ContentInfo **cms)
{
    CMS_ContentInfo_free(*cms);
}

static BIO *reader_of(struct text text)
{
    return BIO_new_mem_buf(text.data ? text.data : "", (int)text.size);
}

static void take(BIO *from, struct buf *out)
{
    char *bytes = NULL;
    const long size = BIO_get_mem_data(from, &bytes);

    if (size > 0)
        buf_append(out, bytes, (size_t)size);
}

static struct stack_st_X509 *read_recipients(struct text certificate)
{
    SCOPED(bio_drop) BIO *from = reader_of(certificate);
    SCOPED(chain_drop) struct stack_st_X509 *to = sk_X509_new_null();
    SCOPED(certificate_drop)
    X509 *first = from ? PEM_read_bio_X509(from, NULL, NULL, NULL) : NULL;

    if (!to || !first || sk_X509_push(to, first) <= 0)
        return NULL;
    first = NULL;
    return TAKE(to);
}

enum status envelope_seal(struct text plain, struct text certificate,
                          struct buf *out)
{
    SCOPED(chain_drop) struct stack_st_X509 *to = read_recipients(certificate);
    SCOPED(bio_drop) BIO *from = reader_of(plain);
    SCOPED(bio_drop) BIO *written = BIO_new(BIO_s_mem());
    SCOPED(cms_drop) CMS_ContentInfo *cms = NULL;

    if (!from || !written)
        return STATUS_NO_MEMORY;
    if (!to)
        return STATUS_INVALID;
    cms = CMS_encrypt(to, from, EVP_aes_256_gcm(), CMS_BINARY);
    if (!cms || PEM_write_bio_CMS(written, cms) != 1)
        return STATUS_INVALID;
    take(written, out);
    return buf_status(out);
}

enum status envelope_open(struct text sealed, struct text key, struct buf *out)
{
    SCOPED(bio_drop) BIO *from = reader_of(sealed);
    SCOPED(bio_drop) BIO *key_from = reader_of(key);
    SCOPED(bio_drop) BIO *plain = BIO_new(BIO_s_secmem());
    SCOPED(cms_drop) CMS_ContentInfo *cms = NULL;
    SCOPED(pkey_drop) EVP_PKEY *mine = NULL;

    if (!from || !key_from || !plain)
        return STATUS_NO_MEMORY;
    cms = PEM_read_bio_CMS(from, NULL, NULL, NULL);
    mine = PEM_read_bio_PrivateKey(key_from, NULL, NULL, NULL);
    if (!cms || !mine || CMS_decrypt(cms, mine, NULL, NULL, plain, 0) != 1)
        return STATUS_INVALID;
    take(plain, out);
    return buf_status(out);
}
