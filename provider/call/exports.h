/*
 * How far the exports have come that retention waits for: the users whom the
 * configuration lists, and up to which record each has said to have the audit.
 *
 * An export says it with each look at the audit; what it said last is kept in
 * the store, from where it is taken after a start, until it says something
 * else. Any thread may call.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPORTS_MAX = 8, EXPORTS_USER_BYTES = 512 };

struct exports {
    pthread_mutex_t lock;
    struct export_mark {
        char user[EXPORTS_USER_BYTES];
        int64_t position;  /* it has records up to this one; 0: unknown */
        int64_t kept;      /* as the store has it */
        bool is_looked_up; /* in the store */
    } of[EXPORTS_MAX];     /* under the lock */
    size_t n;              /* the same */
};

void exports_open(struct exports *exports);
void exports_close(struct exports *exports);

/* These users are listed from now on; what is known of them stays known. */
void exports_list(struct exports *exports, const char *const users[], size_t n);

/* The user has the records up to this one; nothing if they are not listed. */
void exports_note(struct exports *exports, const char *user, int64_t position);

/* ---- What the store has of it: in the writer ---- */

/* One of those who are listed and have not been looked up; false: none is. */
bool exports_next_unread(struct exports *exports,
                         char user_out[EXPORTS_USER_BYTES]);

/* What the store has of that user, 0: nothing; it counts if the export has said
 * nothing since the start. */
void exports_restore(struct exports *exports, const char *user,
                     int64_t position);

/* One of whom the store is to have another position, which it counts as having
 * now; false: none is. What has come further waits unless is_due. */
bool exports_next_unkept(struct exports *exports, bool is_due,
                         struct export_mark *mark_out);

/* What was looked up and written is not certain: a change was undone. */
void exports_distrust(struct exports *exports);

/* The record that all have who are listed; INT64_MAX: nobody is. */
int64_t exports_least(struct exports *exports);
