/*
 * smshostd, played by a process that does what a test says, at its own place
 * in a mount namespace with a /run and an /etc of the test's own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "provider/host/login_wire.h"

/* What it does with each packet that comes, in turn; the last stays. */
struct fake_host {
    struct login_reply replies[4];
    size_t n;
    const char *only;  /* the one operation that is allowed; NULL: as above */
    bool counts_on;    /* from one connection to the next */
    bool is_silent;    /* never answers */
    const char *bytes; /* in place of a reply; NULL */
    size_t n_bytes;
    uid_t uid;           /* that it serves as */
    const char *session; /* handle of one that it holds; NULL: none */
};

/* What it was asked, all told since fake_host_enter(). */
struct fake_host_seen {
    size_t n;
    struct login_request last;
};

/* A setup of cmocka: enters the namespace. */
int fake_host_enter(void **state);

void fake_host_start(const struct fake_host *script);
void fake_host_says(enum login_verdict verdict);
void fake_host_end(void);
const struct fake_host_seen *fake_host_seen(void);

/* Writes a file that root alone can change. */
void fake_host_write(const char *path, const char *text);
