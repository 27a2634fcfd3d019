/*
 * A provider without sockets: a store in a directory of its own, policy files
 * applied to it, and peers whose lines are answered as by loop and writer.
 */
#pragma once

#include "provider/call/generation.h"
#include "provider/call/peer.h"
#include "provider/config/settings.h"
#include "provider/rollout/directory.h"
#include "provider/rpc/turn.h"

struct provider {
    char directory[64];
    struct settings *settings;
    struct store *reading;
    struct store *writing;
    struct present present;
    struct view view;
    struct call_ground loop;
    struct call_ground writer;
    struct call_ground pool;
    struct directory policy;
    struct buf out; /* the answers to the last line */
};

/* policy: the text of one file. Fails the test when anything does. */
void provider_open(struct provider *provider, const char *policy);
void provider_close(struct provider *provider);

/* Another policy in place of what was applied; STATUS_INVALID: refused. */
enum status provider_apply(struct provider *provider, const char *policy);

/* A peer on a Unix socket; with user NULL not signed in. */
struct peer *peer_open(struct provider *provider, const char *user,
                       enum auth_level level);
void peer_close(struct peer *peer);
void peer_leave(struct peer **peer); /* for SCOPED(peer_leave) */

/* The answer to a line, without its newline; borrowed until the next. */
const char *peer_ask(struct provider *provider, struct peer *peer,
                     const char *line);

/* The same for one method: params as JSON. */
const char *peer_call(struct provider *provider, struct peer *peer,
                      const char *method, const char *params);

/* The code of an answer's error; 0: a result. */
int answer_code(const char *answer);

/* What is left of a turn, run as by the writer; the answer as above. */
const char *provider_finish_turn(struct provider *provider, struct turn *turn);

/* Records in the audit; and the last one, as text "event outcome reason". */
int64_t provider_n_records(struct provider *provider);
const char *provider_last_record(struct provider *provider);

/* Evidence that proves a level, for an hour. */
struct auth_evidence evidence_of(const char *principal, enum auth_level level);

/* A test program's own provider, opened with the policy for each test. */
#define PROVIDER_FOR_TESTS(policy)                                             \
    static struct provider provider;                                           \
                                                                               \
    static int open_provider(void **state)                                     \
    {                                                                          \
        (void)state;                                                           \
        provider_open(&provider, policy);                                      \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    static int close_provider(void **state)                                    \
    {                                                                          \
        (void)state;                                                           \
        provider_close(&provider);                                             \
        return 0;                                                              \
    }
