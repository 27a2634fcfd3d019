/*
 * A list of revoked SSH certificates, in the form of OpenSSH (PROTOCOL.krl):
 * the ranges of serial numbers that one authority has revoked.
 */
#pragma once

#include <stdint.h>

#include "provider/base/buf.h"

struct krl {
    struct buf out;     /* owned; the list, once krl_end() has been called */
    struct buf section; /* owned */
};

/* authority: the blob of its key. */
struct krl krl_begin(struct text authority, int64_t now_s);
void krl_put_range(struct krl *krl, uint64_t first, uint64_t last);
MUST_CHECK
enum status krl_end(struct krl *krl);
void krl_free(struct krl *krl); /* for SCOPED(krl_free) */
