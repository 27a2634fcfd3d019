/*
 * Limits a line that a lasting failure would repeat: it is written once in
 * LOG_RATE_MS, with the number suppressed before it.
 *
 *
 *     static struct log_rate rate;
 *     log_rarely(LOG_ERROR, &rate, "writer.commit why=%s", why);
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/log.h"

enum { LOG_RATE_MS = 10 * 1000 };

/* Zeroed: nothing written yet. Shared by threads. */
struct log_rate {
    _Atomic int64_t next_ms;
    _Atomic uint64_t n_left_out;
};

/* May a line be written now? Otherwise it is counted as suppressed. */
bool log_rate_pass(struct log_rate *rate, int64_t now_ms,
                   uint64_t *n_left_out_out);

/* Like log_write, rate limited; adds " left_out=N" to the line. */
#define log_rarely(level, rate, format, ...)                                   \
    do {                                                                       \
        uint64_t log_rarely_n;                                                 \
                                                                               \
        if (log_rate_pass(rate, log_rate_now_ms(), &log_rarely_n))             \
            log_write(level, format " left_out=%llu", __VA_ARGS__,             \
                      (unsigned long long)log_rarely_n);                       \
    } while (0)

int64_t log_rate_now_ms(void);
