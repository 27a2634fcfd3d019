#include "provider/store/seal_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#ifdef SMS_SODIUM
#include <sodium.h>
#endif

#include "provider/base/buf.h"
#include "provider/base/log.h"
#include "provider/base/whole.h"

enum {
    KEY_FILE_MAX_BYTES = 4096,
    RAW_BYTES = 32,
    SECRET_BYTES = 64,
    PATH_MAX_BYTES = 4096
};

struct seal_key {
    EVP_PKEY *pkey; /* owned */
    bool is_private;
    unsigned char secret[SECRET_BYTES]; /* if it is private */
    char id[SEAL_KEY_ID_BYTES];
};

static void fd_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void pkey_drop(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
}

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

static void digest_drop(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

/* ---- Signing ---- */

#ifdef SMS_SODIUM
/*
 * Each change of the store is signed. libsodium does that in half the time; the
 * signatures are the same, byte for byte (RFC 8032), and OpenSSL verifies them.
 */
_Static_assert(SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(SEAL_SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");

static bool fill_secret(struct seal_key *key)
{
    unsigned char seed[RAW_BYTES], public[RAW_BYTES], known[RAW_BYTES];
    size_t seed_size = sizeof(seed), known_size = sizeof(known);
    const bool is_made =
        sodium_init() >= 0 &&
        EVP_PKEY_get_raw_private_key(key->pkey, seed, &seed_size) == 1 &&
        EVP_PKEY_get_raw_public_key(key->pkey, known, &known_size) == 1 &&
        crypto_sign_seed_keypair(public, key->secret, seed) == 0 &&
        memcmp(public, known, sizeof(known)) == 0;

    explicit_bzero(seed, sizeof(seed));
    return is_made;
}

static bool sign(const struct seal_key *key, struct text message,
                 unsigned char signature_out[SEAL_SIGNATURE_BYTES])
{
    return crypto_sign_detached(signature_out, NULL,
                                (const unsigned char *)message.data,
                                message.size, key->secret) == 0;
}
#else
static bool fill_secret(struct seal_key *key)
{
    (void)key; /* OpenSSL has it */
    return true;
}

static bool sign(const struct seal_key *key, struct text message,
                 unsigned char signature_out[SEAL_SIGNATURE_BYTES])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    size_t size = SEAL_SIGNATURE_BYTES;

    return digest &&
           EVP_DigestSignInit(digest, NULL, NULL, NULL, key->pkey) == 1 &&
           EVP_DigestSign(digest, signature_out, &size,
                          (const unsigned char *)message.data,
                          message.size) == 1 &&
           size == SEAL_SIGNATURE_BYTES;
}
#endif

/* ---- Making ---- */

/* A key that is not on the disk when the store refers to it would be lost by a
 * power cut. */
static enum status sync_directory(const char *path)
{
    char parent[PATH_MAX_BYTES];
    char *slash;
    SCOPED(fd_drop) int fd = -1;

    if (snprintf(parent, sizeof(parent), "%s", path) >= (int)sizeof(parent))
        return STATUS_LIMIT;
    slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent ? 1 : 0] = '\0';
    fd = open(slash ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

static enum status write_file(const char *path, mode_t mode, BIO *content)
{
    SCOPED(fd_drop)
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    char *bytes = NULL;
    const long size = BIO_get_mem_data(content, &bytes);

    if (fd < 0) {
        log_error("seal_key.make path=%s why=%s", path, strerror(errno));
        return errno == EEXIST ? STATUS_CONFLICT : STATUS_UNAVAILABLE;
    }
    if (size <= 0 || write(fd, bytes, (size_t)size) != size ||
        fchmod(fd, mode) != 0 || fsync(fd) != 0) {
        log_error("seal_key.make path=%s why=%s", path, strerror(errno));
        unlink(path);
        return STATUS_UNAVAILABLE;
    }
    return sync_directory(path);
}

static enum status write_public(const char *path, EVP_PKEY *pkey)
{
    SCOPED(bio_drop) BIO *content = BIO_new(BIO_s_mem());
    char name[PATH_MAX_BYTES];

    if (snprintf(name, sizeof(name), "%s.pub", path) >= (int)sizeof(name))
        return STATUS_LIMIT;
    if (!content || PEM_write_bio_PUBKEY(content, pkey) != 1)
        return STATUS_NO_MEMORY;
    if (unlink(name) != 0 && errno != ENOENT)
        return STATUS_UNAVAILABLE;
    return write_file(name, 0644, content);
}

static enum status put(const char *path, EVP_PKEY *pkey)
{
    SCOPED(bio_drop) BIO *content = BIO_new(BIO_s_secmem());

    if (!content ||
        PEM_write_bio_PrivateKey(content, pkey, NULL, NULL, 0, NULL, NULL) != 1)
        return STATUS_NO_MEMORY;
    TRY(write_file(path, 0600, content));
    return write_public(path, pkey);
}

enum status seal_key_make(const char *path)
{
    SCOPED(pkey_drop) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    return pkey ? put(path, pkey) : STATUS_NO_MEMORY;
}

/* ---- Reading ---- */

/* Only root and the owner, who runs this process: anybody else who owned the
 * key could seal anything. */
static bool is_guarded(const struct stat *about, bool is_private, bool is_look)
{
    const mode_t forbidden = is_private ? 077 : 022;
    const bool is_anybodys = is_look && geteuid() == 0;

    return S_ISREG(about->st_mode) && (about->st_mode & forbidden) == 0 &&
           (about->st_uid == 0 || about->st_uid == geteuid() || is_anybodys);
}

static enum status read_file(const char *path, struct buf *bytes,
                             struct stat *about)
{
    SCOPED(fd_drop)
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0 || fstat(fd, about) != 0) {
        log_error("seal_key.open path=%s why=%s", path, strerror(errno));
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE;
    }
    return S_ISREG(about->st_mode) ? whole_read(fd, bytes) : STATUS_INVALID;
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

static enum status parse(struct text bytes, struct seal_key *key)
{
    SCOPED(bio_drop)
    BIO *content = BIO_new_mem_buf(bytes.data, (int)bytes.size);

    if (!content)
        return STATUS_NO_MEMORY;
    key->is_private = memmem(bytes.data, bytes.size, "PRIVATE KEY", 11) != NULL;
    key->pkey =
        key->is_private
            ? PEM_read_bio_PrivateKey(content, NULL, no_passphrase, NULL)
            : PEM_read_bio_PUBKEY(content, NULL, no_passphrase, NULL);
    return key->pkey && EVP_PKEY_is_a(key->pkey, "ED25519") ? STATUS_OK
                                                            : STATUS_INVALID;
}

enum status seal_key_put(const char *path, struct text pem)
{
    SCOPED(pkey_drop) EVP_PKEY *pkey = NULL;
    struct seal_key key = {0};
    const enum status status = parse(pem, &key);

    pkey = key.pkey;
    TRY(status);
    return key.is_private ? put(path, pkey) : STATUS_INVALID;
}

static enum status make_id(struct seal_key *key)
{
    unsigned char raw[RAW_BYTES], hash[EVP_MAX_MD_SIZE];
    size_t size = sizeof(raw);

    if (EVP_PKEY_get_raw_public_key(key->pkey, raw, &size) != 1 ||
        EVP_Digest(raw, size, hash, NULL, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < SEAL_KEY_ID_BYTES / 2; i++)
        snprintf(key->id + 2 * i, 3, "%02x", hash[i]);
    return STATUS_OK;
}

/* Whoever can write to its directory could replace the key. */
static bool is_place_guarded(const char *path)
{
    char parent[PATH_MAX_BYTES];
    struct stat about;
    char *slash;

    if (snprintf(parent, sizeof(parent), "%s", path) >= (int)sizeof(parent))
        return false;
    slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent ? 1 : 0] = '\0';
    return stat(slash ? parent : ".", &about) == 0 &&
           ((about.st_mode & 022) == 0 || (about.st_mode & S_ISVTX));
}

static enum status open_key(const char *path, bool is_look,
                            struct seal_key **key_out)
{
    OWNED(seal_key) key = calloc(1, sizeof(*key));
    struct buf bytes = buf_make(KEY_FILE_MAX_BYTES);
    struct stat about;
    enum status status;

    if (!key)
        return STATUS_NO_MEMORY;
    status = read_file(path, &bytes, &about);
    if (status == STATUS_OK)
        status = parse(buf_text(&bytes), key);
    buf_wipe(&bytes);
    if (status == STATUS_NOT_FOUND || status == STATUS_UNAVAILABLE)
        return status;
    if (status != STATUS_OK || !is_guarded(&about, key->is_private, is_look)) {
        log_error("seal_key.open path=%s why=%s", path,
                  status != STATUS_OK
                      ? "no Ed25519 key in PEM"
                      : "must be a file of the provider's own user, or of "
                        "root, that its owner alone may read");
        return STATUS_INVALID;
    }
    if (key->is_private && !is_place_guarded(path)) {
        log_error("seal_key.open path=%s why=%s", path,
                  "its directory may be changed by others");
        return STATUS_INVALID;
    }
    if (key->is_private && !fill_secret(key))
        return STATUS_UNAVAILABLE;
    TRY(make_id(key));
    *key_out = TAKE(key);
    return STATUS_OK;
}

enum status seal_key_open(const char *path, struct seal_key **key_out)
{
    return open_key(path, false, key_out);
}

enum status seal_key_open_to_look(const char *path, struct seal_key **key_out)
{
    return open_key(path, true, key_out);
}

void seal_key_free(struct seal_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    explicit_bzero(key->secret, sizeof(key->secret));
    free(key);
}

bool seal_key_is_private(const struct seal_key *key)
{
    return key->is_private;
}

const char *seal_key_id(const struct seal_key *key)
{
    return key->id;
}

/* ---- Using ---- */

enum status seal_key_sign(const struct seal_key *key, struct text message,
                          unsigned char signature_out[SEAL_SIGNATURE_BYTES])
{
    if (!key->is_private)
        return STATUS_DENIED;
    return sign(key, message, signature_out) ? STATUS_OK : STATUS_NO_MEMORY;
}

bool seal_key_fits(const struct seal_key *key, struct text message,
                   const unsigned char signature[SEAL_SIGNATURE_BYTES])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();

    return digest &&
           EVP_DigestVerifyInit(digest, NULL, NULL, NULL, key->pkey) == 1 &&
           EVP_DigestVerify(digest, signature, SEAL_SIGNATURE_BYTES,
                            (const unsigned char *)message.data,
                            message.size) == 1;
}

enum status seal_key_derive(const struct seal_key *key, const char *label,
                            unsigned char secret_out[SEAL_SECRET_BYTES])
{
    unsigned char raw[RAW_BYTES];
    unsigned int size = 0;
    size_t n = sizeof(raw);
    const bool is_made =
        key->is_private &&
        EVP_PKEY_get_raw_private_key(key->pkey, raw, &n) == 1 &&
        HMAC(EVP_sha256(), raw, (int)n, (const unsigned char *)label,
             strlen(label), secret_out, &size) &&
        size == SEAL_SECRET_BYTES;

    explicit_bzero(raw, sizeof(raw));
    return is_made ? STATUS_OK : STATUS_NO_MEMORY;
}
