#include "provider/store/archive/archive_seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char kind[] = "smsprovider audit archive 1";

static void write_claim(const struct archive_seal *seal,
                        char out[SEAL_LINE_BYTES])
{
    snprintf(out, SEAL_LINE_BYTES,
             "store=%s behind=%" PRId64 " before=%s last=%" PRId64
             " hash=%s time=%" PRId64 " key=%s",
             seal->store, seal->before.id, seal->before.hash, seal->last.id,
             seal->last.hash, seal->time_ms, seal->key);
}

enum status archive_seal_write(const struct archive_seal *seal,
                               const struct seal_key *key,
                               char text_out[SEAL_LINE_BYTES])
{
    write_claim(seal, text_out);
    return seal_text_sign(kind, key, text_out);
}

/* Only seals that we would write ourselves are accepted. */
static bool read_claim(const char *text, struct archive_seal *seal)
{
    char again[SEAL_LINE_BYTES];

    if (sscanf(text,
               "store=%32[0-9a-f] behind=%" SCNd64
               " before=%64[0-9A-F] last=%" SCNd64
               " hash=%64[0-9A-F] time=%" SCNd64 " key=%16[0-9a-f]",
               seal->store, &seal->before.id, seal->before.hash, &seal->last.id,
               seal->last.hash, &seal->time_ms, seal->key) != 7)
        return false;
    write_claim(seal, again);
    return strcmp(again, text) == 0 && strlen(seal->store) == 32 &&
           strlen(seal->before.hash) == 64 && strlen(seal->last.hash) == 64 &&
           strlen(seal->key) == 16 && seal->before.id >= 0 &&
           seal->last.id > seal->before.id;
}

enum status archive_seal_read(struct text text, const struct seal_key *key,
                              struct archive_seal *seal_out)
{
    struct archive_seal seal = {0};
    struct seal_text parts;

    TRY(seal_text_read(text, &parts));
    if (!read_claim(parts.claim, &seal))
        return STATUS_INVALID;
    *seal_out = seal;
    return seal_text_check(&parts, kind, key);
}
