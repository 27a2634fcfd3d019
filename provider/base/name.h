/*
 * Names that people choose by: administrators, groups, roles, scopes,
 * collections and what else is picked from a list.
 *
 * Two names that are different to the program and alike to a person let one
 * pass for the other. So a name has one form (NFC), no word of it mixes
 * scripts, and two names that look alike are told as such to whoever keeps
 * names apart. What looks alike is Unicode's to say (UTS 39, by ICU).
 * Rule T53.
 */
#pragma once

#include "provider/base/buf.h"

/* NULL when it is fit for a name, else what it is not: "is ..", "has ..". */
const char *name_fault(struct text name, size_t max_bytes);

/* Letters of scripts that do not go together in the part of a name that is one
 * word to the program: what stands before the realm. */
bool name_mixes_scripts(struct text part);

/*
 * Appends what a name looks like: equal for names that a person takes for one
 * another, in whatever case. is_among_plain: it and all that it is compared
 * with are ASCII, which costs less. STATUS_INVALID for what is no text.
 */
MUST_CHECK
enum status name_look(struct text name, bool is_among_plain, struct buf *out);

/*
 * Do the looks of two different names make them one? Plain ASCII names differ
 * but for their case and double blanks ("rn" is no m there, and 1 is no l),
 * others by their looks, which are given.
 */
bool name_is_alike(struct text a, struct text look_a, struct text b,
                   struct text look_b);
