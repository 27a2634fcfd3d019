/*
 * Reads a file that contains one bearer token, with or without a final newline.
 */
#pragma once

#include "provider/base/secret.h"
#include "provider/client/failure.h"

/* Refuses a file that all users may read. */
MUST_CHECK
enum status token_file_read(const char *path, struct failure *failure,
                            struct secret *token_out);
