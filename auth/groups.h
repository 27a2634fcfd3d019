/*
 * The groups of a signed-in user, asked of the name service off the event
 * loop.
 *
 *     remembered -> answer at once
 *     else       -> queue -> thread -> answer, or the deadline first
 *
 * The name service blocks for as long as it likes and cannot be interrupted.
 * So a lookup has its own thread, and the answer after the deadline is
 * "unknown", while the thread stays with the call until it returns. A name
 * that hangs holds one thread however often it is asked for; when all threads
 * hang, what is asked meanwhile is answered "unknown" at its deadline, and what
 * does not fit the queue is refused at once.
 *
 * Unknown is never none (T56): who asks must refuse.
 *
 * Use from an event loop: groups_recall() first; when it does not know,
 * groups_ask() with a function that hands the answer over to the loop
 * (groups_list_hold() and uv_async_send(), say). It is called exactly once for
 * every STATUS_OK, on a thread of the pool, with no lock held, at the latest
 * at the deadline or in groups_free(). The context must live until then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/account.h"
#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

struct groups_config {
    struct realms realms; /* whose users have accounts here */
    int64_t minimum_uid;  /* of such an account */
    int64_t deadline_ms;  /* of one answer; 0: 5 s */
    int64_t keep_ms;      /* maximum age of an answer; 0: 60 s */
    size_t n_threads;     /* 0: 4 */
    size_t queue_max;     /* askers waiting at once; 0: 1024 */
    size_t cache_max;     /* cached answers; 0: 4096 */
    /* Clock for the cache; NULL: clock_mono_ms. */
    int64_t (*now_ms)(void *context);
    void *now_context;
};

/* The groups of one user at one time: immutable, reference counted, shared. */
struct groups_list {
    struct account_groups groups;
    int64_t asked_ms; /* when the name service was asked, by now_ms */
    _Atomic unsigned n_holders;
};

struct groups_list *groups_list_hold(struct groups_list *list);
void groups_list_free(
    struct groups_list *list); /* releases a hold; accepts NULL */
DEFINE_DROP(groups_list)

struct groups;
MUST_CHECK
enum status groups_new(const struct groups_config *config,
                       struct groups **groups_out);

/* Answers everybody waiting ("unknown"), and does not wait for the name
 * service: a thread that hangs in it leaves when it can. Must not be called
 * from within done. */
void groups_free(struct groups *groups);
DEFINE_DROP(groups)

/*
 * A user's cached groups, if not older than keep_ms; the caller releases them.
 * NULL: ask. A user of no listed realm is always known: no account.
 */
struct groups_list *groups_recall(struct groups *groups, struct text user);

/* Younger than keep_ms: need not be asked for again. */
bool groups_is_fresh(const struct groups *groups,
                     const struct groups_list *list);

/*
 * list is borrowed for the call, NULL when the groups are unknown; why is a
 * word for log and audit then ("time-out", "unavailable", "too-many").
 */
typedef void (*groups_done)(void *context, struct groups_list *list,
                            const char *why);

/*
 * Asks for the groups of a user, such as "alice@EXAMPLE.COM". STATUS_LIMIT if
 * too many wait already, STATUS_NOT_FOUND for a user without an account, whom
 * groups_recall() knows; done is called for STATUS_OK only.
 */
MUST_CHECK
enum status groups_ask(struct groups *groups, struct text user,
                       groups_done done, void *context);

/*
 * The same for a user whom somebody else asks about, any number of them: such
 * lookups have half of the threads at most, so that nobody's sign-in waits for
 * them.
 */
MUST_CHECK
enum status groups_ask_about(struct groups *groups, struct text user,
                             groups_done done, void *context);
