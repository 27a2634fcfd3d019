/*
 * The cause of a failed start, in words: one line in memory of the thread,
 * valid until the next one.
 */
#pragma once

const char *why_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
