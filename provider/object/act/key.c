/*
 * Rows and keys assigned by the site.
 */
#include <stdio.h>
#include <string.h>

#include "provider/object/act/key_sql.h"
#include "provider/object/object_private.h"

enum status site_code(struct store *store, char code_out[4])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    struct text code;

    found = store_row_with(store, SQL_SITE_CODE, (struct store_args){0}, &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_UNAVAILABLE : found;
    code = store_text(stmt, 0);
    if (code.size != 3)
        return STATUS_UNAVAILABLE;
    memcpy(code_out, code.data, 3);
    code_out[3] = '\0';
    return STATUS_OK;
}

enum status site_key(struct store *store, int64_t row,
                     char key_out[SITE_KEY_BYTES])
{
    char code[4];

    if (row < 0 || row > KEY_SERIAL_MAX)
        return STATUS_LIMIT;
    TRY(site_code(store, code));
    snprintf(key_out, SITE_KEY_BYTES, "%s%05X", code,
             (unsigned)row & KEY_SERIAL_MAX);
    return STATUS_OK;
}

enum status row_next(struct store *store, const struct object_class *class,
                     int64_t *row_out)
{
    int64_t last = 0;
    const enum status found =
        store_int_with(store, SQL_ROW_LAST,
                       STORE_ARGS(STORE_TEXT(text_of(class->table))), &last);

    if (found != STATUS_OK && found != STATUS_END)
        return found;
    *row_out = found == STATUS_OK ? last + 1 : 1;
    if (*row_out < class->first_row)
        *row_out = class->first_row;
    return STATUS_OK;
}
