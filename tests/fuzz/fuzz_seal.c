/*
 * Checkpoints and starts of the audit as they come from a database, an anchor
 * or a log: what reads as one is written again as the same bytes; and the tags
 * that name tables.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "provider/store/seal_line.h"
#include "provider/store/seal_start.h"
#include "provider/store/seal_sum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct seal_key *make_key(void)
{
    char path[] = "/tmp/fuzz_seal.XXXXXX/key";
    char public[sizeof(path) + 4];
    char *slash = strrchr(path, '/');
    struct seal_key *key = NULL;

    *slash = '\0';
    assert(mkdtemp(path));
    *slash = '/';
    assert(seal_key_make(path) == STATUS_OK);
    assert(seal_key_open(path, &key) == STATUS_OK);
    memcpy(public, path, sizeof(path));
    strcat(public, ".pub");
    unlink(public);
    unlink(path);
    *slash = '\0';
    rmdir(path);
    return key;
}

/* Anybody can sign what they have the key for: the claim is what is read. */
static void check_line(const struct seal_key *key, struct text input)
{
    struct seal_line line;
    char text[SEAL_LINE_BYTES];
    const enum status status = seal_line_read(input, key, &line);

    if (status != STATUS_OK && status != STATUS_DENIED)
        return;
    assert(seal_line_write(&line, key, text) == STATUS_OK);
    assert(input.size == strlen(text));
    /* All but the signature's 128 digits. */
    assert(memcmp(input.data, text, input.size - 128) == 0);
}

static void check_start(const struct seal_key *key, struct text input)
{
    struct seal_start start;
    char text[SEAL_LINE_BYTES];
    const enum status status = seal_start_read(input, key, &start);

    if (input.size == 0 || (status != STATUS_OK && status != STATUS_DENIED))
        return;
    assert(seal_start_write(&start, key, text) == STATUS_OK);
    assert(input.size == strlen(text));
    assert(memcmp(input.data, text, input.size - 128) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct seal_key *key;
    const struct text input = {(const char *)data, size};
    const size_t half = size / 2;
    SCOPED(buf_free) struct buf names = buf_make(1 << 16);

    if (!key)
        key = make_key();
    check_line(key, input);
    check_start(key, input);
    sums_name_differences((struct text){input.data, half},
                          (struct text){input.data + half, size - half},
                          &names);
    return 0;
}
