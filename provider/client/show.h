/*
 * Text from a server, made fit for a terminal and for a field of a table.
 *
 * Control characters, bytes that are not UTF-8, and characters that reorder
 * or hide text never reach a terminal raw. Rule T92.
 */
#pragma once

#include "provider/base/buf.h"

/*
 * For people: as it is, but "\n", "\t", "\r" and "\u{1b}" for control
 * characters, "\u{202e}" for what deceives the eye, and "\xff" for bytes that
 * are no UTF-8. A backslash stays one: names such as DOMAIN\user are shown as
 * they are written.
 */
void show_text(struct buf *out, struct text text);

/*
 * For a tab-separated field: as show_text, but reversible. A backslash is
 * doubled, and stands before a leading = + - @ so that no spreadsheet takes
 * the field for a formula.
 */
void show_field(struct buf *out, struct text text);
