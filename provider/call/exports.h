/*
 * How far the exports have come that retention waits for: the users whom the
 * configuration lists, and up to which record each has said to have the audit.
 *
 * Nothing is kept across a restart: an export says it with each look at the
 * audit, and until then nothing counts as exported. Any thread may call.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPORTS_MAX = 8, EXPORTS_USER_BYTES = 512 };

struct exports {
    pthread_mutex_t lock;
    struct export_mark {
        char user[EXPORTS_USER_BYTES];
        int64_t position; /* it has records up to this one; 0: unknown */
    } of[EXPORTS_MAX];    /* under the lock */
    size_t n;             /* the same */
};

void exports_open(struct exports *exports);
void exports_close(struct exports *exports);

/* These users are listed from now on; what is known of them stays known. */
void exports_list(struct exports *exports, const char *const users[], size_t n);

/* The user has the records up to this one; nothing if they are not listed. */
void exports_note(struct exports *exports, const char *user, int64_t position);

/* The record that all have who are listed; INT64_MAX: nobody is. */
int64_t exports_least(struct exports *exports);
