#include "provider/store/archive/archive_look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/store/archive/archive_line.h"

struct looking {
    FILE *file;
    const struct seal_key *key;
    struct archive_found *found;
    struct buf line; /* the last that was read */
    struct archive_seal head;
    int64_t last; /* record */
    unsigned char hash[AUDIT_SUM_BYTES];
};

static void looking_clear(struct looking *looking)
{
    if (looking->file)
        fclose(looking->file);
    buf_free(&looking->line);
}

__attribute__((format(printf, 2, 3))) static enum status wrong(
    struct looking *looking, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(looking->found->problem, ARCHIVE_PROBLEM_BYTES, format, args);
    va_end(args);
    return STATUS_INVALID;
}

/* Without its end. STATUS_END: there is none. The file may be anybody's: of a
 * line without an end no more is read than the longest has. */
static enum status next_line(struct looking *looking, struct text *line_out)
{
    struct buf *line = &looking->line;
    int byte;

    buf_clear(line);
    while ((byte = getc_unlocked(looking->file)) != EOF && byte != '\n' &&
           buf_status(line) == STATUS_OK)
        buf_append_char(line, (char)byte);
    if (ferror(looking->file))
        return STATUS_UNAVAILABLE;
    if (buf_status(line) == STATUS_LIMIT)
        return wrong(looking, "it has a line that is longer than any record");
    TRY(buf_status(line));
    if (byte == EOF)
        return line->size == 0 ? STATUS_END
                               : wrong(looking, "it was cut within a line");
    *line_out = buf_text(line);
    return STATUS_OK;
}

static enum status take_head(struct looking *looking)
{
    struct text line = {0};
    const enum status got = next_line(looking, &line);

    if (got == STATUS_UNAVAILABLE || got == STATUS_INVALID)
        return got;
    if (got == STATUS_END ||
        archive_line_read_head(line, &looking->head) != STATUS_OK)
        return wrong(looking, "it is no archive of audit records");
    looking->last = looking->head.before.id;
    audit_sum_read(looking->head.before.hash, looking->hash);
    return STATUS_OK;
}

static enum status check_record(struct looking *looking,
                                const struct archive_record *record)
{
    unsigned char hash[AUDIT_SUM_BYTES];
    const int64_t id = record->entry.numbers[COLUMN_ID];

    TRY(audit_entry_sum(looking->hash, &record->entry, hash));
    if (id != looking->last + 1 ||
        memcmp(hash, record->hash, sizeof(hash)) != 0)
        return wrong(looking, "it is broken at record %lld",
                     (long long)looking->last + 1);
    looking->last = id;
    memcpy(looking->hash, hash, sizeof(hash));
    return STATUS_OK;
}

static enum status check_seal(struct looking *looking, const char *text)
{
    struct archive_found *found = looking->found;
    const struct archive_seal *seal = &found->seal;
    char hash[AUDIT_HASH_BYTES];
    struct text rest;
    enum status status =
        archive_seal_read(text_of(text), looking->key, &found->seal);

    found->is_signed = status == STATUS_OK;
    if (status != STATUS_OK && status != STATUS_DENIED)
        return wrong(looking, "its seal cannot be read");
    audit_sum_write(looking->hash, hash);
    if (strcmp(seal->store, looking->head.store) != 0 ||
        seal->before.id != looking->head.before.id ||
        strcmp(seal->before.hash, looking->head.before.hash) != 0 ||
        seal->last.id != looking->last || strcmp(seal->last.hash, hash) != 0)
        return wrong(looking, "its seal is that of other records");
    /* With its own key's name, a signature that does not fit is a change. */
    if (!found->is_signed && strcmp(seal->key, seal_key_id(looking->key)) == 0)
        return wrong(looking, "its seal was changed");
    status = next_line(looking, &rest);
    if (status == STATUS_OK)
        return wrong(looking, "there is more behind its seal");
    return status == STATUS_END ? STATUS_OK : status;
}

/* STATUS_END: at its seal, which was right. */
static enum status take_line(struct looking *looking)
{
    SCOPED(archive_record_clear) struct archive_record record = {.root = NULL};
    char seal[SEAL_LINE_BYTES];
    struct text line = {0};
    enum status got = next_line(looking, &line);

    if (got == STATUS_END)
        return wrong(looking, "it was cut behind record %lld",
                     (long long)looking->last);
    TRY(got);
    got = archive_line_read(line, &record, seal);
    if (got == STATUS_INVALID)
        return wrong(looking, "it is broken at record %lld",
                     (long long)looking->last + 1);
    if (got == STATUS_OK)
        return check_record(looking, &record);
    if (got != STATUS_END)
        return got;
    TRY(check_seal(looking, seal));
    return STATUS_END;
}

static enum status look(struct looking *looking)
{
    enum status status = take_head(looking);

    while (status == STATUS_OK)
        status = take_line(looking);
    return status;
}

enum status archive_look(const char *path, const struct seal_key *key,
                         struct archive_found *found_out)
{
    SCOPED(looking_clear)
    struct looking looking = {.file = fopen(path, "re"),
                              .key = key,
                              .found = found_out,
                              .line = buf_make(ARCHIVE_LINE_MAX_BYTES)};
    enum status status;

    *found_out = (struct archive_found){.is_whole = false};
    if (!looking.file) {
        log_error("archive.open path=%s why=%s", path, strerror(errno));
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE;
    }
    status = look(&looking);
    found_out->is_whole = status == STATUS_END;
    return status == STATUS_END || status == STATUS_INVALID ? STATUS_OK
                                                            : status;
}
