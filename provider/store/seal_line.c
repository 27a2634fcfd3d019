#include "provider/store/seal_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char kind[] = "smsprovider checkpoint 1";

static void write_claim(const struct seal_line *line, char out[SEAL_LINE_BYTES])
{
    snprintf(out, SEAL_LINE_BYTES,
             "store=%s serial=%" PRId64 " time=%" PRId64 " start=%" PRId64
             " audit=%" PRId64 " head=%s rows=%s key=%s",
             line->store, line->serial, line->time_ms, line->start, line->audit,
             line->head, line->rows, line->key);
}

enum status seal_line_write(const struct seal_line *line,
                            const struct seal_key *key,
                            char text_out[SEAL_LINE_BYTES])
{
    write_claim(line, text_out);
    return seal_text_sign(kind, key, text_out);
}

/* Only lines that we would write ourselves are accepted. */
static bool read_claim(const char *text, struct seal_line *line)
{
    char again[SEAL_LINE_BYTES];

    if (sscanf(text,
               "store=%32[0-9a-f] serial=%" SCNd64 " time=%" SCNd64
               " start=%" SCNd64 " audit=%" SCNd64
               " head=%64[0-9A-F] rows=%64[0-9a-f] key=%16[0-9a-f]",
               line->store, &line->serial, &line->time_ms, &line->start,
               &line->audit, line->head, line->rows, line->key) != 8)
        return false;
    write_claim(line, again);
    return strcmp(again, text) == 0 && strlen(line->store) == 32 &&
           strlen(line->head) == 64 && strlen(line->rows) == 64 &&
           strlen(line->key) == 16 && line->serial > 0 && line->start >= 0 &&
           line->audit >= line->start;
}

enum status seal_line_read(struct text text, const struct seal_key *key,
                           struct seal_line *line_out)
{
    struct seal_text parts;

    TRY(seal_text_read(text, &parts));
    if (!read_claim(parts.claim, line_out))
        return STATUS_INVALID;
    return seal_text_check(&parts, kind, key);
}
