#include "provider/store/seal_start.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char kind[] = "smsprovider audit start 1";

static const char *const words[SEAL_N_STARTS] = {
    [SEAL_START_NONE] = "",
    [SEAL_START_TERM] = "term",
    [SEAL_START_ACCEPTED] = "accepted",
};

const char *seal_start_why_name(enum seal_start_why why)
{
    return words[why];
}

static void write_claim(const struct seal_start *start,
                        char out[SEAL_LINE_BYTES])
{
    snprintf(out, SEAL_LINE_BYTES,
             "store=%s start=%" PRId64 " time=%" PRId64
             " why=%s before=%" PRId64 " hash=%s key=%s",
             start->store, start->from.id, start->time_ms, words[start->why],
             start->before_ms, start->from.hash, start->key);
}

enum status seal_start_write(const struct seal_start *start,
                             const struct seal_key *key,
                             char text_out[SEAL_LINE_BYTES])
{
    write_claim(start, text_out);
    return seal_text_sign(kind, key, text_out);
}

static bool read_why(const char *word, enum seal_start_why *why_out)
{
    for (int i = SEAL_START_TERM; i < SEAL_N_STARTS; i++) {
        if (strcmp(word, words[i]) != 0)
            continue;
        *why_out = (enum seal_start_why)i;
        return true;
    }
    return false;
}

/* Only starts that we would write ourselves are accepted. */
static bool read_claim(const char *text, struct seal_start *start)
{
    char again[SEAL_LINE_BYTES];
    char word[16];

    if (sscanf(text,
               "store=%32[0-9a-f] start=%" SCNd64 " time=%" SCNd64
               " why=%15[a-z] before=%" SCNd64
               " hash=%64[0-9A-F] key=%16[0-9a-f]",
               start->store, &start->from.id, &start->time_ms, word,
               &start->before_ms, start->from.hash, start->key) != 7 ||
        !read_why(word, &start->why))
        return false;
    write_claim(start, again);
    return strcmp(again, text) == 0 && strlen(start->store) == 32 &&
           strlen(start->from.hash) == 64 && strlen(start->key) == 16 &&
           start->from.id > 0;
}

enum status seal_start_read(struct text text, const struct seal_key *key,
                            struct seal_start *start_out)
{
    struct seal_start start = {0};
    struct seal_text parts;

    if (text.size == 0) {
        *start_out = start;
        return STATUS_OK;
    }
    TRY(seal_text_read(text, &parts));
    if (!read_claim(parts.claim, &start))
        return STATUS_INVALID;
    *start_out = start;
    return seal_text_check(&parts, kind, key);
}
