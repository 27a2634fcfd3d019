/*
 * Watches: what changed for one caller since they last looked, told once it is
 * kept and again until then; hidden objects leave no trace.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES "SMS_R_System"

/* "added:KEY changed:KEY ..", in the order of the events. */
static const char *look(struct fixture *f, const char *user,
                        const char *class_name, struct watch *watch,
                        size_t limit)
{
    static char events[1024];
    struct watch_look wanted = {.limit = limit};
    size_t i;
    json_t *event;

    assert_int_equal(act_look(f, user, class_name, watch, &wanted), STATUS_OK);
    events[0] = '\0';
    json_array_foreach (f->result, i, event) {
        const size_t n = strlen(events);

        snprintf(events + n, sizeof(events) - n, "%s%s:%s", n ? " " : "",
                 json_string_value(json_object_get(event, "event")),
                 json_string_value(json_object_get(event, "key")));
        assert_int_equal(json_object_get(event, "object") != NULL,
                         strncmp(events + n + (n > 0), "removed", 7) != 0);
    }
    assert_int_equal(wanted.n_told, json_array_size(f->result));
    assert_int_equal(wanted.has_more, wanted.n_told == limit);
    return events;
}

static const char *said(const char *first, const char *key)
{
    static char text[128];

    snprintf(text, sizeof(text), "%s:%s", first, key);
    return text;
}

static void keep(struct watch *watch)
{
    assert_int_equal(watch_keep(watch), STATUS_OK);
}

static void devices_come_change_and_go(void **state)
{
    struct fixture *f = *state;
    OWNED(watch) watch = NULL;
    char key[32];

    (void)make_member(f, "first", "P0100014");
    assert_int_equal(act_watch(f, "analyst", DEVICES, "", &watch), STATUS_OK);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9), "");
    assert_int_equal(watch_size(watch), 1);

    snprintf(key, sizeof(key), "%s", make_member(f, "second", "P0100014"));
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9),
                        said("added", key));
    keep(watch);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9), "");
    assert_int_equal(act_update(f, "full", DEVICES, key, "{'Build':'x'}"),
                     STATUS_OK);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9),
                        said("changed", key));
    keep(watch);
    assert_int_equal(act_delete(f, "full", DEVICES, key), STATUS_OK);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9),
                        said("removed", key));
    keep(watch);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9), "");
    assert_int_equal(watch_size(watch), 1);
}

static void what_was_not_kept_is_told_again(void **state)
{
    struct fixture *f = *state;
    OWNED(watch) watch = NULL;
    char key[32];

    assert_int_equal(act_watch(f, "full", DEVICES, "", &watch), STATUS_OK);
    snprintf(key, sizeof(key), "%s", make_member(f, "one", "P0100014"));
    for (int i = 0; i < 3; i++)
        assert_string_equal(look(f, "full", DEVICES, watch, 9),
                            said("added", key));
    /* It is gone before the reader had it: there is nothing to tell. */
    assert_int_equal(act_delete(f, "full", DEVICES, key), STATUS_OK);
    assert_string_equal(look(f, "full", DEVICES, watch, 9), "");
}

/* Whoever is slow gets the rest later, each once. */
static void a_look_has_a_limit_and_the_next_goes_on(void **state)
{
    enum { N = 25, EACH = 4 };
    struct fixture *f = *state;
    OWNED(watch) watch = NULL;
    size_t n = 0;

    assert_int_equal(act_watch(f, "full", DEVICES, "", &watch), STATUS_OK);
    for (int i = 0; i < N; i++)
        (void)make_member(f, "d", "P0100014");
    while (*look(f, "full", DEVICES, watch, EACH)) {
        n += json_array_size(f->result);
        keep(watch);
        assert_int_equal(watch_size(watch), n);
    }
    assert_int_equal(n, N);
}

