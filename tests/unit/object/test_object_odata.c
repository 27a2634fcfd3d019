/* Queries by the options of OData: the rows that they mean, page after page,
 * and none of what is hidden. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/wql/odata.h"

static struct odata_asked devices(const char *filter)
{
    return (struct odata_asked){.of = {[ODATA_CLASS] = TEXT("SMS_R_System"),
                                       [ODATA_FILTER] = text_of(filter),
                                       [ODATA_SELECT] = TEXT("Name")}};
}

static enum status ask(struct fixture *f, const char *user,
                       const struct odata_asked *asked)
{
    return act_query(f, user, &(struct object_query){.odata = asked});
}

/* The names that the answer holds, in its order: "a b ". */
static const char *names(struct fixture *f)
{
    static char all[512];

    all[0] = '\0';
    for (size_t i = 0; i < n_items(f); i++) {
        strcat(all, item_text(f, i, "Name"));
        strcat(all, " ");
    }
    return all;
}

static void assert_devices(struct fixture *f, const char *filter,
                           const char *expected)
{
    const struct odata_asked asked = devices(filter);

    if (ask(f, "full", &asked) != STATUS_OK)
        fail_msg("%s: %s: %s", filter, f->failure.property, f->failure.why);
    if (strcmp(names(f), expected) != 0)
        fail_msg("%s: %s, not %s", filter, names(f), expected);
}

static void assert_refused(struct fixture *f, const struct odata_asked *asked,
                           const char *option, const char *why)
{
    assert_int_equal(ask(f, "full", asked), STATUS_INVALID);
    assert_string_equal(f->failure.property, option);
    assert_string_equal(f->failure.why, why);
}

static int open_estate(void **state)
{
    const int opened = fixture_open(state);
    struct fixture *f = *state;

    if (opened != 0)
        return opened;
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'LT-42','Client':1,'IsVirtualMachine':false,"
                "'SystemOUName':['EXAMPLE/LEEDS','EXAMPLE/WORK_STATIONS'],"
                "'LastLogonTimestamp':'2027-01-10T08:00:00Z'}");
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'SRV 100%','Client':0,'IsVirtualMachine':true,"
                "'LastLogonTimestamp':'2026-10-01T08:00:00Z'}");
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'it\\u0027s [1]','Client':1}");
    make_member(f, "web1", "P0100014");
    return 0;
}

static void filters_mean_what_they_say(void **state)
{
    struct fixture *f = *state;

    assert_devices(f, "", "LT-42 SRV 100% it's [1] web1 ");
    assert_devices(f, "Client eq 1 and Name ne 'lt-42'", "it's [1] ");
    assert_devices(f, "Client eq null", "web1 ");
    assert_devices(f, "client NE null and not (Client eq 1)", "SRV 100% ");
    assert_devices(f, "IsVirtualMachine", "SRV 100% ");
    assert_devices(f, "IsVirtualMachine eq false", "LT-42 it's [1] web1 ");
    assert_devices(f, "contains(Name,'0%')", "SRV 100% ");
    assert_devices(f, "contains(Name,'1_0')", "");
    assert_devices(f, "endswith(Name,'[1]') or startswith(Name,'WEB') eq true",
                   "it's [1] web1 ");
    assert_devices(f, "Name eq 'it''s [1]'", "it's [1] ");
    assert_devices(f, "Name in ('web1','LT-42')", "LT-42 web1 ");
    assert_devices(f, "substring(Name,1,2) eq 'EB'", "web1 ");
    assert_devices(f, "toupper(Name) eq 'WEB1'", "web1 ");
}

static void times_are_moments(void **state)
{
    struct fixture *f = *state;

    assert_devices(f, "LastLogonTimestamp ge 2027-01-10T08:00:00Z", "LT-42 ");
    assert_devices(f, "LastLogonTimestamp gt 2027-01-10T08:00:00Z", "");
    assert_devices(f, "LastLogonTimestamp eq 2027-01-10T10:00:00+02:00",
                   "LT-42 ");
    assert_devices(f, "LastLogonTimestamp eq 2027-01-10T10:00:00Z", "");
    assert_devices(f, "LastLogonTimestamp lt 2026-12-01", "SRV 100% ");
    assert_devices(f, "year(LastLogonTimestamp) eq 2026", "SRV 100% ");
}

