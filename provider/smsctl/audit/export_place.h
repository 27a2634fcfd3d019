/*
 * How far an export has come: kept in a file that is replaced as a whole, and
 * used by one export at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"

/* Sent again at most, when nothing proves that they were read. */
enum { EXPORT_AGAIN_MAX = 1000, EXPORT_HASH_BYTES = 65 };

struct export_place {
    int64_t taken;  /* the last record that the receiver's system has taken */
    int64_t proved; /* the last that it has certainly read; at most taken */
    char hash[EXPORT_HASH_BYTES]; /* of the last taken; "": not known */
};

/* Where to go on after a break: nothing that may be lost is left out. */
int64_t export_place_again(const struct export_place *place);

/* STATUS_NOT_FOUND: there is no file. STATUS_INVALID: it is damaged. */
MUST_CHECK
enum status export_place_read(const char *path, struct export_place *place_out);

/* Replaces a file; it is on the disk on return. */
MUST_CHECK
enum status export_place_put(const char *path, struct text content);
MUST_CHECK
enum status export_place_write(const char *path,
                               const struct export_place *place);

/* Holds the file until the process ends. STATUS_CONFLICT: another one does. */
MUST_CHECK
enum status export_place_lock(const char *path);
