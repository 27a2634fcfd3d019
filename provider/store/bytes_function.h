/*
 * Functions of SQL that write a blob, of their arguments and nothing else.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/store/store.h"

/* Null where it does not return STATUS_OK; an error without memory. */
typedef enum status (*store_bytes_function)(const struct store_value *args,
                                            struct buf *out);

/* Registering a name again replaces the function. */
MUST_CHECK
enum status store_register_bytes(struct store *store, const char *name,
                                 int n_args, store_bytes_function function);
