/* Imports: many rows in one act, each as an act of its own. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/import_keys.h"

static int64_t count(const struct fixture *f, const char *name)
{
    return number_in(f, name);
}

static void expect_counts(const struct fixture *f, int64_t created,
                          int64_t updated, int64_t unchanged, size_t n_errors)
{
    assert_int_equal(count(f, "created"), created);
    assert_int_equal(count(f, "updated"), updated);
    assert_int_equal(count(f, "unchanged"), unchanged);
    assert_int_equal(json_array_size(json_object_get(f->result, "errors")),
                     n_errors);
}

static const json_t *error_at(const struct fixture *f, size_t i)
{
    return json_array_get(json_object_get(f->result, "errors"), i);
}

static void expect_error(const struct fixture *f, size_t i, int64_t row,
                         const char *reason)
{
    const json_t *error = error_at(f, i);

    assert_int_equal(json_integer_value(json_object_get(error, "row")), row);
    assert_string_equal(json_string_value(json_object_get(error, "reason")),
                        reason);
}

static int64_t n_found(struct fixture *f, const char *filter)
{
    const struct object_list list = {
        .filter = text_of(filter), .limit = 1, .count = true};

    assert_int_equal(act_list(f, "full", "SMS_R_System", &list), STATUS_OK);
    return number_in(f, "count");
}

static int64_t n_devices(struct fixture *f)
{
    return n_found(f, "");
}

static void rows_become_objects_and_then_change_them(void **state)
{
    struct fixture *f = *state;
    static const char first[] =
        "[{'Name':'pc1','ClientVersion':'1'},{'Name':'pc2'},{'Name':'pc3'}]";

    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL, first),
                     STATUS_OK);
    expect_counts(f, 3, 0, 0, 0);
    assert_string_equal(f->import, "16777217-16777219|||0");
    assert_int_equal(act_import(f, "full", "SMS_R_System", "name", first),
                     STATUS_OK);
    expect_counts(f, 0, 0, 3, 0);
    assert_string_equal(f->import, "|||0");
    assert_int_equal(
        act_import(f, "full", "SMS_R_System", "Name",
                   "[{'Name':'PC1','ClientVersion':'1'},"
                   "{'Name':'pc2','MACAddresses':['a']},{'Name':'pc4'}]"),
        STATUS_OK);
    expect_counts(f, 1, 2, 0, 0);
    assert_string_equal(f->import, "16777220|16777217-16777218||0");
    assert_int_equal(n_devices(f), 4);
}

static void an_imported_device_is_in_its_collections(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100014",
                                "AddMembershipRule",
                                "{'CollectionRule':{'RuleName':'pcs',"
                                "'QueryExpression':'SELECT * FROM SMS_R_System"
                                " WHERE Name LIKE \\\"pc%\\\"'}}"),
                     STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL,
                                "[{'Name':'pc1'},{'Name':'mac1'},"
                                "{'Name':'pc2'}]"),
                     STATUS_OK);
    expect_counts(f, 3, 0, 0, 0);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100014"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 2);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "SMS00001"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 3);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777218"),
                     STATUS_NOT_FOUND);
}

/* Rows that fail take no number, before they are stored or after it. */
static void numbers_of_a_batch_follow_each_other(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL,
                                "[{'Name':'pc1'},{'Name':'pc2','Client':7},"
                                "{'Name':'pc3'},{'Nome':'pc4'},"
                                "{'Name':'pc5','Nome':1},{'Name':'pc6'}]"),
                     STATUS_OK);
    expect_counts(f, 3, 0, 0, 3);
    assert_string_equal(f->import, "16777217-16777219|||0");
    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL,
                                "[{'Name':'pc7'},{'Name':'pc1'}]"),
                     STATUS_OK);
    assert_string_equal(f->import, "16777220|||0");
}

