/* Names where keys are expected. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/natural.h"

static const char *web_scope(struct fixture *f)
{
    static char id[16];

    assert_int_equal(
        act_list(f, "full", "SMS_SecuredCategory",
                 &(struct object_list){.filter = TEXT("CategoryName='Web'")}),
        STATUS_OK);
    snprintf(id, sizeof(id), "%s", item_text(f, 0, "CategoryID"));
    return id;
}

static const char *make_application(struct fixture *f, const char *name,
                                    bool is_in_web)
{
    static char key[32];
    char json[256];

    snprintf(json, sizeof(json), "{'LocalizedDisplayName':'%s'}", name);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Application", "CI_ID", json));
    if (is_in_web)
        put_in_scope(f, 31, key, web_scope(f));
    return key;
}

static enum status get(struct fixture *f, const char *user, const char *word)
{
    return act_get(f, user, "SMS_Application", word);
}

static void finds_one_by_name(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Agent", true);
    assert_int_equal(get(f, "full", "Agent"), STATUS_OK);
    assert_int_equal(get(f, "author", "Agent"), STATUS_OK);
    assert_string_equal(text_in(f, "LocalizedDisplayName"), "Agent");
    assert_int_equal(get(f, "full", "Agen"), STATUS_NOT_FOUND);
    assert_int_equal(get(f, "full", ""), STATUS_NOT_FOUND);
}

static void denies_what_is_seen_and_not_changed(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Agent", true);
    assert_int_equal(act_delete(f, "analyst", "SMS_Application", "Agent"),
                     STATUS_DENIED);
    assert_int_equal(act_delete(f, "author", "SMS_Application", "Agent"),
                     STATUS_OK);
}

static void hidden_ones_neither_answer_nor_disturb(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Agent", true);
    make_application(f, "Agent", false);
    make_application(f, "Ghost", false);
    assert_int_equal(get(f, "full", "Agent"), STATUS_CONFLICT);
    assert_int_equal(get(f, "full", "Ghost"), STATUS_OK);
    assert_int_equal(get(f, "author", "Agent"), STATUS_OK);
    assert_int_equal(get(f, "author", "Ghost"), STATUS_NOT_FOUND);
    make_application(f, "Agent", true);
    assert_int_equal(get(f, "author", "Agent"), STATUS_CONFLICT);
}

static void a_form_of_a_key_is_no_name(void **state)
{
    static const struct {
        const char *class_name;
        const char *word;
        bool is_key;
    } cases[] = {
        {"SMS_Application", "16777217", true},
        {"SMS_Application", "16777217 ", false},
        {"SMS_Application", "P0100014", false},
        {"SMS_Collection", "P0100014", true},
        {"SMS_Collection", "sms00001", true},
        {"SMS_Collection", "Web Servers", false},
        {"SMS_Program", "P0100014.Install", true},
        {"SMS_Program", "Install", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(
            natural_is_key(object_class_find(text_of(cases[i].class_name)),
                           text_of(cases[i].word)),
            cases[i].is_key);
}

static void refers_by_name_to_what_is_seen(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Agent", false);
    make_application(f, "Agent", true);
    assert_int_equal(act_create(f, "deployer", "SMS_ApplicationAssignment",
                                "{'OfferTypeID':0,'AssignedCI':'Agent',"
                                "'TargetCollectionID':'Servers'}"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "TargetCollectionID"), "P0100014");
    assert_int_equal(act_create(f, "full", "SMS_ApplicationAssignment",
                                "{'OfferTypeID':0,'AssignedCI':'Agent',"
                                "'TargetCollectionID':'Servers'}"),
                     STATUS_INVALID);
    assert_string_equal(f->failure.property, "AssignedCI");
    assert_int_equal(act_create(f, "deployer", "SMS_ApplicationAssignment",
                                "{'OfferTypeID':0,'AssignedCI':'Agent',"
                                "'TargetCollectionID':'Desktops'}"),
                     STATUS_INVALID);
    assert_string_equal(f->failure.property, "TargetCollectionID");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(finds_one_by_name),
        WITH_SITE(denies_what_is_seen_and_not_changed),
        WITH_SITE(hidden_ones_neither_answer_nor_disturb),
        WITH_SITE(a_form_of_a_key_is_no_name),
        WITH_SITE(refers_by_name_to_what_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
