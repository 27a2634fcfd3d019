/*
 * The signed end of an archive of audit records: which it has, and the hashes
 * between which they lie. Signed with a prefix of its own, so that it is no
 * start of the audit (seal_start.h).
 *
 *
 *   store=ID behind=N before=HEX last=N hash=HEX time=MS key=ID signature=HEX
 */
#pragma once

#include "provider/store/audit.h"
#include "provider/store/seal_line.h"

struct archive_seal {
    char store[SEAL_STORE_ID_BYTES];
    struct audit_start before; /* the record behind which it begins */
    struct audit_start last;   /* its last record */
    int64_t time_ms;           /* when it was made */
    char key[SEAL_KEY_ID_BYTES];
};

MUST_CHECK
enum status archive_seal_write(const struct archive_seal *seal,
                               const struct seal_key *key,
                               char text_out[SEAL_LINE_BYTES]);

/* Like seal_line_read. */
MUST_CHECK
enum status archive_seal_read(struct text text, const struct seal_key *key,
                              struct archive_seal *seal_out);