/* Texts of lists with and without characters that are escaped. */
static void lists_are_kept_as_they_were_given(void **state)
{
    static const char *const lists[] = {"[]",
                                        "[\"\"]",
                                        "[\"a\",\"b c\"]",
                                        "[\"a\\\"b\",\"c\"]",
                                        "[\"a\\\\b\"]",
                                        "[\"\\t\",\"x\"]",
                                        "[\"\xC3\xA9\",\"\x7F\",\"/\"]"};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        char text[256];
        json_t *given = json_loads(lists[i], 0, NULL);

        snprintf(text, sizeof(text),
                 "[{\"Name\":\"pc%zu\",\"MACAddresses\":%s}]", i, lists[i]);
        assert_int_equal(act_import(f, "full", "SMS_R_System", NULL, text),
                         STATUS_OK);
        snprintf(text, sizeof(text), "%zu", 16777217 + i);
        assert_int_equal(act_get(f, "full", "SMS_R_System", text), STATUS_OK);
        assert_true(
            json_equal(json_object_get(f->result, "MACAddresses"), given));
        json_decref(given);
    }
}

static void a_name_twice_in_a_batch_is_one_object(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL,
                                "[{'Name':'pc1'},{'Name':'pc2'},"
                                "{'Name':'pc1','ClientVersion':'2'},"
                                "{'Name':'pc2'}]"),
                     STATUS_OK);
    expect_counts(f, 2, 1, 1, 0);
    assert_int_equal(n_devices(f), 2);
}

/* New devices are stored several at once. */
static void import_many(struct fixture *f, size_t n, const char *last)
{
    SCOPED(buf_free) struct buf rows = buf_make(65536);

    buf_append_string(&rows, "[");
    for (size_t i = 0; i < n; i++)
        buf_append_format(&rows,
                          "{'Name':'pc%zu','MACAddresses':['m%zu','m','M'],"
                          "'ADSiteName':'s%zu'},",
                          i, i, i % 3);
    buf_append_format(&rows, "%s]", last);
    buf_append_char(&rows, '\0');
    assert_int_equal(
        act_import(f, "full", "SMS_R_System", NULL, buf_text(&rows).data),
        STATUS_OK);
}

/* In full statements, and in what is left at the end. */
static void many_new_rows_are_each_what_they_say(void **state)
{
    enum { N = 3 * 40 + 5 };
    struct fixture *f = *state;

    import_many(f, N, "{'Name':'last'}");
    expect_counts(f, N + 1, 0, 0, 0);
    assert_int_equal(n_devices(f), N + 1);
    for (int i = 0; i < N; i++) {
        char text[32];

        snprintf(text, sizeof(text), "%d", 16777217 + i);
        assert_int_equal(act_get(f, "full", "SMS_R_System", text), STATUS_OK);
        snprintf(text, sizeof(text), "pc%d", i);
        assert_string_equal(text_in(f, "Name"), text);
        snprintf(text, sizeof(text), "s%d", i % 3);
        assert_string_equal(text_in(f, "ADSiteName"), text);
        snprintf(text, sizeof(text), "MACAddresses = 'm%d'", i);
        assert_int_equal(n_found(f, text), 1);
    }
    assert_int_equal(n_found(f, "MACAddresses = 'm'"), N);
    assert_int_equal(n_found(f, "ADSiteName = 's2'"), N / 3);
    import_many(f, N, "{'Name':'last'}");
    expect_counts(f, 0, 0, N + 1, 0);
}

/* In the same statement, in the one before it, and not to be mixed up. */
static void a_row_finds_one_that_is_not_stored_yet(void **state)
{
    struct fixture *f = *state;

    import_many(f, 60,
                "{'Name':'PC59','ClientVersion':'2'},"
                "{'Name':'new','ClientVersion':'1'},"
                "{'Name':'pc2','ClientVersion':'2'},"
                "{'Name':'NEW','ClientVersion':'1'},{'Name':'Nome','x':1}");
    expect_counts(f, 61, 3, 0, 1);
    assert_int_equal(n_devices(f), 61);
    assert_string_equal(f->import,
                        "16777217-16777277|16777276,16777219,16777277||0");
}

