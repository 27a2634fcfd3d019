#include "tests/unit/unit.h"

#include <jansson.h>

#include "provider/client/answer.h"
#include "provider/smsctl/role_object.h"

static enum status read_role(const char *json, struct arena *arena,
                             struct role_xml *role)
{
    SCOPED(answer_drop)
    json_t *object = json_loads(json, JSON_ALLOW_NUL, NULL);

    assert_non_null(object);
    return role_object_read(object, arena, role);
}

static void a_role_is_read_and_its_levels_fall_together(void **state)
{
    OWNED(arena) arena = NULL;
    struct role_xml role;

    (void)state;
    assert_int_equal(arena_new(1 << 20, &arena), STATUS_OK);
    assert_int_equal(
        read_role("{\"RoleName\":\"A\",\"RoleDescription\":null,"
                  "\"CopiedFromID\":\"SMS0002R\",\"IsBuiltIn\":false,"
                  "\"Operations\":["
                  "{\"ObjectTypeID\":6,\"GrantedOperations\":1},"
                  "{\"ObjectTypeID\":1,\"GrantedOperations\":4294967295},"
                  "{\"ObjectTypeID\":6,\"GrantedOperations\":2,"
                  "\"RequiredLevel\":20}]}",
                  arena, &role),
        STATUS_OK);
    assert_string_equal(role.name, "A");
    assert_string_equal(role.description, "");
    assert_string_equal(role.copied_from, "SMS0002R");
    assert_int_equal(role.n_masks, 2);
    assert_int_equal(role.masks[0].type, 6);
    assert_int_equal(role.masks[0].operations, 3);
    assert_true(role.masks[1].operations == UINT32_MAX);
}

static void a_built_in_role_is_not_read(void **state)
{
    OWNED(arena) arena = NULL;
    struct role_xml role;

    (void)state;
    assert_int_equal(arena_new(1 << 20, &arena), STATUS_OK);
    assert_int_equal(read_role("{\"RoleName\":\"A\",\"IsBuiltIn\":true,"
                               "\"Operations\":[]}",
                               arena, &role),
                     STATUS_DENIED);
}

static void what_is_no_role_is_refused(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{\"RoleName\":\"A\"}",
        "{\"RoleName\":\"\",\"Operations\":[]}",
        "{\"RoleName\":7,\"Operations\":[]}",
        "{\"RoleName\":\"A\\u0000B\",\"Operations\":[]}",
        "{\"RoleName\":\"A\",\"RoleDescription\":\"\\u001b[2J\","
        "\"Operations\":[]}",
        "{\"RoleName\":\"A\",\"RoleDescription\":\"\\uffff\","
        "\"Operations\":[]}",
        "{\"RoleName\":\"A\",\"Operations\":[7]}",
        "{\"RoleName\":\"A\",\"Operations\":[{\"ObjectTypeID\":0,"
        "\"GrantedOperations\":1}]}",
        "{\"RoleName\":\"A\",\"Operations\":[{\"ObjectTypeID\":65536,"
        "\"GrantedOperations\":1}]}",
        "{\"RoleName\":\"A\",\"Operations\":[{\"ObjectTypeID\":6,"
        "\"GrantedOperations\":4294967296}]}",
        "{\"RoleName\":\"A\",\"Operations\":[{\"ObjectTypeID\":6,"
        "\"GrantedOperations\":-1}]}",
    };
    struct role_xml role;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        OWNED(arena) arena = NULL;

        assert_int_equal(arena_new(1 << 20, &arena), STATUS_OK);
        assert_int_equal(read_role(bad[i], arena, &role), STATUS_INVALID);
    }
}

static void expect_operations(const char *before, const char *wanted)
{
    static const struct rbac_builtin_mask masks[] = {{1, 4}, {6, 5}};
    const struct role_xml role = {.masks = masks, .n_masks = 2};
    SCOPED(answer_drop) json_t *old = json_loads(before, 0, NULL);
    SCOPED(answer_drop)
    json_t *operations = role_object_operations(&role, old);
    SCOPED(answer_drop) json_t *expected = json_loads(wanted, 0, NULL);

    assert_non_null(expected);
    assert_true(json_equal(operations, expected));
}

static void a_new_role_has_no_levels_and_a_replaced_one_keeps_its(void **state)
{
    static const char plain[] =
        "[{\"ObjectTypeID\":1,\"GrantedOperations\":4,\"RequiredLevel\":0},"
        "{\"ObjectTypeID\":6,\"GrantedOperations\":5,\"RequiredLevel\":0}]";

    (void)state;
    expect_operations("null", plain);
    expect_operations("[]", plain);
    expect_operations("[{\"ObjectTypeID\":2,\"GrantedOperations\":5,"
                      "\"RequiredLevel\":20}]",
                      plain);
    expect_operations(
        "[{\"ObjectTypeID\":6,\"GrantedOperations\":4,\"RequiredLevel\":0},"
        "{\"ObjectTypeID\":6,\"GrantedOperations\":3,\"RequiredLevel\":20}]",
        "[{\"ObjectTypeID\":1,\"GrantedOperations\":4,\"RequiredLevel\":0},"
        "{\"ObjectTypeID\":6,\"GrantedOperations\":1,\"RequiredLevel\":20},"
        "{\"ObjectTypeID\":6,\"GrantedOperations\":4,\"RequiredLevel\":0}]");
}

static void levels_are_seen(void **state)
{
    SCOPED(answer_drop)
    json_t *none = json_loads("{\"RequiredLevel\":0,\"Operations\":["
                              "{\"RequiredLevel\":0}]}",
                              0, NULL);
    SCOPED(answer_drop)
    json_t *whole = json_loads("{\"RequiredLevel\":10}", 0, NULL);
    SCOPED(answer_drop)
    json_t *one = json_loads("{\"RequiredLevel\":0,\"Operations\":["
                             "{\"RequiredLevel\":0},{\"RequiredLevel\":20}]}",
                             0, NULL);

    (void)state;
    assert_false(role_object_has_levels(none));
    assert_true(role_object_has_levels(whole));
    assert_true(role_object_has_levels(one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_is_read_and_its_levels_fall_together),
        cmocka_unit_test(a_built_in_role_is_not_read),
        cmocka_unit_test(what_is_no_role_is_refused),
        cmocka_unit_test(a_new_role_has_no_levels_and_a_replaced_one_keeps_its),
        cmocka_unit_test(levels_are_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
