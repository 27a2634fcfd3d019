/*
 * A file must read the same to a person as to the program.
 *
 * An editor shows as one line what YAML 1.1 reads as two (U+2028, U+2029,
 * U+0085, a bare CR): an administrator after it looks like part of a comment to
 * a reviewer. Bidirectional controls show a line in another order than it is
 * read in.
 */
#pragma once

#include "policy/message.h"

/* STATUS_INVALID, with the place, for the first deceptive character, and for
 * text that is not UTF-8. */
MUST_CHECK
enum status readable_check(const char *file, struct text text,
                           struct policy_messages *messages);
