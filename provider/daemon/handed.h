/*
 * What a command is handed: files that are read as the user who runs it, before
 * it becomes the service's.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/daemon/options.h"

struct handed {
    int backup;             /* to restore, open for reading; -1: none */
    struct buf certificate; /* keys are kept for its holder */
    struct buf keys;        /* as they were kept */
    struct buf key;         /* that decrypts them */
};

/* Those that the options name. What cannot be read is said; what was read until
 * then is to be cleared. */
MUST_CHECK
enum status handed_read(const struct options *options,
                        struct handed *handed_out);
void handed_clear(struct handed *handed);
