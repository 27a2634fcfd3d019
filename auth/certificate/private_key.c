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

struct choice {
    const EVP_PKEY *wanted; /* NULL: none may be chosen */
    EVP_PKEY *key;          /* owned; the best so far, or NULL */
};

static bool is_better(const struct choice *choice, const EVP_PKEY *key)
{
    return !choice->key || (EVP_PKEY_eq(choice->wanted, choice->key) != 1 &&
                            EVP_PKEY_eq(choice->wanted, key) == 1);
}

static enum status take_key(void *context, const struct pem_block *block,
                            const char **why_out)
{
    struct choice *choice = context;
    SCOPED(private_key_drop) EVP_PKEY *key = NULL;
    SCOPED(bio_drop)
    BIO *bio = BIO_new_mem_buf(block->text.data, (int)block->text.size);

    *why_out = "a second private key";
    if (choice->key && !choice->wanted)
        return STATUS_INVALID;
    *why_out = "this private key is damaged, or has a passphrase";
    if (!bio)
        return STATUS_NO_MEMORY;
    key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    if (!key)
        return STATUS_INVALID;
    if (is_better(choice, key)) {
        EVP_PKEY_free(choice->key);
        choice->key = TAKE(key);
    }
    return STATUS_OK;
}

static void choice_drop(struct choice *choice)
{
    EVP_PKEY_free(choice->key);
}

enum status private_key_read(const char *path, const EVP_PKEY *wanted,
                             EVP_PKEY **key_out, const char **why_out)
{
    static const struct pem_wanted kinds = {
        PEM_KIND_PRIVATE_KEY, PEM_KIND_CERTIFICATE | PEM_KIND_PARAMETERS,
        "private key"};
    SCOPED(choice_drop) struct choice choice = {.wanted = wanted};

    TRY(pem_file_read(path, &kinds, take_key, &choice, why_out));
    *key_out = TAKE(choice.key);
    return STATUS_OK;
}
