/*
 * SSH keys with their terms: what is accepted has one spelling, and its key is
 * accepted alone.
 */
#include <assert.h>
#include <stdint.h>

#include "provider/base/base64.h"
#include "provider/base/identity.h"
#include "provider/base/own.h"
#include "provider/base/ssh_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Fuzzers find keys sooner where their bytes need not be Base64. */
static void try_blob(const char *type, struct text bytes)
{
    SCOPED(buf_free) struct buf line = buf_make(4096);
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    struct ssh_key key;
    const char *why;

    buf_append_format(&line, "%s ", type);
    base64_append(&line, BASE64_PLAIN, bytes);
    if (buf_status(&line) == STATUS_OK &&
        ssh_key_read(buf_text(&line), &blob, &key, &why) == STATUS_OK)
        assert(text_equal(buf_text(&blob), bytes));
}

static void try_grant(struct text said)
{
    SCOPED(buf_free) struct buf once = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf twice = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf core = buf_make(IDENTITY_MAX_BYTES);

    if (identity_of_ssh_key(said, &once) != STATUS_OK)
        return;
    assert(identity_of_ssh_key(buf_text(&once), &twice) == STATUS_OK);
    assert(text_equal(buf_text(&once), buf_text(&twice)));
    assert(identity_of_ssh_key(identity_core(IDENTITY_SSH_KEY, said), &core) ==
           STATUS_OK);
    assert(text_equal(buf_text(&core),
                      identity_core(IDENTITY_SSH_KEY, buf_text(&once))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"ssh-ed25519", "ssh-rsa",
                                        "ecdsa-sha2-nistp256",
                                        "sk-ssh-ed25519@openssh.com"};
    const struct text input = {(const char *)data, size};

    try_grant(input);
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        try_blob(types[i], input);
    return 0;
}
