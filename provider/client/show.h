/*
 * Makes text from a server safe for a terminal and for a field of a table.
 *
 * Control characters, bytes that are not UTF-8, and characters that reorder or
 * hide text never reach a terminal unescaped. Rule T92.
 */
#pragma once

#include <stdio.h>

#include <jansson.h>

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

/*
 * JSON in ASCII without control characters, lines of the layout aside, as
 * flags of json_dumps() say; into memory, or a file. STATUS_UNAVAILABLE: it
 * could not be written.
 */
enum status show_json(struct buf *out, const json_t *value, size_t flags);
enum status show_json_file(FILE *file, const json_t *value, size_t flags);
