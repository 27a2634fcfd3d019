/*
 * Accounts of this machine, as its own name service knows them.
 */
#include "auth/account.h"
#include "tests/unit/unit.h"

static const struct account_rules any = {.minimum_uid = 0};

static void root_has_its_group(void **state)
{
    SCOPED(account_groups_clear) struct account_groups groups = {0};
    bool has_root = false;

    (void)state;
    assert_int_equal(account_groups_read("root", &any, 1024, &groups),
                     STATUS_OK);
    assert_true(groups.has_account);
    for (size_t i = 0; i < groups.n_names; i++)
        has_root = has_root || strcmp(groups.names[i], "root") == 0;
    assert_true(has_root);
}

static void nobody_of_that_name_is_no_error_and_has_no_groups(void **state)
{
    SCOPED(account_groups_clear) struct account_groups groups = {0};

    (void)state;
    assert_int_equal(
        account_groups_read("no-such-account-here", &any, 1024, &groups),
        STATUS_OK);
    assert_false(groups.has_account);
    assert_int_equal(groups.n_names, 0);
}

static void no_room_for_one_group_is_an_error(void **state)
{
    SCOPED(account_groups_clear) struct account_groups groups = {0};

    (void)state;
    assert_int_equal(account_groups_read("root", &any, 0, &groups),
                     STATUS_LIMIT);
    assert_false(groups.has_account);
}

/* A user of a realm cannot become one of the host's own by a name. */
static void an_account_of_the_host_is_no_users(void **state)
{
    const struct account_rules users = {.minimum_uid = 1000};
    SCOPED(account_groups_clear) struct account_groups groups = {0};

    (void)state;
    assert_int_equal(account_groups_read("root", &users, 1024, &groups),
                     STATUS_OK);
    assert_false(groups.has_account);
    assert_true(groups.is_missing);
    assert_int_equal(groups.n_names, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_has_its_group),
        cmocka_unit_test(nobody_of_that_name_is_no_error_and_has_no_groups),
        cmocka_unit_test(no_room_for_one_group_is_an_error),
        cmocka_unit_test(an_account_of_the_host_is_no_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
