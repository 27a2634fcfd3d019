#include "auth/certificate/certificate_file.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "auth/auth.h"
#include "auth/why.h"

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

void certificates_drop(STACK_OF(X509) * *certificates)
{
    sk_X509_pop_free(*certificates, X509_free);
}

static enum status take(void *context, const struct pem_block *block,
                        const char **why_out)
{
    STACK_OF(X509) *out = context;
    const unsigned char *at = (const unsigned char *)block->der.data;
    const unsigned char *end = at + block->der.size;
    X509 *certificate = d2i_X509(NULL, &at, (long)block->der.size);

    *why_out = "this certificate is damaged";
    if (!certificate || at != end) {
        X509_free(certificate);
        ERR_clear_error();
        return STATUS_INVALID;
    }
    if (sk_X509_push(out, certificate) > 0)
        return STATUS_OK;
    X509_free(certificate);
    return STATUS_NO_MEMORY;
}

enum status certificate_file_read(const char *path, unsigned beside,
                                  STACK_OF(X509) * *certificates_out,
                                  const char **why_out)
{
    const struct pem_wanted wanted = {PEM_KIND_CERTIFICATE, beside,
                                      "certificate"};
    SCOPED(certificates_drop) STACK_OF(X509) *read = sk_X509_new_null();

    *why_out = "no memory";
    if (!read)
        return STATUS_NO_MEMORY;
    TRY(pem_file_read(path, &wanted, take, read, why_out));
    *certificates_out = TAKE(read);
    return STATUS_OK;
}

enum status certificate_file_copy(const char *path, struct buf *out,
                                  const char **why_out)
{
    SCOPED(certificates_drop) STACK_OF(X509) *read = NULL;
    SCOPED(bio_drop) BIO *copy = BIO_new(BIO_s_mem());
    char *data = NULL;
    long size;

    TRY(certificate_file_read(path, 0, &read, why_out));
    *why_out = "no memory";
    for (int i = 0; i < sk_X509_num(read); i++)
        if (!copy || PEM_write_bio_X509(copy, sk_X509_value(read, i)) != 1)
            return STATUS_NO_MEMORY;
    size = BIO_get_mem_data(copy, &data);
    buf_append(out, data, size > 0 ? (size_t)size : 0);
    *why_out = why_format("%s: too long", path);
    return buf_status(out);
}

enum status auth_anchors_check(const char *path, const char **why_out)
{
    SCOPED(certificates_drop) STACK_OF(X509) *read = NULL;

    return certificate_file_read(path, 0, &read, why_out);
}
