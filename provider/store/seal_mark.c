#include "provider/store/seal_mark.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/store_private.h"

enum {
    MAC_BYTES = 32,
    PATH_MAX_BYTES = 4096,
    READ_BYTES = 1 << 20,
};

/* As in the file, whose MAC is over the head, the sums and the database. */
struct mark_head {
    char magic[8];
    uint64_t n_bytes; /* of the database */
    uint64_t n_sums;
    unsigned char schema[SUM_HASH_BYTES];
};
static const char magic[8] = {'S', 'M', 'S', 'M', 'A', 'R', 'K', '2'};

struct mark {
    struct mark_head head;
    struct sums sums;
    unsigned char mac[MAC_BYTES];
};

static bool mark_path(struct store *store, const char *suffix,
                      char path_out[PATH_MAX_BYTES])
{
    const char *database = sqlite3_db_filename(store->db, "main");
    const int size = database && *database ? snprintf(path_out, PATH_MAX_BYTES,
                                                      "%s%s", database, suffix)
                                           : -1;

    return size > 0 && size < PATH_MAX_BYTES;
}

/* ---- The keyed hash ---- */

static void digest_drop(EVP_MAC_CTX **mac)
{
    EVP_MAC_CTX_free(*mac);
}

static EVP_MAC_CTX *begin_mac(const struct seal_key *key)
{
    unsigned char secret[SEAL_SECRET_BYTES];
    char sha256[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string("digest", sha256, 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    const bool is_begun =
        mac &&
        seal_key_derive(key, "smsprovider mark 1", secret) == STATUS_OK &&
        EVP_MAC_init(mac, secret, sizeof(secret), params) == 1;

    explicit_bzero(secret, sizeof(secret));
    EVP_MAC_free(hmac);
    if (is_begun)
        return mac;
    EVP_MAC_CTX_free(mac);
    return NULL;
}

/* What SQLite's own file says: opening it again would give up its locks. */
static sqlite3_file *database_file(struct store *store, int64_t *n_bytes_out)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 n_bytes = 0;

    if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER,
                             &file) != SQLITE_OK ||
        !file || !file->pMethods ||
        file->pMethods->xFileSize(file, &n_bytes) != SQLITE_OK)
        return NULL;
    *n_bytes_out = n_bytes;
    return file;
}

static bool add_database(EVP_MAC_CTX *mac, sqlite3_file *file, int64_t n_bytes)
{
    SCOPED(memory_drop) unsigned char *part = malloc(READ_BYTES);
    int64_t at = 0;

    while (part && at < n_bytes) {
        const int64_t rest = n_bytes - at;
        const int size = rest < READ_BYTES ? (int)rest : READ_BYTES;

        if (file->pMethods->xRead(file, part, size, at) != SQLITE_OK ||
            EVP_MAC_update(mac, part, (size_t)size) != 1)
            return false;
        at += size;
    }
    return part != NULL;
}

static size_t sums_size(const struct mark *mark)
{
    return mark->head.n_sums * sizeof(mark->sums.items[0]);
}

static bool make_mac(struct store *store, const struct seal *seal,
                     const struct mark *mark, unsigned char mac_out[MAC_BYTES])
{
    SCOPED(digest_drop) EVP_MAC_CTX *mac = begin_mac(seal->key);
    int64_t n_bytes = 0;
    sqlite3_file *file = database_file(store, &n_bytes);
    size_t size = 0;

    return mac && file && (uint64_t)n_bytes == mark->head.n_bytes &&
           EVP_MAC_update(mac, (const unsigned char *)&mark->head,
                          sizeof(mark->head)) == 1 &&
           EVP_MAC_update(mac, (const unsigned char *)mark->sums.items,
                          sums_size(mark)) == 1 &&
           add_database(mac, file, n_bytes) &&
           EVP_MAC_final(mac, mac_out, &size, MAC_BYTES) == 1 &&
           size == MAC_BYTES;
}

/* Everything is in the database itself, and nothing in its log. */
static bool has_no_log(struct store *store)
{
    char path[PATH_MAX_BYTES];
    struct stat about;

    if (!mark_path(store, "-wal", path))
        return false;
    return stat(path, &about) == 0 ? about.st_size == 0 : errno == ENOENT;
}

/* ---- Reading ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool read_part(int fd, void *into, size_t size)
{
    return read(fd, into, size) == (ssize_t)size;
}

static bool read_mark(struct store *store, struct mark *mark)
{
    char path[PATH_MAX_BYTES];
    SCOPED(close_fd) int fd = -1;

    if (!mark_path(store, "-mark", path))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || !read_part(fd, &mark->head, sizeof(mark->head)) ||
        memcmp(mark->head.magic, magic, sizeof(magic)) != 0 ||
        mark->head.n_sums > SUM_TABLES_MAX)
        return false;
    mark->sums.n = mark->head.n_sums;
    return read_part(fd, mark->sums.items, sums_size(mark)) &&
           read_part(fd, mark->mac, sizeof(mark->mac));
}

bool seal_mark_take(struct store *store, struct seal *seal)
{
    SCOPED(memory_drop) struct mark *mark = calloc(1, sizeof(*mark));
    unsigned char mac[MAC_BYTES];

    if (!mark || !has_no_log(store) || !read_mark(store, mark) ||
        !make_mac(store, seal, mark, mac))
        return false;
    if (CRYPTO_memcmp(mac, mark->mac, sizeof(mac)) != 0 &&
        !MUTANT("a7-any-mark"))
        return false;
    sums_copy(&seal->now, &mark->sums);
    memcpy(seal->schema, mark->head.schema, sizeof(seal->schema));
    return true;
}

/* ---- Leaving ---- */

static bool write_part(int fd, const void *from, size_t size)
{
    return write(fd, from, size) == (ssize_t)size;
}

/* The old one is replaced when the new one is on the disk. */
static bool write_mark(struct store *store, const struct mark *mark)
{
    char path[PATH_MAX_BYTES], made[PATH_MAX_BYTES];
    SCOPED(close_fd) int fd = -1;

    if (!mark_path(store, "-mark", path) ||
        !mark_path(store, "-mark.new", made))
        return false;
    unlink(made);
    fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && write_part(fd, &mark->head, sizeof(mark->head)) &&
        write_part(fd, mark->sums.items, sums_size(mark)) &&
        write_part(fd, mark->mac, sizeof(mark->mac)) && fsync(fd) == 0 &&
        rename(made, path) == 0)
        return true;
    unlink(made);
    return false;
}

static bool make_mark(struct store *store, struct mark *mark)
{
    const struct seal *seal = store->seal;
    int64_t n_bytes = 0;

    if (!database_file(store, &n_bytes) || !has_no_log(store))
        return false;
    memcpy(mark->head.magic, magic, sizeof(magic));
    mark->head.n_bytes = (uint64_t)n_bytes;
    mark->head.n_sums = seal->committed.n;
    memcpy(mark->head.schema, seal->schema, sizeof(seal->schema));
    sums_copy(&mark->sums, &seal->committed);
    return make_mac(store, seal, mark, mark->mac);
}

void seal_mark_leave(struct store *store)
{
    SCOPED(memory_drop) struct mark *mark = calloc(1, sizeof(*mark));

    if (!store->seal || store_is_lost(store) || store_is_busy(store))
        return;
    if (mark &&
        sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE,
                                  NULL, NULL) == SQLITE_OK &&
        make_mark(store, mark) && write_mark(store, mark))
        return;
    log_info("store.mark why=%s",
             "not written: the next start reads every row of the store");
}
