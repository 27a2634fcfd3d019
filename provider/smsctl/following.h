/*
 * Asks the provider again and again, and prints what is new, until interrupted.
 *
 * A connection that is lost is opened again and the reading goes on where it
 * was; after FOLLOWING_TRIES failures in a row it ends.
 */
#pragma once

#include "provider/smsctl/console.h"

enum { FOLLOWING_TRIES = 6 };

/* At the head of a larger struct. */
struct following {
    struct console *console;
    const char *method;
    /* The parameters of the next call, given. */
    json_t *(*ask)(struct following *following);
    /* Prints an answer and notes where it ends. */
    enum smsclient_result (*take)(struct following *following,
                                  const json_t *answer);
    bool has_more;     /* set by take: ask again at once */
    bool has_headings; /* they were printed */
};

MUST_CHECK
enum smsclient_result following_run(struct following *following);

/* Rows at once as they come: JSON has a line for each. */
MUST_CHECK
enum smsclient_result following_print(struct following *following,
                                      const json_t *rows,
                                      const char *const columns[],
                                      size_t n_columns);
