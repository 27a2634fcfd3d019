/*
 * A file says to the program what it shows to a person.
 *
 * An editor shows as one line what YAML 1.1 reads as two (U+2028, U+2029,
 * U+0085, a bare CR): an administrator behind it stands in a comment for
 * whoever reviews the file. Bidirectional controls show a line in another order
 * than it is read in.
 */
#pragma once

#include "policy/message.h"

/* STATUS_INVALID, with the place, for the first character that deceives, and
 * for text that is not UTF-8. */
MUST_CHECK
enum status readable_check(const char *file, struct text text,
                           struct policy_messages *messages);