static void lists_match_by_any_entry(void **state)
{
    struct fixture *f = *state;

    assert_devices(f, "SystemOUName/any(o: o eq 'example/leeds')", "LT-42 ");
    assert_devices(f, "SystemOUName/any(o: contains(o,'K_S'))", "LT-42 ");
    assert_devices(f, "SystemOUName/any(o: contains(o,'K_E'))", "");
    assert_devices(f, "SystemOUName/any()", "LT-42 ");
    assert_devices(f, "not SystemOUName/any()", "SRV 100% it's [1] web1 ");
}

/* Both kinds of pages give every row once; the second may begin anywhere. */
static void pages_hold_together(void **state)
{
    static const int64_t skips[] = {0, 1};
    struct fixture *f = *state;
    struct odata_asked asked = devices("");

    asked.of[ODATA_ORDER] = TEXT("Name desc");
    for (size_t i = 0; i < ARRAY_SIZE(skips); i++) {
        char after[256] = "", all[512] = "";

        do {
            const struct object_query query = {.odata = &asked,
                                               .limit = 2,
                                               .skip = skips[i],
                                               .after = text_of(after)};
            const char *next;

            assert_int_equal(act_query(f, "full", &query), STATUS_OK);
            strcat(all, names(f));
            next = text_in(f, "next");
            snprintf(after, sizeof(after), "%s", next ? next : "");
        } while (after[0]);
        assert_string_equal(all, i ? "SRV 100% LT-42 it's [1] "
                                   : "web1 SRV 100% LT-42 it's [1] ");
    }
    assert_int_equal(
        act_query(f, "full",
                  &(struct object_query){.odata = &asked, .skip = 4}),
        STATUS_OK);
    assert_int_equal(n_items(f), 0);
    assert_int_equal(
        act_query(f, "full",
                  &(struct object_query){.odata = &asked, .skip = -1}),
        STATUS_INVALID);
}

static void what_is_hidden_is_not_there(void **state)
{
    struct fixture *f = *state; /* analyst reads what is in Servers */
    struct odata_asked asked = devices("Name eq 'LT-42'");

    assert_int_equal(ask(f, "analyst", &asked), STATUS_OK);
    assert_int_equal(n_items(f), 0);
    asked = devices("");
    assert_int_equal(ask(f, "analyst", &asked), STATUS_OK);
    assert_string_equal(names(f), "web1 ");
    asked.is_count = true;
    assert_int_equal(ask(f, "analyst", &asked), STATUS_OK);
    assert_int_equal(
        json_integer_value(json_object_get(
            json_array_get(json_object_get(f->result, "items"), 0), "Count")),
        1);
    assert_int_equal(
        act_query(f, "analyst",
                  &(struct object_query){.odata = &asked, .skip = 0}),
        STATUS_OK);
    asked = devices("");
    assert_int_equal(
        act_query(f, "analyst",
                  &(struct object_query){.odata = &asked, .skip = 1}),
        STATUS_OK);
    assert_int_equal(n_items(f), 0);
    assert_int_equal(ask(f, "nobody", &asked), STATUS_DENIED);
}

static void says_which_option_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct odata_asked asked = devices("Name eq 'a' and Nam eq 'b'");

    assert_refused(f, &asked, "$filter",
                   "Column 17: SMS_R_System has no property \"Nam\"; did you "
                   "mean Name?");
    asked = devices("");
    asked.of[ODATA_ORDER] = TEXT("Name,IPAddresses");
    assert_refused(f, &asked, "$orderby",
                   "Column 6: IPAddresses cannot be sorted by");
    asked = devices("");
    asked.of[ODATA_SELECT] = TEXT("Name,Color");
    assert_refused(f, &asked, "$select",
                   "Column 6: SMS_R_System has no property \"Color\"");
    asked = devices("");
    asked.of[ODATA_CLASS] = TEXT("SMS_R_Sistem");
    assert_int_equal(ask(f, "full", &asked), STATUS_INVALID);
    assert_string_equal(f->failure.property, "class");
}

#define WITH_ESTATE(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_estate, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ESTATE(filters_mean_what_they_say),
        WITH_ESTATE(times_are_moments),
        WITH_ESTATE(lists_match_by_any_entry),
        WITH_ESTATE(pages_hold_together),
        WITH_ESTATE(what_is_hidden_is_not_there),
        WITH_ESTATE(says_which_option_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
