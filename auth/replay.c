#include "auth/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/log.h"

enum { KEY_BYTES = 16, WAYS = 64, VERSION = 1 };

/* As it lies in the file: plain integers of this machine. */
struct slot {
    unsigned char key[KEY_BYTES]; /* of issuer and id */
    int64_t expires_at_s;         /* 0: free */
};

struct table {
    char magic[8];
    uint32_t version;
    uint32_t n_slots;
    struct slot slots[REPLAY_SLOTS];
};

struct replay {
    struct table *table; /* mapped */
};

/* One for all: two that are open at once, before and after a reload, map the
 * same file. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const char magic[8] = "SMSTOKEN";

static void fd_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A file of ours, of exactly this size; a new one is filled with zeros. */
static enum status open_file(const char *path, int *fd_out)
{
    SCOPED(fd_drop)
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat about;

    if (fd < 0 || fstat(fd, &about) != 0) {
        log_error("replay.open path=%s why=%s", path, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    if (!S_ISREG(about.st_mode) || (about.st_mode & 077) ||
        about.st_uid != geteuid() ||
        (about.st_size != 0 && about.st_size != sizeof(struct table))) {
        log_error("replay.open path=%s why=%s", path, "no memory of tokens");
        return STATUS_INVALID;
    }
    if (about.st_size == 0 && posix_fallocate(fd, 0, sizeof(struct table)) != 0)
        return STATUS_UNAVAILABLE;
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

static enum status map(const char *path, struct table **table_out)
{
    SCOPED(fd_drop) int fd = -1;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    void *memory;

    if (path) {
        TRY(open_file(path, &fd));
        flags = MAP_SHARED;
    }
    memory =
        mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE, flags, fd, 0);
    if (memory == MAP_FAILED)
        return STATUS_NO_MEMORY;
    *table_out = memory;
    return STATUS_OK;
}

static enum status check_head(struct table *table)
{
    static const char none[sizeof(magic)];

    if (memcmp(table->magic, none, sizeof(none)) == 0) {
        memcpy(table->magic, magic, sizeof(magic));
        table->version = VERSION;
        table->n_slots = REPLAY_SLOTS;
    }
    return memcmp(table->magic, magic, sizeof(magic)) == 0 &&
                   table->version == VERSION && table->n_slots == REPLAY_SLOTS
               ? STATUS_OK
               : STATUS_INVALID;
}

enum status replay_open(const char *path, struct replay **replay_out)
{
    SCOPED(replay_drop) struct replay *replay = calloc(1, sizeof(*replay));

    if (!replay)
        return STATUS_NO_MEMORY;
    TRY(map(path, &replay->table));
    TRY(check_head(replay->table));
    *replay_out = TAKE(replay);
    return STATUS_OK;
}

void replay_close(struct replay *replay)
{
    if (!replay)
        return;
    if (replay->table)
        munmap(replay->table, sizeof(*replay->table));
    free(replay);
}

/* No issuer contains the NUL between the two. */
static bool make_key(struct text issuer, struct text id,
                     unsigned char key_out[KEY_BYTES])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool made =
        context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
        EVP_DigestUpdate(context, issuer.data, issuer.size) == 1 &&
        EVP_DigestUpdate(context, "", 1) == 1 &&
        EVP_DigestUpdate(context, id.data, id.size) == 1 &&
        EVP_DigestFinal_ex(context, hash, NULL) == 1;

    EVP_MD_CTX_free(context);
    if (made)
        memcpy(key_out, hash, KEY_BYTES);
    return made;
}

/* The slots of a key are WAYS neighbours, wherever the table ends. */
static enum status insert(struct table *table,
                          const unsigned char key[KEY_BYTES],
                          int64_t expires_at_s, int64_t now_s)
{
    struct slot *free_slot = NULL;
    uint32_t first;

    memcpy(&first, key, sizeof(first));
    for (uint32_t i = 0; i < WAYS; i++) {
        struct slot *slot = &table->slots[(first + i) % REPLAY_SLOTS];

        if (slot->expires_at_s <= now_s) {
            if (!free_slot)
                free_slot = slot;
        } else if (memcmp(slot->key, key, KEY_BYTES) == 0) {
            return STATUS_CONFLICT;
        }
    }
    if (!free_slot)
        return STATUS_LIMIT;
    memcpy(free_slot->key, key, KEY_BYTES);
    free_slot->expires_at_s = expires_at_s;
    return STATUS_OK;
}

enum status replay_remember(struct replay *replay, struct text issuer,
                            struct text id, int64_t expires_at_s, int64_t now_s)
{
    unsigned char key[KEY_BYTES];
    enum status status;

    if (!make_key(issuer, id, key))
        return STATUS_NO_MEMORY;
    pthread_mutex_lock(&mutex);
    status = insert(replay->table, key, expires_at_s, now_s);
    pthread_mutex_unlock(&mutex);
    return status;
}
