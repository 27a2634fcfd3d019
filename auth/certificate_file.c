#include "auth/certificate_file.h"

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

/* Nothing more of its kind, as against something that is no certificate. */
static bool is_at_end(void)
{
    const unsigned long error = ERR_peek_last_error();
    const bool is_end = ERR_GET_LIB(error) == ERR_LIB_PEM &&
                        ERR_GET_REASON(error) == PEM_R_NO_START_LINE;

    ERR_clear_error();
    return is_end;
}

static enum status read_all(BIO *file, STACK_OF(X509) * out)
{
    for (;;) {
        X509 *certificate = PEM_read_bio_X509(file, NULL, NULL, NULL);

        if (!certificate)
            return is_at_end() ? STATUS_OK : STATUS_INVALID;
        if (sk_X509_push(out, certificate) <= 0) {
            X509_free(certificate);
            return STATUS_NO_MEMORY;
        }
    }
}

enum status certificate_file_read(const char *path,
                                  STACK_OF(X509) * *certificates_out,
                                  const char **why_out)
{
    SCOPED(bio_drop) BIO *file = BIO_new_file(path, "r");
    SCOPED(certificates_drop) STACK_OF(X509) *read = sk_X509_new_null();

    *why_out = why_format("%s: cannot be read", path);
    if (!file)
        ERR_clear_error();
    if (!file || !read)
        return STATUS_UNAVAILABLE;
    *why_out = why_format("%s: a certificate in it cannot be read", path);
    TRY(read_all(file, read));
    *why_out = why_format("%s: holds no certificate", path);
    if (sk_X509_num(read) == 0)
        return STATUS_INVALID;
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

    TRY(certificate_file_read(path, &read, why_out));
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

    return certificate_file_read(path, &read, why_out);
}
