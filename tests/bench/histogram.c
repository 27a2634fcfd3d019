#include "tests/bench/histogram.h"

#include <stddef.h>

enum { SUB = 1 << HISTOGRAM_SUB_BITS };

static size_t bucket_of(uint64_t value)
{
    unsigned shift;
    size_t bucket;

    if (value < SUB)
        return (size_t)value;
    shift = 63u - (unsigned)__builtin_clzll(value) - HISTOGRAM_SUB_BITS;
    bucket = (size_t)(shift + 1) * SUB + (size_t)((value >> shift) - SUB);
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static uint64_t value_of(size_t bucket)
{
    if (bucket < SUB)
        return bucket;
    return ((uint64_t)(bucket % SUB) + SUB) << (bucket / SUB - 1);
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->counts[bucket_of(value)]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->counts[i] += from->counts[i];
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t n = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        n += histogram->counts[i];
    return n;
}

uint64_t histogram_at(const struct histogram *histogram, double share)
{
    const double wanted = share * (double)histogram_count(histogram);
    double seen = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += (double)histogram->counts[i];
        if (seen > 0 && seen >= wanted)
            return value_of(i);
    }
    return 0;
}
