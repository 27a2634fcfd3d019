/* The server's own certificate and key. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "auth/certificate/certificate_file.h"
#include "auth/channel.h"
#include "auth/why.h"

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

static void key_drop(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static enum status use_chain(SSL_CTX *context, const char *path,
                             const char **why_out)
{
    SCOPED(certificates_drop) STACK_OF(X509) *chain = NULL;

    TRY(certificate_file_read(path, PEM_KIND_PRIVATE_KEY | PEM_KIND_PARAMETERS,
                              &chain, why_out));
    *why_out = why_format("%s: cannot be the server's certificate", path);
    if (SSL_CTX_use_certificate(context, sk_X509_value(chain, 0)) != 1)
        return STATUS_INVALID;
    for (int i = 1; i < sk_X509_num(chain); i++)
        if (SSL_CTX_add1_chain_cert(context, sk_X509_value(chain, i)) != 1)
            return STATUS_INVALID;
    return STATUS_OK;
}

/* There is nobody to prompt for a passphrase. */
static int no_passphrase(char *answer, int size, int writing, void *context)
{
    (void)answer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static enum status take_key(void *context, const struct pem_block *block,
                            const char **why_out)
{
    EVP_PKEY **key_out = context;
    SCOPED(bio_drop)
    BIO *bio = BIO_new_mem_buf(block->text.data, (int)block->text.size);

    *why_out = "a second private key";
    if (*key_out)
        return STATUS_INVALID;
    *why_out = "this private key is damaged, or has a passphrase";
    if (!bio)
        return STATUS_NO_MEMORY;
    *key_out = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    return *key_out ? STATUS_OK : STATUS_INVALID;
}

static enum status use_key(SSL_CTX *context, const char *path,
                           const char **why_out)
{
    static const struct pem_wanted wanted = {
        PEM_KIND_PRIVATE_KEY, PEM_KIND_CERTIFICATE | PEM_KIND_PARAMETERS,
        "private key"};
    SCOPED(key_drop) EVP_PKEY *key = NULL;

    TRY(pem_file_read(path, &wanted, take_key, &key, why_out));
    *why_out = why_format("%s: is not the key of the certificate", path);
    return SSL_CTX_use_PrivateKey(context, key) == 1 &&
                   SSL_CTX_check_private_key(context) == 1
               ? STATUS_OK
               : STATUS_INVALID;
}

enum status auth_certificate_use(const char *certificate, const char *key,
                                 struct ssl_ctx_st *context,
                                 const char **why_out)
{
    enum status status = use_chain(context, certificate, why_out);

    if (status == STATUS_OK)
        status = use_key(context, key, why_out);
    ERR_clear_error();
    return status;
}