/* Their numbers go on where it stopped, whatever is stored by then. */
static void a_bad_row_between_new_ones_takes_no_number(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_import(f, "full", "SMS_R_System", "NetbiosName",
                                "[{'Name':'a','NetbiosName':'a'},"
                                "{'Name':'b','NetbiosName':'b','Client':7},"
                                "{'Name':'c','NetbiosName':'c'},"
                                "{'Name':'d','NetbiosName':'A'},"
                                "{'Name':'e','NetbiosName':'e','Bogus':1},"
                                "{'Name':'f','NetbiosName':'f'}]"),
                     STATUS_OK);
    expect_counts(f, 3, 1, 0, 2);
    assert_string_equal(f->import, "16777217-16777219|16777217||0");
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777219"), STATUS_OK);
    assert_string_equal(text_in(f, "Name"), "f");
}

static void a_bad_row_stops_no_other_and_changes_nothing(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        act_import(f, "full", "SMS_R_System", NULL,
                   "[{'Name':'pc1'},{'Nome':'x'},{'Name':'pc2','Client':7},"
                   "{'Name':5},{'Name':'pc3','Bogus':1},"
                   "{'Name':'pc4','ResourceID':1},{'Name':'pc5'}]"),
        STATUS_OK);
    expect_counts(f, 2, 0, 0, 5);
    for (size_t i = 0; i < 5; i++)
        expect_error(f, i, (int64_t)i + 1, "invalid");
    assert_string_equal(f->import, "16777217-16777218|||0");
    assert_int_equal(n_devices(f), 2);
}

static void several_of_a_name_are_told_apart_by_another_property(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'twin'}");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'twin'}");
    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL,
                                "[{'Name':'twin','ClientVersion':'3'}]"),
                     STATUS_OK);
    expect_error(f, 0, 0, "conflict");
    assert_int_equal(act_import(f, "full", "SMS_R_System", "ResourceID",
                                "[{'ResourceID':16777218,'ClientVersion':'3'},"
                                "{'ResourceID':99,'ClientVersion':'3'},"
                                "{'ResourceID':'16777218'}]"),
                     STATUS_OK);
    expect_counts(f, 0, 1, 0, 2);
    expect_error(f, 0, 1, "not_found");
    expect_error(f, 1, 2, "invalid");
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777218"), STATUS_OK);
    assert_string_equal(text_in(f, "ClientVersion"), "3");
}

static void rows_are_not_found_by_what_has_no_index(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_import(f, "full", "SMS_R_System", "DistinguishedName",
                                "[{'Name':'pc1','DistinguishedName':'x'}]"),
                     STATUS_INVALID);
    assert_int_equal(
        act_import(f, "full", "SMS_R_System", "Nome", "[{'Name':'pc1'}]"),
        STATUS_INVALID);
    assert_int_equal(act_import(f, "full", "SMS_R_System", "MACAddresses",
                                "[{'Name':'pc1','MACAddresses':['a']}]"),
                     STATUS_INVALID);
    assert_int_equal(n_devices(f), 0);
}

/* Deployers have Read Resource on Servers and none of Modify Resource. */
static void each_row_needs_its_own_right(void **state)
{
    struct fixture *f = *state;

    make_member(f, "pc1", "P0100014");
    assert_int_equal(act_import(f, "analyst", "SMS_R_System", NULL,
                                "[{'Name':'pc1','ClientVersion':'9'},"
                                "{'Name':'pc2'}]"),
                     STATUS_OK);
    expect_counts(f, 0, 0, 0, 2);
    expect_error(f, 0, 0, "denied");
    expect_error(f, 1, 1, "denied");
    assert_string_equal(f->import, "||16777217|2");
    assert_int_equal(n_devices(f), 1);
    assert_int_equal(act_import(f, "full", "SMS_R_System", NULL,
                                "[{'Name':'pc1','ClientVersion':'9'},"
                                "{'Name':'pc2'}]"),
                     STATUS_OK);
    expect_counts(f, 1, 1, 0, 0);
}

