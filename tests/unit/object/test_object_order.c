/*
 * Orders of devices: nulls, empty texts and equal values, up and down, page by
 * page, in lists and queries. One caller sees every device, another some.
 *
 * It runs a second time as if the site were large (SMS_MUTANT), so that an
 * index is walked.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_DEVICES = 11 };

struct device {
    const char *user; /* LastLogonUserName; NULL: null */
    int client;       /* -1: null */
    bool is_visible;  /* to the analyst */
    long long key;
};

static struct device devices[N_DEVICES] = {
    {"bob", 1, true, 0},  {NULL, 0, true, 0},    {"", 1, false, 0},
    {"Bob", -1, true, 0}, {NULL, 1, false, 0},   {"ann", 0, true, 0},
    {"", 1, true, 0},     {"bob", -1, false, 0}, {"carl", 1, true, 0},
    {NULL, -1, true, 0},  {"zed", 0, false, 0},
};

static void make_devices(struct fixture *f)
{
    for (size_t i = 0; i < N_DEVICES; i++) {
        struct device *d = &devices[i];
        char json[256];
        char name[32];
        const char *key;

        snprintf(name, sizeof(name), "d%zu", i);
        key = make_member(f, name, d->is_visible ? "P0100014" : "P0100015");
        d->key = atoll(key);
        snprintf(json, sizeof(json), "{'LastLogonUserName':%s%s%s",
                 d->user ? "'" : "", d->user ? d->user : "null",
                 d->user ? "'" : "");
        if (d->client >= 0)
            snprintf(json + strlen(json), sizeof(json) - strlen(json),
                     ",'Client':%d", d->client);
        strcat(json, "}");
        assert_int_equal(
            act_update(f, "full", "SMS_R_System", d->key ? key : "", json),
            STATUS_OK);
    }
}

static int open_site(void **state)
{
    const int status = fixture_open(state);

    if (status == 0)
        make_devices(*state);
    return status;
}

/* ---- What is expected ---- */

static bool sorts_by_user;

static int compare_values(const struct device *a, const struct device *b)
{
    if (!sorts_by_user)
        return a->client - b->client;
    if (!a->user || !b->user)
        return (a->user != NULL) - (b->user != NULL);
    return strcasecmp(a->user, b->user);
}

static int compare(const void *x, const void *y)
{
    const struct device *a = x;
    const struct device *b = y;
    const int by_value = compare_values(a, b);

    return by_value ? by_value : (a->key > b->key) - (a->key < b->key);
}

/* The keys in their order: [returned]. */
static size_t expect(const char *user, bool is_descending, long long *keys)
{
    struct device sorted[N_DEVICES];
    size_t n = 0;

    memcpy(sorted, devices, sizeof(sorted));
    qsort(sorted, N_DEVICES, sizeof(*sorted), compare);
    for (size_t i = 0; i < N_DEVICES; i++) {
        const struct device *d = &sorted[is_descending ? N_DEVICES - 1 - i : i];

        if (d->is_visible || strcmp(user, "full") == 0)
            keys[n++] = d->key;
    }
    return n;
}

/* ---- What is answered ---- */

typedef void ask_page(struct fixture *f, const char *user, const char *order,
                      int64_t limit, const char *after);

static void ask_list(struct fixture *f, const char *user, const char *order,
                     int64_t limit, const char *after)
{
    const struct object_list list = {
        .order = text_of(order), .limit = limit, .after = text_of(after)};

    assert_int_equal(act_list(f, user, "SMS_R_System", &list), STATUS_OK);
}

static void ask_query(struct fixture *f, const char *user, const char *order,
                      int64_t limit, const char *after)
{
    const bool is_descending = order[0] == '-';
    char wql[256];

    snprintf(wql, sizeof(wql),
             "select ResourceID from SMS_R_System order by %s%s",
             order + is_descending, is_descending ? " desc" : "");
    assert_int_equal(act_query(f, user,
                               &(struct object_query){.wql = text_of(wql),
                                                      .limit = limit,
                                                      .after = text_of(after)}),
                     STATUS_OK);
}

static long long key_of_item(const struct fixture *f, size_t i)
{
    return json_integer_value(json_object_get(
        json_array_get(json_object_get(f->result, "items"), i), "ResourceID"));
}

static void check_pages(struct fixture *f, ask_page *ask, const char *user,
                        const char *order, int64_t limit)
{
    long long wanted[N_DEVICES];
    const size_t n = expect(user, order[0] == '-', wanted);
    char after[256] = "";
    size_t at = 0;

    do {
        ask(f, user, order, limit, after);
        for (size_t i = 0; i < n_items(f); i++, at++)
            if (at >= n || key_of_item(f, i) != wanted[at])
                fail_msg("%s by %s, pages of %d: row %zu", user, order,
                         (int)limit, at);
        snprintf(after, sizeof(after), "%s",
                 text_in(f, "next") ? text_in(f, "next") : "");
    } while (after[0]);
    assert_int_equal(at, n);
}

static void check_all(struct fixture *f, ask_page *ask, const char *up,
                      const char *down)
{
    for (int64_t limit = 1; limit <= N_DEVICES; limit += 3)
        for (size_t i = 0; i < 2; i++) {
            check_pages(f, ask, i ? "analyst" : "full", up, limit);
            check_pages(f, ask, i ? "analyst" : "full", down, limit);
        }
}

static void texts_are_in_order_after_nulls(void **state)
{
    sorts_by_user = true;
    check_all(*state, ask_list, "LastLogonUserName", "-LastLogonUserName");
    check_all(*state, ask_query, "LastLogonUserName", "-LastLogonUserName");
}

static void numbers_are_in_order_after_nulls(void **state)
{
    sorts_by_user = false;
    check_all(*state, ask_list, "Client", "-Client");
    check_all(*state, ask_query, "Client", "-Client");
}

/* What was written between two pages neither repeats nor hides others. */
static void a_place_stands_when_its_row_changes(void **state)
{
    struct fixture *f = *state;
    char after[256];
    char key[32];

    ask_list(f, "full", "LastLogonUserName", 7, "");
    snprintf(after, sizeof(after), "%s", text_in(f, "next"));
    snprintf(key, sizeof(key), "%lld", key_of_item(f, 6));
    assert_int_equal(act_update(f, "full", "SMS_R_System", key,
                                "{'LastLogonUserName':null}"),
                     STATUS_OK);
    ask_list(f, "full", "LastLogonUserName", 7, after);
    assert_int_equal(n_items(f), 4);
}

static void refuses_places_that_are_none(void **state)
{
    static const struct text bad[] = {
        {"o", 1},   {"k5", 2},   {"o5", 2},    {"n3", 2}, {"o1:x", 4},
        {"o:x", 3}, {"o:-5", 4}, {"o9:a1", 5}, {":", 1},  {"o-1:a1", 6},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(
            act_query(
                f, "full",
                &(struct object_query){
                    .wql = TEXT("select Name from SMS_R_System order by Name"),
                    .after = bad[i]}),
            STATUS_INVALID);
}

#define WITH_DEVICES(test)                                                     \
    cmocka_unit_test_setup_teardown(test, open_site, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DEVICES(texts_are_in_order_after_nulls),
        WITH_DEVICES(numbers_are_in_order_after_nulls),
        WITH_DEVICES(a_place_stands_when_its_row_changes),
        WITH_DEVICES(refuses_places_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
