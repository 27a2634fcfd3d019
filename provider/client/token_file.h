/*
 * The file that holds one bearer token, with or without a newline at its end.
 */
#pragma once

#include "provider/base/secret.h"
#include "provider/client/failure.h"

/* Refuses a file that every account may read. */
MUST_CHECK
enum status token_file_read(const char *path, struct failure *failure,
                            struct secret *token_out);
