#include "provider/store/seal_text.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/hex.h"

static const char signed_by[] = " signature=";

enum {
    KIND_MAX_BYTES = 64,
    SIGNED_MAX_BYTES = SEAL_LINE_BYTES + KIND_MAX_BYTES
};

/* What is signed. */
static struct text message_of(const char *kind, const char *claim,
                              char out[SIGNED_MAX_BYTES])
{
    const int size = snprintf(out, SIGNED_MAX_BYTES, "%s\n%s", kind, claim);

    return (struct text){out, (size_t)size};
}

enum status seal_text_sign(const char *kind, const struct seal_key *key,
                           char text[SEAL_LINE_BYTES])
{
    unsigned char signature[SEAL_SIGNATURE_BYTES];
    char message[SIGNED_MAX_BYTES];
    size_t at = strlen(text);

    if (at + strlen(signed_by) + 2 * sizeof(signature) + 1 >= SEAL_LINE_BYTES)
        return STATUS_LIMIT;
    TRY(seal_key_sign(key, message_of(kind, text, message), signature));
    strcpy(text + at, signed_by);
    at += strlen(signed_by);
    hex_write(signature, sizeof(signature), text + at);
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

enum status seal_text_read(struct text line, struct seal_text *text_out)
{
    const size_t tail = strlen(signed_by) + 2 * SEAL_SIGNATURE_BYTES;
    char *end;

    if (line.size <= tail || line.size >= sizeof(text_out->claim) ||
        memchr(line.data, '\0', line.size))
        return STATUS_INVALID;
    memcpy(text_out->claim, line.data, line.size);
    text_out->claim[line.size] = '\0';
    end = text_out->claim + line.size - tail;
    if (strncmp(end, signed_by, strlen(signed_by)) != 0 ||
        !read_hex(end + strlen(signed_by), text_out->signature,
                  sizeof(text_out->signature)))
        return STATUS_INVALID;
    *end = '\0';
    return STATUS_OK;
}

enum status seal_text_check(const struct seal_text *text, const char *kind,
                            const struct seal_key *key)
{
    char message[SIGNED_MAX_BYTES];

    return seal_key_fits(key, message_of(kind, text->claim, message),
                         text->signature)
               ? STATUS_OK
               : STATUS_DENIED;
}
