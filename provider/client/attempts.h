/*
 * The mechanisms that a sign-in tried, and why each failed.
 */
#pragma once

#include "provider/client/failure.h"

enum { ATTEMPTS_MAX = 8 };

struct attempts {
    struct smsclient_attempt items[ATTEMPTS_MAX];
    char *messages[ATTEMPTS_MAX]; /* owned; or NULL */
    size_t n;
};

void attempts_clear(struct attempts *attempts);

/* failure NULL: it was accepted. mechanism is a constant. */
void attempts_add(struct attempts *attempts, const char *mechanism,
                  const struct failure *failure);

/* Did the server refuse any of them? */
bool attempts_has_refusal(const struct attempts *attempts);
