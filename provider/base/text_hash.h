/*
 * Where a text stands in a table: FNV-1a. Not for texts that strangers choose:
 * it has no secret (rule T102).
 */
#pragma once

#include "provider/base/text.h"

static inline uint64_t text_hash(struct text text)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(1099511628211);
    return hash;
}