static void hidden_devices_leave_no_trace(void **state)
{
    struct fixture *f = *state;
    OWNED(watch) watch = NULL;
    char key[32];
    char rule[128];

    assert_int_equal(act_watch(f, "analyst", DEVICES, "", &watch), STATUS_OK);
    snprintf(key, sizeof(key), "%s", make_member(f, "secret", "P0100015"));
    assert_int_equal(act_update(f, "full", DEVICES, key, "{'Build':'x'}"),
                     STATUS_OK);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9), "");
    assert_int_equal(watch_size(watch), 0);

    /* Seen from now on, and then no more: it is there all the time. */
    snprintf(rule, sizeof(rule), "{'CollectionRule':{'ResourceID':%s}}", key);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100014",
                                "AddMembershipRule", rule),
                     STATUS_OK);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9),
                        said("added", key));
    keep(watch);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100014",
                                "DeleteMembershipRule", rule),
                     STATUS_OK);
    assert_string_equal(look(f, "analyst", DEVICES, watch, 9),
                        said("removed", key));
}

/* What is sought, what an index has in order, and what is neither. */
static void every_filter_of_a_list_is_one_of_a_watch(void **state)
{
    static const char *const filters[] = {
        "Name = 'a'",
        "Name LIKE 'a%'",
        "SystemOUName = 'x'",
        "Client = 0",
        "ResourceID = 16777217",
        "Build = 'x'",
        "Name = 'a' OR Name = 'b'",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
        OWNED(watch) watch = NULL;

        assert_int_equal(act_watch(f, "full", DEVICES, filters[i], &watch),
                         STATUS_OK);
        assert_string_equal(look(f, "full", DEVICES, watch, 9), "");
    }
    for (size_t i = 0; i < 2; i++) {
        OWNED(watch) watch = NULL;

        assert_int_equal(act_watch(f, "full", i ? "SMS_Site" : DEVICES,
                                   "Nmae = 'w'", &watch),
                         STATUS_INVALID);
    }
}

/* What no longer matches is removed, whatever became of it. */
static void a_filter_bounds_what_is_told(void **state)
{
    struct fixture *f = *state;
    OWNED(watch) watch = NULL;
    char key[32];

    assert_int_equal(act_watch(f, "full", DEVICES, "Name LIKE 'w%'", &watch),
                     STATUS_OK);
    (void)make_member(f, "other", "P0100014");
    snprintf(key, sizeof(key), "%s", make_member(f, "web", "P0100014"));
    assert_string_equal(look(f, "full", DEVICES, watch, 9), said("added", key));
    keep(watch);
    assert_int_equal(act_update(f, "full", DEVICES, key, "{'Name':'x'}"),
                     STATUS_OK);
    assert_string_equal(look(f, "full", DEVICES, watch, 9),
                        said("removed", key));
}

/* Keys that are no numbers are kept with the watch, and weigh more. */
static void objects_with_other_keys_are_watched(void **state)
{
    struct fixture *f = *state;
    OWNED(watch) watch = NULL;
    char key[64];
    size_t n;

    assert_int_equal(act_watch(f, "full", "SMS_Collection", "", &watch),
                     STATUS_OK);
    n = watch_size(watch);
    assert_int_equal(n % WATCH_KEY_WEIGHT, 0);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Collection", "CollectionID",
                         "{'Name':'New','LimitToCollectionID':'SMS00001'}"));
    assert_string_equal(look(f, "full", "SMS_Collection", watch, 9),
                        said("added", key));
    keep(watch);
    assert_int_equal(watch_size(watch), n + WATCH_KEY_WEIGHT);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", key), STATUS_OK);
    assert_string_equal(look(f, "full", "SMS_Collection", watch, 9),
                        said("removed", key));
    keep(watch);
    assert_int_equal(watch_size(watch), n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(devices_come_change_and_go),
        WITH_SITE(what_was_not_kept_is_told_again),
        WITH_SITE(a_look_has_a_limit_and_the_next_goes_on),
        WITH_SITE(hidden_devices_leave_no_trace),
        WITH_SITE(a_filter_bounds_what_is_told),
        WITH_SITE(every_filter_of_a_list_is_one_of_a_watch),
        WITH_SITE(objects_with_other_keys_are_watched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