/* The answer about a hidden device is the one about a missing one (T60). */
static void a_hidden_object_is_a_missing_one(void **state)
{
    struct fixture *f = *state;
    static const char rows[] =
        "[{'Name':'secret','ClientVersion':'1'},{'Name':'secret'}]";
    char *with;
    char *without;

    assert_int_equal(act_import(f, "analyst", "SMS_R_System", NULL, rows),
                     STATUS_OK);
    without = json_dumps(f->result, JSON_COMPACT);
    make_member(f, "secret", "P0100015");
    assert_int_equal(act_import(f, "analyst", "SMS_R_System", NULL, rows),
                     STATUS_OK);
    with = json_dumps(f->result, JSON_COMPACT);
    assert_string_equal(with, without);
    free(with);
    free(without);
    assert_int_equal(act_import(f, "analyst", "SMS_R_System", "ResourceID",
                                "[{'ResourceID':16777217,'Name':'x'}]"),
                     STATUS_OK);
    expect_error(f, 0, 0, "not_found");
}

static void objects_in_scopes_get_those_of_their_creator(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_import(f, "author", "SMS_Application",
                                "LocalizedDisplayName",
                                "[{'LocalizedDisplayName':'Editor'},"
                                "{'LocalizedDisplayName':'Viewer'}]"),
                     STATUS_OK);
    expect_counts(f, 2, 0, 0, 0);
    assert_int_equal(act_import(f, "author", "SMS_Application", NULL,
                                "[{'LocalizedDisplayName':'Editor',"
                                "'LocalizedDescription':'edits'}]"),
                     STATUS_OK);
    expect_counts(f, 0, 1, 0, 0);
    assert_int_equal(act_import(f, "analyst", "SMS_Application", NULL,
                                "[{'LocalizedDisplayName':'Other'}]"),
                     STATUS_OK);
    expect_error(f, 0, 0, "denied");
}

/* What follows a change of rights is decided by the new ones. */
static void a_row_that_changes_rights_is_the_last(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_import(f, "full", "SMS_Collection", "Name",
                                "[{'Name':'A','LimitToCollectionID':"
                                "'SMS00001'},{'Name':'B',"
                                "'LimitToCollectionID':'SMS00001'}]"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "taken"), 1);
    expect_counts(f, 1, 0, 0, 0);
}

static void keys_that_follow_each_other_are_a_range(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    struct import_keys keys = {.out = &out};
    static const char *const words[] = {"7", "8", "9", "12", "A", "13", "05"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        import_keys_add(&keys, text_of(words[i]));
    import_keys_end(&keys);
    buf_append_char(&out, '\0');
    assert_string_equal(buf_text(&out).data, "7-9,12,A,13,05");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(rows_become_objects_and_then_change_them),
        WITH_SITE(an_imported_device_is_in_its_collections),
        WITH_SITE(numbers_of_a_batch_follow_each_other),
        WITH_SITE(lists_are_kept_as_they_were_given),
        WITH_SITE(a_name_twice_in_a_batch_is_one_object),
        WITH_SITE(many_new_rows_are_each_what_they_say),
        WITH_SITE(a_row_finds_one_that_is_not_stored_yet),
        WITH_SITE(a_bad_row_between_new_ones_takes_no_number),
        WITH_SITE(a_bad_row_stops_no_other_and_changes_nothing),
        WITH_SITE(several_of_a_name_are_told_apart_by_another_property),
        WITH_SITE(rows_are_not_found_by_what_has_no_index),
        WITH_SITE(each_row_needs_its_own_right),
        WITH_SITE(a_hidden_object_is_a_missing_one),
        WITH_SITE(objects_in_scopes_get_those_of_their_creator),
        WITH_SITE(a_row_that_changes_rights_is_the_last),
        cmocka_unit_test(keys_that_follow_each_other_are_a_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
