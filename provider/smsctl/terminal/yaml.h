/*
 * JSON values as YAML, for people who read or edit them.
 *
 * Only plain ASCII is written, and a string that could be read as anything else
 * is quoted: what is read back is the same value.
 */
#pragma once

#include <stdio.h>

#include <jansson.h>

#include "provider/base/status.h"

/* One document. STATUS_UNAVAILABLE: the file cannot be written. */
MUST_CHECK
enum status yaml_print(json_t *value, FILE *file);
