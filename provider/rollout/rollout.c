#include "provider/rollout/rollout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/rollout/difference.h"
#include "provider/rollout/rollout_declare.h"
#include "provider/store/policy_room.h"

enum { ARENA_MAX_BYTES = 512 * 1024 * 1024 };

void rollout_clear(struct rollout *rollout)
{
    declare_free(rollout->declare);
    free(rollout->sights);
    source_free(rollout->running);
    site_free(rollout->after);
    export_free(rollout->was);
    export_free(rollout->is);
    arena_free(rollout->arena);
}

const struct site *rollout_site(const struct rollout *rollout)
{
    return rollout->after ? rollout->after : rollout->before;
}

static const struct realms *rollout_realms(const struct rollout *rollout)
{
    return rollout->settings ? &rollout->settings->config->realms : NULL;
}

static enum status declare(struct rollout *rollout)
{
    enum status status;

    TRY(declare_begin_for(rollout->store, rollout->before, rollout->caller,
                          &rollout->declare));
    if (rollout->is_restored)
        declare_restore(rollout->declare);
    status = rollout_declare(rollout->declare, rollout->source->policy,
                             &rollout->changed);
    if (status == STATUS_INVALID)
        source_blame(rollout->source, declare_why(rollout->declare));
    TRY(status);
    rollout->after = declare_take_site(rollout->declare);
    return STATUS_OK;
}

/* Before the step is run. */
static enum status look_at_tests(struct rollout *rollout)
{
    const struct policy *policy = rollout->source->policy;

    if (!rollout->call)
        return STATUS_OK;
    rollout->sights = calloc(policy->n_tests + 1, sizeof(*rollout->sights));
    if (!rollout->sights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < policy->n_tests; i++)
        TRY(trial_look(rollout->call, &policy->tests[i], &rollout->sights[i]));
    return STATUS_OK;
}

static enum status run_tests(struct rollout *rollout)
{
    const struct trial_context context = {rollout->store, rollout_site(rollout),
                                          rollout_realms(rollout),
                                          rollout->now_s};

    return trial_run_source(&context, rollout->source, rollout->sights,
                            &rollout->tests);
}

/* Test objects stay the same even if another object takes the name. */
static enum status bind_tests(struct rollout *rollout)
{
    const struct policy *policy = rollout->source->policy;

    for (size_t i = 0; i < policy->n_tests; i++)
        if (policy->tests[i].key)
            TRY(declare_bind(rollout->declare, policy->tests[i].class_name,
                             policy->tests[i].key));
    return STATUS_OK;
}

enum status rollout_run(struct rollout *rollout)
{
    const struct policy_facts facts =
        settings_facts(rollout->settings, rollout->now_s);

    TRY(source_check(rollout->source, &facts));
    TRY(policy_version_newest(rollout->store, NULL, &rollout->current));
    if (rollout->is_compared)
        TRY(export_read(rollout->store, &rollout->was));
    TRY(look_at_tests(rollout));
    TRY(declare(rollout));
    TRY(run_tests(rollout));
    return bind_tests(rollout);
}

/* Only files have tests: the running ones are those of its version. */
static enum status compare_tests(struct rollout *rollout)
{
    if (MUTANT("a11-tests-left-out"))
        return STATUS_OK;
    if (rollout->current.number > 0)
        TRY(source_read_stored(rollout->store, rollout->current.digest,
                               rollout_realms(rollout), &rollout->running));
    if (rollout->running) {
        rollout->was->policy.tests = rollout->running->policy->tests;
        rollout->was->policy.n_tests = rollout->running->policy->n_tests;
    }
    rollout->is->policy.tests = rollout->source->policy->tests;
    rollout->is->policy.n_tests = rollout->source->policy->n_tests;
    return STATUS_OK;
}

enum status rollout_compare(struct rollout *rollout)
{
    TRY(arena_new(ARENA_MAX_BYTES, &rollout->arena));
    TRY(export_read(rollout->store, &rollout->is));
    TRY(compare_tests(rollout));
    rollout->is->policy.is_level_left_out =
        rollout->was->policy.minimum_level_place.file &&
        !rollout->is->policy.minimum_level_place.file;
    TRY(policy_plan_make(&rollout->was->policy, &rollout->is->policy,
                         rollout->arena, &rollout->plan));
    TRY(difference_make(rollout->before, rollout_site(rollout), rollout->now_s,
                        rollout->arena, &rollout->rights));
    return difference_digest(rollout->source->digest,
                             declare_adopted(rollout->declare), &rollout->plan,
                             &rollout->rights, rollout->digest);
}

/* The running version has the same files. */
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
    TRY(policy_version_add(rollout->store, version));
    return policy_room_make(rollout->store);
}
