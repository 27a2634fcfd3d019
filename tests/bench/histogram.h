/*
 * Latencies in buckets of about three percent, from a nanosecond to an hour.
 */
#pragma once

#include <stdint.h>

enum {
    HISTOGRAM_SUB_BITS = 5,
    HISTOGRAM_BUCKETS = 42 << HISTOGRAM_SUB_BITS,
};

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t value);

/* Adds the counts of one to another. */
void histogram_merge(struct histogram *into, const struct histogram *from);

uint64_t histogram_count(const struct histogram *histogram);

/* The value that this share of all is at or below; 0 when there are none. */
uint64_t histogram_at(const struct histogram *histogram, double share);
