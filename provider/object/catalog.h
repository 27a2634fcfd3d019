/*
 * The types and operations of rbac's catalog as rows, for classes that show
 * them: tables secured_type and available_operation.
 */
#pragma once

#include "provider/store/store.h"

/* Within a change: writes the rows if they are those of another catalog. */
MUST_CHECK
enum status catalog_put(struct store *store);
