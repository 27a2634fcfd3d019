/* Names that a person takes for one another, at the doors of the console and
 * of the files. */
#include "tests/unit/object/site_fixture.h"

#include "provider/object/declare/declare.h"

#define MAKE(name)                                                             \
    "{'LogonName':'" name "','Permissions':[{'RoleID':'SMS0002R',"             \
    "'CategoryID':'SMS00UNA'}]}"

/* No two names look alike (T53). */
static void administrators_roles_and_scopes_do_not_look_alike(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *class_name;
        const char *first, *second;
        enum status status;
    } rows[] = {
        {"SMS_Admin", MAKE("admin@R.TEST"), MAKE("adm\xC4\xB1n@R.TEST"),
         STATUS_CONFLICT},
        {"SMS_Admin", MAKE("bob@R.TEST"), MAKE("BOB@R.TEST"), STATUS_CONFLICT},
        {"SMS_Admin", MAKE("coco@R.TEST"),
         MAKE("\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE@R.TEST"), STATUS_CONFLICT},
        {"SMS_Admin", MAKE("eve@R.TEST"), MAKE("eva@R.TEST"), STATUS_OK},
        {"SMS_Admin", MAKE("pay@R.TEST"), MAKE("p\xD0\xB0y@R.TEST"),
         STATUS_INVALID},
        {"SMS_Admin", MAKE("dan@R.TEST"), MAKE("dan@R.TEST\xC2\xA0"),
         STATUS_INVALID},
        {"SMS_SecuredCategory", "{'CategoryName':'Nord'}",
         "{'CategoryName':'N\xC3\xB6"
         "rd'}",
         STATUS_OK},
        {"SMS_SecuredCategory", "{'CategoryName':'East Site'}",
         "{'CategoryName':'East  Site'}", STATUS_CONFLICT},
        {"SMS_SecuredCategory", "{'CategoryName':'Zo\xC3\xAB'}",
         "{'CategoryName':'Zoe\xCC\x88'}", STATUS_INVALID},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(
            act_create(f, "full", rows[i].class_name, rows[i].first),
            STATUS_OK);
        assert_int_equal(
            act_create(f, "full", rows[i].class_name, rows[i].second),
            rows[i].status);
    }
}

static void a_new_name_is_asked_about_and_an_old_one_is_not(void **state)
{
    struct fixture *f = *state;
    const char *key;

    make_object(f, "SMS_SecuredCategory", "CategoryID",
                "{'CategoryName':'coco'}");
    key = make_object(f, "SMS_SecuredCategory", "CategoryID",
                      "{'CategoryName':'Other'}");
    assert_int_equal(
        act_update(f, "full", "SMS_SecuredCategory", key,
                   "{'CategoryName':'\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE'}"),
        STATUS_CONFLICT);
    assert_int_equal(act_update(f, "full", "SMS_SecuredCategory", key,
                                "{'CategoryDescription':'same name'}"),
                     STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_SecuredCategory", key,
                                "{'CategoryName':'other'}"),
                     STATUS_OK);
}

static enum status declare_one(struct fixture *f, const char *name)
{
    struct declare *declare = NULL;
    enum status status;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(declare_begin(f->store, &declare), STATUS_OK);
    status =
        declare_scope(declare, &(struct policy_scope){.place = {"a.yaml", 3, 1},
                                                      .name = name,
                                                      .description = ""});
    declare_free(declare);
    store_write_rollback(f->store);
    return status;
}

static void a_file_declares_nothing_like_what_the_console_made(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_SecuredCategory", "CategoryID",
                "{'CategoryName':'coco'}");
    assert_int_equal(declare_one(f, "\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE"),
                     STATUS_INVALID);
    assert_int_equal(declare_one(f, "cacao"), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(administrators_roles_and_scopes_do_not_look_alike),
        WITH_SITE(a_new_name_is_asked_about_and_an_old_one_is_not),
        WITH_SITE(a_file_declares_nothing_like_what_the_console_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
