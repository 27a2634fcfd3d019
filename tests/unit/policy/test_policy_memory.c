/*
 * Memory that runs out: each allocation of our own fails once, and what comes
 * back is a status, never a policy that is not whole.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "policy/check.h"
#include "policy/plan.h"
#include "policy/rights.h"
#include "policy/role_xml.h"
#include "policy/write.h"

static const char POLICY[] =
    "version: 1\n"
    "authentication:\n"
    "  minimum_level: certificate\n"
    "  exclusions:\n"
    "    - { user: svc@EXAMPLE.COM, reason: r, owner: o, until: 2027-01-01 }\n"
    "scopes: [{ name: Web }]\n"
    "roles:\n"
    "  - { name: R, copied_from: Read-only Analyst }\n"
    "  - { name: S, copied_from: R, add: { SMS_Site: [Modify] } }\n"
    "collections: [{ name: Servers, limiting: All Systems, direct: [A] }]\n"
    "groups: [{ name: g, members: [bob@EXAMPLE.COM] }]\n"
    "administrators:\n"
    "  - user: root@EXAMPLE.COM\n"
    "    identities: [{ token: { issuer: https://x/, subject: a } }]\n"
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"
    "  - group: g\n"
    "    assignments: [{ roles: [S], scopes: [Web], collections: [Servers] }]\n"
    "tests:\n"
    "  - { user: bob@EXAMPLE.COM, can: Modify, class: SMS_Site, scopes: [Web] "
    "}\n";

static const char ROLES[] =
    "<SMS_Roles><SMS_Role RoleName='x'><Operations>"
    "<Operation GrantedOperations='1' ObjectTypeID='6'/>"
    "</Operations></SMS_Role></SMS_Roles>";

static size_t n_until_failure; /* 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);

static bool is_now(void)
{
    return n_until_failure && --n_until_failure == 0;
}

void *__wrap_malloc(size_t size)
{
    return is_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return is_now() ? NULL : __real_calloc(n, size);
}

static enum status use_policy(struct policy_set *set,
                              const struct policy *policy)
{
    OWNED(arena) arena = NULL;
    SCOPED(buf_free) struct buf out = buf_make(1 << 20);
    const struct policy_facts facts = {.now_s = 1780272000};
    struct rights_difference difference;
    struct policy_test_count count;
    struct policy_plan plan;

    assert_int_equal(policy->n_admins, 2);
    assert_int_equal(policy->n_roles, 2);
    TRY(policy_set_check(set, &facts));
    TRY(policy_set_test(set, &facts, &count));
    TRY(policy_write(policy, &out));
    TRY(arena_new(1 << 26, &arena));
    TRY(policy_plan_make(NULL, policy, arena, &plan));
    TRY(policy_rights_compare(NULL, policy, facts.now_s, arena, &difference));
    assert_true(difference.n_rows > 10);
    return buf_status(&out);
}

static enum status work_policy(void)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy;

    TRY(policy_set_new(&set));
    TRY(policy_set_add(set, "p.yaml", TEXT(POLICY)));
    TRY(policy_set_compile(set, &policy));
    return use_policy(set, policy);
}

static enum status work_roles(void)
{
    OWNED(arena) arena = NULL;
    SCOPED(buf_free) struct buf out = buf_make(1 << 20);
    struct policy_messages messages;
    const struct role_xml *roles;
    size_t n;

    TRY(arena_new(1 << 26, &arena));
    messages = messages_make(arena);
    TRY(role_xml_read(
        &(struct role_xml_file){.name = "r.xml", .text = TEXT(ROLES)},
        &messages, &roles, &n));
    assert_int_equal(n, 1);
    return role_xml_write(roles, n, &out);
}

/*
 * Fails the first allocation, then the second, until none is left to fail. A
 * failure that is survived is good when the work looks whole, which it says.
 */
static void fail_each(enum status (*work)(void))
{
    for (size_t i = 1;; i++) {
        enum status status;

        n_until_failure = i;
        status = work();
        if (n_until_failure != 0) {
            n_until_failure = 0;
            assert_int_equal(status, STATUS_OK);
            assert_true(i > 3);
            return;
        }
    }
}

static void a_policy_comes_whole_or_not_at_all(void **state)
{
    (void)state;
    fail_each(work_policy);
}

static void roles_come_whole_or_not_at_all(void **state)
{
    (void)state;
    fail_each(work_roles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_comes_whole_or_not_at_all),
        cmocka_unit_test(roles_come_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
