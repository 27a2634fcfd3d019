#include "provider/daemon/rollout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/daemon/difference.h"
#include "provider/daemon/rollout_declare.h"

enum { ARENA_MAX_BYTES = 512 * 1024 * 1024 };

void rollout_clear(struct rollout *rollout)
{
    declare_free(rollout->declare);
    site_free(rollout->after);
    export_free(rollout->was);
    export_free(rollout->is);
    source_free(rollout->running);
    arena_free(rollout->arena);
}

const struct site *rollout_site(const struct rollout *rollout)
{
    return rollout->after ? rollout->after : rollout->before;
}

static enum status declare(struct rollout *rollout)
{
    enum status status;

    TRY(declare_begin_for(rollout->store, rollout->before, rollout->caller,
                          &rollout->declare));
    status = rollout_declare(rollout->declare, rollout->source->policy,
                             &rollout->changed);
    if (status == STATUS_INVALID)
        source_blame(rollout->source, declare_why(rollout->declare));
    TRY(status);
    rollout->after = declare_take_site(rollout->declare);
    return STATUS_OK;
}

/* What there is before it is changed, for rollout_compare. */
static enum status look_before(struct rollout *rollout)
{
    enum status status;

    TRY(export_read(rollout->store, &rollout->was));
    if (rollout->current.number == 0)
        return STATUS_OK;
    status = source_read_stored(rollout->store, rollout->current.digest,
                                &rollout->running);
    return status == STATUS_INVALID ? STATUS_OK : status;
}

enum status rollout_run(struct rollout *rollout)
{
    TRY(source_check(rollout->source, rollout->now_s));
    TRY(policy_version_newest(rollout->store, NULL, &rollout->current));
    if (rollout->is_compared)
        TRY(look_before(rollout));
    TRY(declare(rollout));
    return trial_run_source(rollout->store, rollout_site(rollout),
                            rollout->source, rollout->now_s, &rollout->tests);
}

/* Of collections the files say all there is to compare. */
static void put_collections(struct policy *into, const struct source *from)
{
    const bool is_there = from && from->policy;

    into->collections = is_there ? from->policy->collections : NULL;
    into->n_collections = is_there ? from->policy->n_collections : 0;
}

static enum status compare_objects(struct rollout *rollout)
{
    struct policy was = rollout->was->policy;
    struct policy is;

    TRY(export_read(rollout->store, &rollout->is));
    is = rollout->is->policy;
    put_collections(&was, rollout->running);
    put_collections(&is, rollout->source);
    return policy_plan_make(&was, &is, rollout->arena, &rollout->plan);
}

enum status rollout_compare(struct rollout *rollout)
{
    TRY(arena_new(ARENA_MAX_BYTES, &rollout->arena));
    TRY(compare_objects(rollout));
    TRY(difference_make(rollout->before, rollout_site(rollout), rollout->now_s,
                        rollout->arena, &rollout->rights));
    return difference_digest(rollout->source->digest, rollout->current.number,
                             &rollout->plan, &rollout->rights, rollout->digest);
}

/* Nothing new is what the running version says already. */
static bool is_running(const struct rollout *rollout,
                       const struct policy_version *version)
{
    return rollout->current.number > 0 && !rollout->changed &&
           strcmp(rollout->current.origin, version->origin) == 0 &&
           strcmp(rollout->current.digest, rollout->source->digest) == 0;
}

enum status rollout_keep(struct rollout *rollout,
                         struct policy_version *version)
{
    if (is_running(rollout, version)) {
        *version = rollout->current;
        return STATUS_OK;
    }
    version->time_s = rollout->now_s;
    memcpy(version->digest, rollout->source->digest, sizeof(version->digest));
    TRY(source_keep(rollout->source, rollout->store));
    return policy_version_add(rollout->store, version);
}
