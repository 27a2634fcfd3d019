/*
 * Limits a caller's CPU time, for each line, session and user, however many
 * connections and requests they spread it over.
 *
 * A meter is a leaky bucket: it holds what was used and drains a full budget
 * per minute. While it is full the caller's requests are refused, with the time
 * after which there is room again. Sign-in and the session's own methods are
 * never refused.
 *
 * It also counts the sessions of each user, so that nobody takes all places.
 * One more is refused at sign-in; the oldest is not ended instead, since a
 * stolen ticket could then end its owner's sessions.
 */
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

struct meter {
    int64_t spent_us;
    int64_t as_of_ms;
};

/* The rest of budget_us per minute; not less than 0. */
int64_t meter_left_us(struct meter *meter, int64_t budget_us, int64_t now_ms);
void meter_add(struct meter *meter, int64_t us);

/* The time until want_us, or all of a smaller budget, is available again, once
 * more_us has been used on top; at least 1. */
int64_t meter_retry_ms(const struct meter *meter, int64_t budget_us,
                       int64_t more_us, int64_t want_us);

/* A user's meter, over all sessions. */
struct account;

enum { BUDGET_BUCKETS = 256 };

struct budget {
    pthread_mutex_t lock;
    struct account *buckets[BUDGET_BUCKETS]; /* owned; under the lock */
    int64_t n_joined;                        /* sessions; under the lock */
};

/* Maximum number of sessions. */
struct places {
    int64_t of_user;
    int64_t of_all; /* the last quarter is for users with few */
};

enum { PLACES_FEW = 4 };

void budget_open(struct budget *budget);
void budget_close(struct budget *budget); /* no account is held any more */

/*
 * One more session of a user: its account, held until account_leave.
 * STATUS_LIMIT: the user has as many sessions as allowed.
 */
MUST_CHECK
enum status budget_join(struct budget *budget, const char *user,
                        const struct places *places, int64_t now_ms,
                        struct account **account_out);
void account_leave(struct account *account); /* accepts NULL */

/* Like meter_left_us, meter_add and meter_retry_ms; from any thread. */
int64_t account_left_us(struct account *account, int64_t budget_us,
                        int64_t now_ms);
void account_add(struct account *account, int64_t us);
int64_t account_retry_ms(struct account *account, int64_t budget_us,
                         int64_t more_us, int64_t want_us);
