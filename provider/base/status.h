/*
 * How a function that can fail says so.
 *
 * STATUS_OK is the only value that means "it worked". Who first meets the
 * cause logs it; callers pass the status up in silence (TRY).
 */
#pragma once

enum status {
    STATUS_OK = 0,
    STATUS_NO_MEMORY,
    STATUS_INVALID,     /* input that breaks its grammar or its rules */
    STATUS_NOT_FOUND,   /* absent, or hidden from who asks */
    STATUS_DENIED,      /* may not */
    STATUS_CONFLICT,    /* exists already, is in use, or moved meanwhile */
    STATUS_LIMIT,       /* a stated maximum is reached */
    STATUS_UNAVAILABLE, /* a disk, peer or service does not answer */
    STATUS_END,         /* no more rows, no more bytes */
};

/* The name of a status as it stands in logs: "not_found". Never NULL. */
const char *status_name(enum status status);

#define MUST_CHECK __attribute__((warn_unused_result))

/* Pass a failure on when there is nothing to add to it. */
#define TRY(call)                                                              \
    do {                                                                       \
        const enum status try_status_ = (call);                                \
        if (try_status_ != STATUS_OK)                                          \
            return try_status_;                                                \
    } while (0)
