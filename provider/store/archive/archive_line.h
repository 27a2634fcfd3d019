/*
 * The lines of an archive of audit records, as JSON: the head, a record each,
 * the seal. A line is read only if we would write the same bytes again: nothing
 * in it is outside the hash.
 */
#pragma once

#include "provider/store/archive/archive_seal.h"

enum { ARCHIVE_LINE_MAX_BYTES = 16 * 1024 * 1024 };

/* Behind which record it begins. */
void archive_line_head(const struct archive_seal *seal, struct buf *out);
MUST_CHECK
enum status archive_line_read_head(struct text line,
                                   struct archive_seal *seal_out);

void archive_line_record(const struct audit_entry *entry,
                         const unsigned char hash[AUDIT_SUM_BYTES],
                         struct buf *out);

struct archive_record {
    struct audit_entry entry; /* its texts are the root's, or in the buffer */
    unsigned char hash[AUDIT_SUM_BYTES];
    struct json_t *root; /* owned */
    struct buf bytes;    /* owned: texts that are no UTF-8 */
};
void archive_record_clear(struct archive_record *record);

/* STATUS_END: it is the seal instead, which text_out has. */
MUST_CHECK
enum status archive_line_read(struct text line,
                              struct archive_record *record_out,
                              char text_out[SEAL_LINE_BYTES]);

void archive_line_seal(const char *text, struct buf *out);
