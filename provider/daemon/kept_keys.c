#include "provider/daemon/kept_keys.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "auth/certificate/private_key.h"
#include "provider/base/log.h"
#include "provider/daemon/envelope.h"
#include "provider/store/seal_key.h"

enum { LINE_BYTES = 64 };

struct kept_key {
    const char *name;
    const char *path; /* NULL: the site has none */
};

static void find(const struct config *config,
                 struct kept_key keys_out[KEPT_KEYS_MAX])
{
    keys_out[0] = (struct kept_key){"store", config->store_key};
    keys_out[1] = (struct kept_key){"ssh-authority", config->ssh.authority};
    keys_out[2] = (struct kept_key){"offline", config->offline.key};
}

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

static enum status refuse(const struct kept_key *key, const char *why,
                          enum status status)
{
    log_error("keys.refused key=%s path=%s why=%s", key->name, key->path, why);
    return status;
}

/* ---- As text ---- */

/* "Key: store", then PEM. */
static void name_line(const struct kept_key *key, char out[LINE_BYTES])
{
    snprintf(out, LINE_BYTES, "Key: %s\n", key->name);
}

static enum status put_key(const struct kept_key *key, struct buf *out)
{
    SCOPED(private_key_drop) EVP_PKEY *pkey = NULL;
    SCOPED(bio_drop) BIO *pem = BIO_new(BIO_s_secmem());
    char line[LINE_BYTES], *bytes = NULL;
    const char *why = "no memory";
    long size;

    if (private_key_read(key->path, NULL, &pkey, &why) != STATUS_OK)
        return refuse(key, why, STATUS_UNAVAILABLE);
    if (!pem ||
        PEM_write_bio_PrivateKey(pem, pkey, NULL, NULL, 0, NULL, NULL) != 1)
        return STATUS_NO_MEMORY;
    size = BIO_get_mem_data(pem, &bytes);
    name_line(key, line);
    buf_append_string(out, line);
    buf_append(out, bytes, (size_t)size);
    return buf_status(out);
}

/* Its PEM and all behind it; empty: this key is not kept. */
static struct text find_kept(const struct kept_key *key, struct text kept)
{
    char line[LINE_BYTES];
    const char *at;

    name_line(key, line);
    at = kept.size ? memmem(kept.data, kept.size, line, strlen(line)) : NULL;
    if (!at)
        return (struct text){0};
    at += strlen(line);
    return (struct text){at, kept.size - (size_t)(at - kept.data)};
}

/* ---- Keeping ---- */

enum status kept_keys_write(const struct config *config,
                            struct text certificate, struct buf *out)
{
    SCOPED(buf_wipe) struct buf plain = buf_make(KEPT_MAX_BYTES);
    struct kept_key keys[KEPT_KEYS_MAX];
    enum status status = STATUS_OK;

    find(config, keys);
    for (size_t i = 0; i < KEPT_KEYS_MAX && status == STATUS_OK; i++)
        if (keys[i].path)
            status = put_key(&keys[i], &plain);
    TRY(status);
    status = envelope_seal(buf_text(&plain), certificate, out);
    if (status != STATUS_OK)
        log_error("keys.not_kept why=%s",
                  "nothing can be encrypted for this certificate");
    return status;
}

/* ---- Putting back ---- */

/* STATUS_NOT_FOUND: it is to be put there. */
static enum status compare(const struct kept_key *key, struct text pem)
{
    SCOPED(private_key_drop) EVP_PKEY *present = NULL;
    SCOPED(private_key_drop) EVP_PKEY *kept = NULL;
    SCOPED(bio_drop) BIO *from = BIO_new_mem_buf(pem.data, (int)pem.size);
    const char *why = "";

    if (access(key->path, F_OK) != 0)
        return STATUS_NOT_FOUND;
    kept = from ? PEM_read_bio_PrivateKey(from, NULL, NULL, NULL) : NULL;
    if (private_key_read(key->path, NULL, &present, &why) != STATUS_OK)
        return refuse(key, why, STATUS_UNAVAILABLE);
    if (!kept || EVP_PKEY_eq(kept, present) != 1)
        return refuse(key, "there is another key: move it away first",
                      STATUS_CONFLICT);
    return STATUS_OK;
}

static enum status put_back(const struct kept_key *key, struct text kept,
                            struct kept_return *returned)
{
    const struct text pem = find_kept(key, kept);
    enum status status;

    if (!key->path || pem.size == 0)
        return STATUS_OK;
    status = compare(key, pem);
    if (status != STATUS_NOT_FOUND)
        return status;
    status = seal_key_put(key->path, pem);
    if (status != STATUS_OK)
        return refuse(key, "it cannot be written there", status);
    returned->paths[returned->n++] = key->path;
    log_info("keys.returned key=%s path=%s", key->name, key->path);
    return STATUS_OK;
}

enum status kept_keys_return(const struct config *config, struct text kept,
                             struct text key, struct kept_return *return_out)
{
    SCOPED(buf_wipe) struct buf plain = buf_make(KEPT_MAX_BYTES);
    struct kept_key keys[KEPT_KEYS_MAX];
    enum status status = envelope_open(kept, key, &plain);

    *return_out = (struct kept_return){0};
    if (status != STATUS_OK) {
        log_error("keys.not_returned why=%s",
                  "they are damaged, or for the holder of another key");
        return status;
    }
    find(config, keys);
    for (size_t i = 0; i < KEPT_KEYS_MAX && status == STATUS_OK; i++)
        status = put_back(&keys[i], buf_text(&plain), return_out);
    if (status != STATUS_OK)
        kept_keys_withdraw(return_out);
    return status;
}

void kept_keys_withdraw(const struct kept_return *returned)
{
    char public[PATH_MAX];

    for (size_t i = 0; i < returned->n; i++) {
        snprintf(public, sizeof(public), "%s.pub", returned->paths[i]);
        unlink(returned->paths[i]);
        unlink(public);
    }
}
