/*
 * Keys as text, for a record: "16777220-16777319,16777400,P0100014". Numbers
 * that follow each other become a range.
 */
#pragma once

#include "provider/base/buf.h"

struct import_keys {
    struct buf *out; /* borrowed; what is not in it yet is a range */
    bool has_range;
    int64_t first;
    int64_t last;
};

/* A failure is the buffer's. */
void import_keys_add(struct import_keys *keys, struct text key);
void import_keys_end(struct import_keys *keys);

/* About how long the text is. */
size_t import_keys_size(const struct import_keys *keys);
