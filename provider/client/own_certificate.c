#include "provider/client/own_certificate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/client/file.h"

enum { PEM_MAX_BYTES = 1024 * 1024, CHAIN_MAX = 16 };

void own_certificate_clear(struct own_certificate *own)
{
    sk_X509_pop_free(own->chain, X509_free);
    *own = (struct own_certificate){0};
}

void certificate_name_write(const X509_NAME *name, char *out, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long n = 0;

    if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
        n = BIO_get_mem_data(bio, &text);
    snprintf(out, size, "%.*s", (int)n, n > 0 ? text : "");
    BIO_free(bio);
}

int64_t certificate_time_s(const ASN1_TIME *time)
{
    struct tm parts = {0};

    return ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts)
                                              : INT64_MAX;
}

static enum status unusable(struct failure *failure, const char *what,
                            const char *path, const char *why)
{
    return failure_set(failure, SMSCLIENT_USAGE, "file",
                       "The %s %s cannot be used: %s.", what, path, why);
}

static enum status read_pem(const char *what, const char *path,
                            struct failure *failure, struct buf *pem)
{
    const enum status read = file_read(path, pem);

    if (read == STATUS_OK)
        return STATUS_OK;
    return unusable(failure, what, path,
                    read == STATUS_LIMIT ? "it is too long" : strerror(errno));
}

static void drop_bio(BIO **bio)
{
    BIO_free(*bio);
}

/* True if there is simply no further object, as opposed to an unreadable
 * one. */
static bool is_end_of_blocks(void)
{
    const unsigned long error = ERR_peek_last_error();

    ERR_clear_error();
    return error == 0 || (ERR_GET_LIB(error) == ERR_LIB_PEM &&
                          ERR_GET_REASON(error) == PEM_R_NO_START_LINE);
}

static enum status read_chain(const char *path, struct failure *failure,
                              struct own_certificate *out)
{
    SCOPED(buf_free) struct buf pem = buf_make(PEM_MAX_BYTES);
    SCOPED(drop_bio) BIO *bio = NULL;
    X509 *one;

    TRY(read_pem("certificate", path, failure, &pem));
    bio = BIO_new_mem_buf(buf_text(&pem).data, (int)pem.size);
    out->chain = sk_X509_new_null();
    if (!bio || !out->chain)
        return STATUS_NO_MEMORY;
    while (sk_X509_num(out->chain) < CHAIN_MAX &&
           (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        if (!sk_X509_push(out->chain, one)) {
            X509_free(one);
            return STATUS_NO_MEMORY;
        }
    }
    if (!is_end_of_blocks())
        return unusable(failure, "certificate", path,
                        "a certificate in it is damaged");
    return sk_X509_num(out->chain) > 0 ? STATUS_OK
                                       : unusable(failure, "certificate", path,
                                                  "it contains no certificate");
}

static void describe(struct own_certificate *own)
{
    X509 *leaf = sk_X509_value(own->chain, 0);
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
    char *hex = number ? BN_bn2hex(number) : NULL;

    certificate_name_write(X509_get_issuer_name(leaf), own->issuer,
                           sizeof(own->issuer));
    snprintf(own->serial, sizeof(own->serial), "%s", hex ? hex : "");
    OPENSSL_free(hex);
    BN_free(number);
    own->from_s = certificate_time_s(X509_get0_notBefore(leaf));
    own->until_s = certificate_time_s(X509_get0_notAfter(leaf));
    own->is_for_clients = (X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE) &&
                          (X509_get_extended_key_usage(leaf) & XKU_SSL_CLIENT);
}

/* A passphrase is not prompted for here. */
static int no_passphrase(char *answer, int size, int writing, void *context)
{
    (void)answer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static enum status read_key(const char *path, struct failure *failure,
                            struct own_certificate *own)
{
    SCOPED(buf_wipe) struct buf pem = buf_make(PEM_MAX_BYTES);
    SCOPED(drop_bio) BIO *bio = NULL;
    EVP_PKEY *key;
    struct stat info;

    TRY(read_pem("key", path, failure, &pem));
    own->is_key_common = stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
                         (info.st_mode & S_IRWXO);
    bio = BIO_new_mem_buf(buf_text(&pem).data, (int)pem.size);
    if (!bio)
        return STATUS_NO_MEMORY;
    key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    own->is_key_readable = key != NULL;
    own->is_key_its_own =
        key && X509_check_private_key(sk_X509_value(own->chain, 0), key) == 1;
    EVP_PKEY_free(key);
    ERR_clear_error();
    return STATUS_OK;
}

enum status own_certificate_read(const char *certificate, const char *key,
                                 struct failure *failure,
                                 struct own_certificate *out)
{
    TRY(read_chain(certificate, failure, out));
    describe(out);
    return key ? read_key(key, failure, out) : STATUS_OK;
}
