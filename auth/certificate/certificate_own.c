/* The server's own certificate and key. */
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "auth/certificate/certificate_file.h"
#include "auth/certificate/private_key.h"
#include "auth/channel.h"
#include "auth/signer/key_provider.h"
#include "auth/why.h"

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

/* The key itself, or one that the signer uses for us. */
static enum status read_key(const struct auth_certificate_config *config,
                            EVP_PKEY *wanted, EVP_PKEY **key_out,
                            const char **why_out)
{
    return config->signer
               ? key_provider_load(config->signer, config->key, wanted, key_out,
                                   why_out)
               : private_key_read(config->key, wanted, key_out, why_out);
}

static enum status use_key(SSL_CTX *context,
                           const struct auth_certificate_config *config,
                           const char **why_out)
{
    EVP_PKEY *wanted = X509_get0_pubkey(SSL_CTX_get0_certificate(context));
    SCOPED(private_key_drop) EVP_PKEY *key = NULL;

    TRY(read_key(config, wanted, &key, why_out));
    *why_out = why_format("%s: is not the key of the certificate", config->key);
    return SSL_CTX_use_PrivateKey(context, key) == 1 &&
                   SSL_CTX_check_private_key(context) == 1
               ? STATUS_OK
               : STATUS_INVALID;
}

enum status auth_certificate_use(const struct auth_certificate_config *config,
                                 struct ssl_ctx_st *context,
                                 const char **why_out)
{
    enum status status = use_chain(context, config->certificate, why_out);

    if (status == STATUS_OK && config->key)
        status = use_key(context, config, why_out);
    ERR_clear_error();
    return status;
}
