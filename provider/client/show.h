/*
 * Makes text from a server safe for a terminal and for a field of a table.
 *
 * Control characters, bytes that are not UTF-8, and characters that reorder or
 * hide text never reach a terminal unescaped. Rule T92.
 */
#pragma once

#include "provider/base/buf.h"

/*
 * For people: as is, but with "\n", "\t", "\r" and "\u{1b}" for control
 * characters, "\u{202e}" for deceptive ones, and "\xff" for bytes that are not
 * UTF-8. A backslash is kept: names such as DOMAIN\user are shown as written.
 */
void show_text(struct buf *out, struct text text);

/*
 * For a tab-separated field: as show_text, but reversible. A backslash is
 * doubled, and escapes a leading = + - @ so that no spreadsheet takes the field
 * for a formula.
 */
void show_field(struct buf *out, struct text text);
