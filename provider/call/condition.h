/*
 * Is all well with the provider? A few conditions, each with a sentence and the
 * next step, for people (smsctl status), collectors and load balancers.
 */
#pragma once

#include "provider/call/expiries.h"
#include "provider/call/metrics.h"

/*
 * ROW(id, name, does its failure make the provider unready?). What is about one
 * way to sign in does not: others may still work.
 */
#define CONDITION_ROWS(ROW)                                                    \
    ROW(STORE, "store", true)                                                  \
    ROW(ROOM, "disk", false)                                                   \
    ROW(SIGNER, "signer", true)                                                \
    ROW(CONFIGURATION, "configuration", false)                                 \
    ROW(RETENTION, "retention", false)                                         \
    ROW(CONNECTIONS, "connections", false)                                     \
    ROW(CLOCK, "clock", false)                                                 \
    ROW(CERTIFICATES, "certificates", false)                                   \
    ROW(AUTHORITIES, "authorities", false)                                     \
    ROW(LISTS, "revocation_lists", false)                                      \
    ROW(KEYS, "key_sets", false)

enum condition_id {
#define CONDITION_ID(id, name, is_vital) CONDITION_##id,
    CONDITION_ROWS(CONDITION_ID)
#undef CONDITION_ID
        N_CONDITIONS,
};

enum { CONDITION_MESSAGE_BYTES = 512 };

struct condition {
    const char *name;
    bool is_vital;
    enum metric_state state;
    char message[CONDITION_MESSAGE_BYTES]; /* "": good */
    const char *next;                      /* what to do; "": nothing */
};

/* What conditions and metrics are read from. */
struct metric_view {
    const struct metrics *metrics;
    const struct settings *settings; /* NULL: not known */
    int64_t generation;              /* in effect for the reader */
    int64_t now_s;
    int64_t now_ms;
};

void conditions_read(const struct metric_view *view,
                     const struct expiries *expiries,
                     struct condition conditions_out[N_CONDITIONS]);

/*
 * What may be mended by starting the provider again: the writer does not come
 * round (a full disk does not stop it), or the signer has ended. NULL: it is
 * alive, or starts.
 */
const char *condition_fault(const struct metric_view *view);

/*
 * What has ended or soon will of settings that are not in effect yet, and
 * authorities that nobody below can sign in with, as lines of warnings at the
 * place of the listeners. Key sets are not fetched yet.
 */
void conditions_warn(const struct settings *settings, int64_t now_s,
                     struct buf *messages_out);

/* Has no vital condition failed? */
bool conditions_are_ready(const struct condition conditions[N_CONDITIONS]);
