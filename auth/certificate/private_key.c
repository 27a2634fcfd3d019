#include "auth/certificate/private_key.h"

#include <openssl/pem.h>

#include "auth/certificate/pem_file.h"

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

void private_key_drop(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
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

enum status private_key_read(const char *path, EVP_PKEY **key_out,
                             const char **why_out)
{
    static const struct pem_wanted wanted = {
        PEM_KIND_PRIVATE_KEY, PEM_KIND_CERTIFICATE | PEM_KIND_PARAMETERS,
        "private key"};
    SCOPED(private_key_drop) EVP_PKEY *key = NULL;

    TRY(pem_file_read(path, &wanted, take_key, &key, why_out));
    *key_out = TAKE(key);
    return STATUS_OK;
}
