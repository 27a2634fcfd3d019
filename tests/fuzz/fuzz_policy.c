/*
 * One or two policy files (a NUL-free separator line "%%%" splits them): no
 * input may do more than produce messages, and what compiles holds together.
 */
#include <assert.h>
#include <stdint.h>

#include "policy/policy.h"

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
    if (status == STATUS_OK)
        check_policy(policy);
    if (set)
        check_messages(set, status);
    return 0;
}
