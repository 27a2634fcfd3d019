/*
 * One or two policy files (a NUL-free separator line "%%%" splits them): no
 * input may do more than produce messages, and what compiles holds together.
 */
#include <assert.h>
#include <stdint.h>

#include "policy/check.h"
#include "policy/plan.h"
#include "policy/write.h"

static const char separator[] = "\n%%%\n";

static void check_policy(const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_roles; i++)
        assert(policy->roles[i].name && policy->roles[i].n_rights <= 400);
    for (size_t i = 0; i < policy->n_admins; i++) {
        assert(policy->admins[i].name);
        for (size_t j = 0; j < policy->admins[i].n_assignments; j++)
            assert(policy->admins[i].assignments[j].n_roles &&
                   policy->admins[i].assignments[j].n_scopes);
    }
    for (size_t i = 0; i < policy->n_exclusions; i++)
        assert(policy->exclusions[i].reason && policy->exclusions[i].owner);
}

/* What is written reads as what was written. */
static void round_trip(const struct policy *policy)
{
    SCOPED(buf_free) struct buf text = buf_make(1 << 24);
    OWNED(policy_set) set = NULL;
    OWNED(arena) arena = NULL;
    const struct policy *again;
    struct policy_plan plan;

    if (policy_write(policy, &text) != STATUS_OK ||
        policy_set_new(&set) != STATUS_OK ||
        arena_new(1 << 26, &arena) != STATUS_OK ||
        policy_set_add(set, "c.yaml", buf_text(&text)) != STATUS_OK)
        return;
    if (policy_set_compile(set, &again) != STATUS_OK ||
        policy_plan_make(policy, again, arena, &plan) != STATUS_OK)
        __builtin_trap();
    assert(plan.n_changes == 0);
}

/* The deeper checks may say what they like, and must come back. */
static void look_deeper(struct policy_set *set, const struct policy *policy)
{
    const struct policy_facts facts = {.now_s = 1780272000,
                                       .reachable = AUTH_LEVEL_CERTIFICATE};
    struct policy_test_count count;

    (void)!policy_set_check(set, &facts);
    (void)!policy_set_test(set, &facts, &count);
    round_trip(policy);
}

static void check_messages(const struct policy_set *set, enum status status)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 24);
    const struct policy_message *messages;
    size_t n_errors = 0;
    size_t n;

    messages = policy_set_messages(set, &n);
    for (size_t i = 0; i < n; i++) {
        n_errors += messages[i].severity == POLICY_ERROR;
        policy_message_write(&messages[i], &out);
    }
    assert(text_is_utf8(buf_text(&out)));
    assert(status != STATUS_OK || n_errors == 0);
    assert(status != STATUS_INVALID || n_errors > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = NULL;
    const char *text = (const char *)data;
    const char *split =
        size ? memmem(text, size, separator, sizeof(separator) - 1) : NULL;
    const size_t first = split ? (size_t)(split - text) : size;
    enum status status = policy_set_new(&set);

    if (status == STATUS_OK)
        status = policy_set_add(set, "a.yaml", (struct text){text, first});
    if (status == STATUS_OK && split)
        status =
            policy_set_add(set, "b.yaml",
                           (struct text){split + sizeof(separator) - 1,
                                         size - first - sizeof(separator) + 1});
    if (status == STATUS_OK)
        status = policy_set_compile(set, &policy);
    if (status == STATUS_OK) {
        check_policy(policy);
        check_messages(set, status);
        look_deeper(set, policy);
        return 0;
    }
    if (set)
        check_messages(set, status);
    return 0;
}
