/*
 * The host's own policy directory (policy: in provider.yaml), and how it
 * stands to what the store runs.
 *
 * It is applied at start and at every reload, but only when it differs from
 * what was last applied from it: a restart does not undo what was applied over
 * RPC since. Until then that it differs is said, not acted on.
 */
#pragma once

#include <pthread.h>

#include "provider/call/call.h"
#include "provider/rollout/source.h"

enum directory_state {
    DIRECTORY_NONE = 0, /* there is no directory */
    DIRECTORY_APPLIED,
    DIRECTORY_DIFFERS, /* something else was applied over RPC since */
    DIRECTORY_REFUSED, /* its files do not hold: what was before stays */
};

/* "", "applied", "differs", "refused" */
const char *directory_state_name(enum directory_state state);

struct directory {
    pthread_mutex_t lock;
    char path[4096];
    enum directory_state state;
    int64_t since_s;                  /* of the state */
    char digest[POLICY_DIGEST_BYTES]; /* as read last; "": it was wrong */
    struct buf errors;                /* owned: lines; of a refusal */
    int64_t n_reloads;
    int64_t n_refused;
};

void directory_open(struct directory *directory);
void directory_close(struct directory *directory);

/* How a reading ended. */
struct directory_outcome {
    enum status status;
    bool is_new;                   /* it was applied now */
    bool changed;                  /* anything but places */
    struct policy_version running; /* the version that runs then */
};

/*
 * In the writer, inside a change: what was read (STATUS_OK or INVALID), its
 * version, its record, and the generation that follows. STATUS_OK: the
 * directory holds, applied now or before; STATUS_INVALID: its messages say
 * why not. Anything else: the change cannot be kept.
 */
void directory_apply(struct source *source, enum status was_read,
                     struct call_ground *ground,
                     struct directory_outcome *outcome_out);

/* The same once it is committed, or lost: for the log and policy.status. */
void directory_note(struct directory *directory, const char *path,
                    const struct source *source,
                    const struct directory_outcome *outcome, int64_t now_s);

/* As it stands beside the running version's digest. */
enum directory_state directory_state(struct directory *directory,
                                     const char *running);

/* Members of an object: path, state, since, errors. */
void directory_put(struct directory *directory, const char *running,
                   struct json_writer *w);
