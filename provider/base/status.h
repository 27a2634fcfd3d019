/*
 * How a function reports failure.
 *
 * STATUS_OK is the only value that means success. Whoever sees the cause first
 * logs it; callers pass the status up silently (TRY).
 */
#pragma once

enum status {
    STATUS_OK = 0,
    STATUS_NO_MEMORY,
    STATUS_INVALID,   /* input that breaks its grammar or its rules */
    STATUS_NOT_FOUND, /* absent, or hidden from the caller */
    STATUS_DENIED,    /* not allowed */
    STATUS_CONFLICT,  /* exists already, is in use, or has changed meanwhile */
    STATUS_LIMIT,     /* a stated maximum is reached */
    STATUS_UNAVAILABLE, /* a disk, peer or service does not respond */
    STATUS_END,         /* no more rows, no more bytes */
};

/* The name of a status as written in logs: "not_found". Never NULL. */
const char *status_name(enum status status);

#define MUST_CHECK __attribute__((warn_unused_result))

/* Passes a failure on if there is nothing to add to it. */
#define TRY(call)                                                              \
    do {                                                                       \
        const enum status try_status_ = (call);                                \
        if (try_status_ != STATUS_OK)                                          \
            return try_status_;                                                \
    } while (0)
