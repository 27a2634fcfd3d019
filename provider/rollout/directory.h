/*
 * The host's policy directory (policy: in provider.yaml) and how it compares to
 * the running policy.
 *
 * It is applied at startup and at every reload, but only if it differs from
 * what was last applied from it: a restart does not undo what was applied over
 * RPC since. Otherwise a difference is reported and nothing is done.
 */
#pragma once

#include <pthread.h>

#include "provider/call/call.h"
#include "provider/rollout/source.h"

enum directory_state {
    DIRECTORY_NONE = 0, /* there is no directory */
    DIRECTORY_APPLIED,
    DIRECTORY_DIFFERS, /* another policy was applied over RPC since */
    DIRECTORY_REFUSED, /* its files contain errors: the previous policy stays */
};

/* "", "applied", "differs", "refused" */
const char *directory_state_name(enum directory_state state);

struct directory {
    pthread_mutex_t lock;
    char path[4096];
    enum directory_state state;
    int64_t since_s; /* of the state */
    char
        digest[POLICY_DIGEST_BYTES]; /* as last read; "": it contained errors */
    struct buf errors;               /* owned: lines of a refusal */
    int64_t n_reloads;
    int64_t n_refused;
};

void directory_open(struct directory *directory);
void directory_close(struct directory *directory);

/* The result of a reading. */
struct directory_outcome {
    enum status status;
    bool is_new;                   /* it has just been applied */
    bool changed;                  /* anything but places changed */
    struct policy_version running; /* the version running then */
};

/*
 * Applies a reading in the writer, inside a change: the files (STATUS_OK or
 * INVALID), their version, its record, and the generation that follows.
 * STATUS_OK: the directory is applied, now or before; STATUS_INVALID: its
 * messages say why not. Anything else: the change cannot be kept.
 */
void directory_apply(struct source *source, enum status was_read,
                     struct call_ground *ground,
                     struct directory_outcome *outcome_out);

/* The same after the commit, or its failure: for the log and policy.status. */
void directory_note(struct directory *directory, const char *path,
                    const struct source *source,
                    const struct directory_outcome *outcome, int64_t now_s);

/* The status, given the running version's digest. */
enum directory_state directory_state(struct directory *directory,
                                     const char *running);

/* Members of an object: path, state, since, errors. */
void directory_put(struct directory *directory, const char *running,
                   struct json_writer *w);
