#include "provider/store/seal_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/buf.h"

static const char domain[] = "smsprovider checkpoint 1\n";
static const char signed_by[] = " signature=";

enum { SIGNED_MAX_BYTES = SEAL_LINE_BYTES + sizeof(domain) };

static int write_claim(const struct seal_line *line, char *out, size_t size)
{
    return snprintf(out, size,
                    "store=%s serial=%" PRId64 " time=%" PRId64
                    " audit=%" PRId64 " head=%s rows=%s key=%s",
                    line->store, line->serial, line->time_ms, line->audit,
                    line->head, line->rows, line->key);
}

/* What is signed, behind words that no other use of the key begins with. */
static struct text message_of(struct text claim, char out[SIGNED_MAX_BYTES])
{
    memcpy(out, domain, sizeof(domain) - 1);
    memcpy(out + sizeof(domain) - 1, claim.data, claim.size);
    return (struct text){out, sizeof(domain) - 1 + claim.size};
}

enum status seal_line_write(const struct seal_line *line,
                            const struct seal_key *key,
                            char text_out[SEAL_LINE_BYTES])
{
    unsigned char signature[SEAL_SIGNATURE_BYTES];
    char message[SIGNED_MAX_BYTES];
    const int size = write_claim(line, text_out, SEAL_LINE_BYTES);
    size_t at = (size_t)size;

    if (size < 0 ||
        at + strlen(signed_by) + 2 * sizeof(signature) + 1 >= SEAL_LINE_BYTES)
        return STATUS_LIMIT;
    TRY(seal_key_sign(key, message_of((struct text){text_out, at}, message),
                      signature));
    strcpy(text_out + at, signed_by);
    at += strlen(signed_by);
    for (size_t i = 0; i < sizeof(signature); i++)
        snprintf(text_out + at + 2 * i, 3, "%02x", signature[i]);
    return STATUS_OK;
}

static bool read_hex(const char *hex, unsigned char *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned value;
        char two[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        char again[3];

        if (sscanf(two, "%2x", &value) != 1)
            return false;
        snprintf(again, sizeof(again), "%02x", value);
        if (strcmp(two, again) != 0)
            return false;
        out[i] = (unsigned char)value;
    }
    return true;
}

/* Only what we would write ourselves reads as a line. */
static bool read_claim(const char *text, struct seal_line *line)
{
    char again[SEAL_LINE_BYTES];

    if (sscanf(text,
               "store=%32[0-9a-f] serial=%" SCNd64 " time=%" SCNd64
               " audit=%" SCNd64 " head=%64[0-9A-F] rows=%64[0-9a-f]"
               " key=%16[0-9a-f]",
               line->store, &line->serial, &line->time_ms, &line->audit,
               line->head, line->rows, line->key) != 7)
        return false;
    write_claim(line, again, sizeof(again));
    return strcmp(again, text) == 0 && strlen(line->store) == 32 &&
           strlen(line->head) == 64 && strlen(line->rows) == 64 &&
           strlen(line->key) == 16 && line->serial > 0 && line->audit >= 0;
}

enum status seal_line_read(struct text text, const struct seal_key *key,
                           struct seal_line *line_out)
{
    unsigned char signature[SEAL_SIGNATURE_BYTES];
    char message[SIGNED_MAX_BYTES];
    char copy[SEAL_LINE_BYTES];
    const size_t tail = strlen(signed_by) + 2 * SEAL_SIGNATURE_BYTES;
    size_t claim;

    if (text.size <= tail || text.size >= sizeof(copy) ||
        memchr(text.data, '\0', text.size))
        return STATUS_INVALID;
    claim = text.size - tail;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    if (strncmp(copy + claim, signed_by, strlen(signed_by)) != 0 ||
        !read_hex(copy + claim + strlen(signed_by), signature,
                  sizeof(signature)))
        return STATUS_INVALID;
    copy[claim] = '\0';
    if (!read_claim(copy, line_out))
        return STATUS_INVALID;
    return seal_key_fits(key, message_of((struct text){copy, claim}, message),
                         signature)
               ? STATUS_OK
               : STATUS_DENIED;
}
