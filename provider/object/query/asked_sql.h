/*
 * SQL that a caller's filter or query is part of.
 */
#pragma once

#include "provider/object/object_private.h"

/*
 * Prepares it. What nests too deeply for SQLite is the caller's error, at
 * property: STATUS_INVALID with the failure set.
 */
MUST_CHECK
enum status asked_sql_prepare(struct object_call *call, const struct buf *sql,
                              const char *property,
                              struct store_stmt **stmt_out);
