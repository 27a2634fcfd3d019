/*
 * Puts another content in a file's place, at once.
 */
#pragma once

#include "provider/base/status.h"
#include "provider/base/text.h"

/*
 * With its owner and mode; links to it are followed. STATUS_UNAVAILABLE: see
 * errno, and the file is as it was.
 */
MUST_CHECK
enum status file_replace(const char *path, struct text content);
