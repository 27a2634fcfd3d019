/*
 * Names that people choose by: of administrators, groups, roles, scopes,
 * collections and anything else picked from a list.
 *
 * Two names that differ to the program and look alike to a person let one pass
 * for the other. So a name has one form (NFC), none of its words mixes scripts,
 * and lookalike names are reported to whoever keeps names unique. Unicode
 * defines what looks alike (UTS 39, by ICU). Rule T53.
 */
#pragma once

#include "provider/base/buf.h"

/* NULL if it is a valid name, else its fault: "is ..", "has ..". */
const char *name_fault(struct text name, size_t max_bytes);

/* Does a word of the name, or the part before its realm, mix scripts that do
 * not belong together? */
bool name_mixes_scripts(struct text part);

/*
 * Appends the appearance of a name: equal for names that a person confuses,
 * regardless of case. is_among_plain: it and all it is compared with are ASCII,
 * which is cheaper. STATUS_INVALID if it is not text.
 */
MUST_CHECK
enum status name_look(struct text name, bool is_among_plain, struct buf *out);

/*
 * Do two different names look the same? Plain ASCII names are compared without
 * case and repeated blanks ("rn" is not m, and 1 is not l), others by their
 * appearance, which is given.
 */
bool name_is_alike(struct text a, struct text look_a, struct text b,
                   struct text look_b);
