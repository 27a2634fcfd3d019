/*
 * policy.test: questions about who can do what, on the site as it is, or as it
 * would be with other files.
 */
#include <stdio.h>

#include "provider/call/access.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/policy_call.h"
#include "provider/object/naming.h"

enum { TRIAL_SCOPES_MAX = 64 };

/* ---- Tests in the request ---- */

/* A test as an object of the request; its texts are borrowed. */
struct asked {
    struct policy_test test;
    const char *scopes[TRIAL_SCOPES_MAX];
};

static const char *string_in(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool read_scopes(const json_t *scopes, struct asked *asked)
{
    if (json_array_size(scopes) > TRIAL_SCOPES_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        asked->scopes[i] = json_string_value(json_array_get(scopes, i));
        if (!asked->scopes[i])
            return false;
    }
    asked->test.scopes = asked->scopes;
    asked->test.n_scopes = json_array_size(scopes);
    return true;
}

/* False: it is not a test. */
static bool read_asked(const json_t *object, struct asked *asked)
{
    const json_t *level = json_object_get(object, "level");
    const char *can = string_in(object, "can");
    const char *cannot = string_in(object, "cannot");

    *asked = (struct asked){
        .test = {
            .user = string_in(object, "user"),
            .level = level ? access_level_read(level) : AUTH_LEVEL_NONE,
            .at_s = INT64_MIN,
            .can = can != NULL,
            .operation = can ? can : cannot,
            .class_name = string_in(object, "class"),
            .key = string_in(object, "key"),
        }};
    return asked->test.user && asked->test.class_name &&
           (can != NULL) != (cannot != NULL) &&
           (!level || asked->test.level != AUTH_LEVEL_NONE) &&
           read_scopes(json_object_get(object, "scopes"), asked);
}

static enum rpc_error check_asked(struct call *call)
{
    const json_t *tests = params_value(call->params, "tests");

    for (size_t i = 0; i < json_array_size(tests); i++) {
        struct asked asked;

        if (read_asked(json_array_get(tests, i), &asked))
            continue;
        snprintf(call->problem.at, sizeof(call->problem.at), "tests[%zu]", i);
        call->problem.why = "A test needs user, class, and can or cannot.";
        return RPC_INVALID_PARAMS;
    }
    return RPC_DONE;
}

/* What the caller sees of the objects; given [n]. */
static enum status look_asked(const struct call *call,
                              struct trial_sight **sights_out)
{
    const json_t *tests = params_value(call->params, "tests");
    SCOPED(memory_drop)
    struct trial_sight *sights =
        calloc(json_array_size(tests) + 1, sizeof(*sights));

    if (!sights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < json_array_size(tests); i++) {
        struct asked asked;

        if (!read_asked(json_array_get(tests, i), &asked))
            return STATUS_INVALID;
        TRY(trial_look(call, &asked.test, &sights[i]));
    }
    *sights_out = TAKE(sights);
    return STATUS_OK;
}

/* ---- Running ---- */

struct trials {
    struct call *call;
    struct trial_context context;
    const struct trial_sight *sights; /* those in the request */
    struct json_writer *w;
    struct trial_count count;
};

static enum status run_one(struct trials *trials,
                           const struct policy_test *test,
                           const struct trial_sight *sight, const char *at)
{
    struct trial_result result;

    TRY(trial_run(&trials->context, test, sight, &result));
    trials->count.n_passed += result.ok;
    trials->count.n_failed += !result.ok;
    writer_object_begin(trials->w);
    writer_put_string(trials->w, "at", at);
    writer_put_bool(trials->w, "ok", result.ok);
    writer_put_string(trials->w, "sentence", result.sentence);
    writer_object_end(trials->w);
    return STATUS_OK;
}

/* sights NULL: look them up, nothing has been changed. */
static enum status run_of_files(struct trials *trials,
                                const struct policy *policy,
                                const struct trial_sight *sights)
{
    char at[512];

    for (size_t i = 0; i < policy->n_tests; i++) {
        const struct policy_place place = policy->tests[i].place;
        struct trial_sight sight;

        if (!sights)
            TRY(trial_look(trials->call, &policy->tests[i], &sight));
        snprintf(at, sizeof(at), "%s:%u:%u", place.file, place.line,
                 place.column);
        TRY(run_one(trials, &policy->tests[i], sights ? &sights[i] : &sight,
                    at));
    }
    return STATUS_OK;
}

static enum status run_spelled(struct trials *trials, struct policy_test *test,
                               const struct trial_sight *sight, const char *at)
{
    SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(memory_drop) char *user = NULL;

    TRY(naming_read(trials->context.realms, text_of(test->user), &name));
    user = text_dup(buf_text(&name));
    if (!user)
        return STATUS_NO_MEMORY;
    test->user = user;
    return run_one(trials, test, sight, at);
}

static enum status run_asked(struct trials *trials)
{
    const json_t *tests = params_value(trials->call->params, "tests");
    char at[32];

    for (size_t i = 0; i < json_array_size(tests); i++) {
        struct asked asked;

        if (!read_asked(json_array_get(tests, i), &asked))
            return STATUS_INVALID;
        snprintf(at, sizeof(at), "tests[%zu]", i);
        TRY(run_spelled(trials, &asked.test, &trials->sights[i], at));
    }
    return STATUS_OK;
}

/* policy NULL: none was ever applied. */
static enum status put_results(struct trials *trials,
                               const struct policy *policy,
                               const struct trial_sight *sights)
{
    struct json_writer *w = trials->w;

    writer_object_begin(w);
    writer_key(w, "results");
    writer_array_begin(w);
    if (policy)
        TRY(run_of_files(trials, policy, sights));
    TRY(run_asked(trials));
    writer_array_end(w);
    writer_put_int(w, "passed", (int64_t)trials->count.n_passed);
    writer_put_int(w, "failed", (int64_t)trials->count.n_failed);
    writer_object_end(w);
    return STATUS_OK;
}

static enum rpc_error test_running(struct call *call, struct trials *trials)
{
    OWNED(source) source = NULL;
    struct policy_version running;
    const enum status status =
        policy_version_newest(call->ground->store, NULL, &running);
    enum rpc_error error = method_error(status);

    if (error == RPC_DONE && running.number > 0)
        error = policy_call_stored(call, running.digest, &source);
    if (error != RPC_DONE)
        return error;
    return method_error(
        put_results(trials, source ? source->policy : NULL, NULL));
}

static enum status try_files(struct trials *trials, struct rollout *rollout)
{
    const enum status status = rollout_run(rollout);

    if (status != STATUS_OK && !rollout->tests.n_failed)
        return status;
    trials->context.site = rollout_site(rollout);
    return put_results(trials, rollout->source->policy, rollout->sights);
}

static enum rpc_error test_files(struct call *call, struct trials *trials)
{
    OWNED(source) source = NULL;
    OWNED(store) copy = NULL; /* outlives the rollout on it */
    SCOPED(rollout_clear) struct rollout rollout = {0};
    struct policy_caller caller;
    enum rpc_error error = policy_call_files(call, &source);
    enum status status;

    if (error == RPC_DONE)
        error = method_error(call_copy(call->ground->store, &copy));
    if (error != RPC_DONE)
        return error;
    policy_caller_set(&caller, call);
    rollout = policy_call_rollout(call, source, &caller);
    rollout.store = copy;
    trials->context.store = copy;
    status = try_files(trials, &rollout);
    policy_call_copied(call, copy);
    return policy_call_fail(call, status, source);
}

enum rpc_error run_policy_test(struct call *call, struct json_writer *result)
{
    SCOPED(memory_drop) struct trial_sight *sights = NULL;
    struct trials trials = {
        .call = call,
        .context = {call->ground->store, call->ground->generation->site,
                    &call->peer->settings->config->realms, call->ground->now_s},
        .w = result,
    };
    enum rpc_error error = check_asked(call);

    if (error == RPC_DONE)
        error = method_error(look_asked(call, &sights));
    if (error != RPC_DONE)
        return error;
    trials.sights = sights;
    return params_value(call->params, "files") ? test_files(call, &trials)
                                               : test_running(call, &trials);
}
